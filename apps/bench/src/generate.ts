/** One migration before it is written in a tool's own format. */
export interface GeneratedMigration {
  /** 1, 2, 3 … */
  readonly version: number
  /** `0001_create_parcels_001`: the stem of its file in most formats. */
  readonly stem: string
  /** Statements without semicolons at their ends. */
  readonly up: readonly string[]
  readonly down: readonly string[]
}

/** Every object that a generated migration makes has a name with this prefix. */
export const objectPrefix = 'bench_'

const topics = ['parcels', 'letters', 'routes', 'depots', 'drivers', 'customs', 'returns', 'stamps']
const rowsPerInsert = 20
const cyclesPerTrigger = 10

interface Step {
  readonly name: string
  readonly up: readonly string[]
  readonly down: readonly string[]
}

/**
 * Makes the migrations of a product that grows: five of them make a table and its index, add a column, insert 20
 * rows, make a second index, and add another column or now and then a trigger. Equal arguments give equal results.
 */
export function generateMigrations(count: number, seed = 1): readonly GeneratedMigration[] {
  const random = seededRandom(seed)
  const tables = new Map<number, string>()
  return Array.from({ length: count }, (_, index) => {
    const cycle = Math.floor(index / 5)
    const table = tables.get(cycle) ?? tableName(cycle, random)
    tables.set(cycle, table)
    const step = makeStep(index % 5, cycle, { table, random })
    const stem = `${String(index + 1).padStart(4, '0')}_${step.name}_${String(cycle + 1).padStart(3, '0')}`
    return { version: index + 1, stem, up: step.up, down: step.down }
  })
}

/** The statements as one script. */
export function asScript(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};\n`).join('')
}

function makeStep(position: number, cycle: number, of: { table: string; random: () => number }): Step {
  const { table, random } = of
  if (position === 0) return createTable(table)
  if (position === 1) return addColumn(table, 'weight', 'INTEGER NOT NULL DEFAULT 0')
  if (position === 2) return insertRows(table, random)
  if (position === 3) return createIndex(table)
  return cycle % cyclesPerTrigger === cyclesPerTrigger - 1
    ? createTrigger(table)
    : addColumn(table, 'note', "TEXT NOT NULL DEFAULT ''")
}

function createTable(table: string): Step {
  return {
    name: 'create_table',
    up: [
      `CREATE TABLE ${table} (\n  id INTEGER PRIMARY KEY,\n  name TEXT NOT NULL,\n  price REAL NOT NULL DEFAULT 0,\n  created_at TEXT NOT NULL\n)`,
      `CREATE INDEX ${table}_by_name ON ${table} (name)`,
    ],
    down: [`DROP INDEX ${table}_by_name`, `DROP TABLE ${table}`],
  }
}

function addColumn(table: string, column: string, type: string): Step {
  return {
    name: `add_${column}`,
    up: [`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`],
    down: [`ALTER TABLE ${table} DROP COLUMN ${column}`],
  }
}

function insertRows(table: string, random: () => number): Step {
  const rows = Array.from({ length: rowsPerInsert }, (_, row) => {
    const price = Math.floor(random() * 100_000) / 100
    const day = String(1 + Math.floor(random() * 28)).padStart(2, '0')
    return `(${row + 1}, 'item; ${Math.floor(random() * 1e9).toString(36)}', ${price}, '2026-01-${day}', ${row})`
  })
  return {
    name: 'insert_rows',
    up: [`INSERT INTO ${table} (id, name, price, created_at, weight) VALUES\n  ${rows.join(',\n  ')}`],
    down: [`DELETE FROM ${table} WHERE id BETWEEN 1 AND ${rowsPerInsert}`],
  }
}

function createIndex(table: string): Step {
  return {
    name: 'create_index',
    up: [`CREATE INDEX ${table}_by_price ON ${table} (price, created_at)`],
    down: [`DROP INDEX ${table}_by_price`],
  }
}

function createTrigger(table: string): Step {
  return {
    name: 'create_trigger',
    up: [
      `CREATE TRIGGER ${table}_weigh AFTER UPDATE OF price ON ${table}\nBEGIN\n  UPDATE ${table} SET weight = weight + 1 WHERE id = NEW.id;\nEND`,
    ],
    down: [`DROP TRIGGER ${table}_weigh`],
  }
}

function tableName(cycle: number, random: () => number): string {
  const topic = topics[Math.floor(random() * topics.length)]
  return `${objectPrefix}${topic}_${String(cycle + 1).padStart(3, '0')}`
}

/** Mulberry32: small, and the same on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
