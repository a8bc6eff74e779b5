import type Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Impact } from '../src/index.ts'
import { liveDatabase, tryOut } from './try-out.ts'

/** What is chosen at random for one operation; an operation makes of it what fits the tables that there are. */
interface Choice {
  readonly kind: number
  readonly a: number
  readonly b: number
  readonly endsStep: boolean
}

const choice: fc.Arbitrary<Choice> = fc.record({
  kind: fc.nat(10),
  a: fc.nat(99),
  b: fc.nat(99),
  endsStep: fc.boolean(),
})

/** The tables while statements are written: columns by table, `id` is always there. */
class Writer {
  readonly tables: Map<string, string[]>
  readonly indexes: string[]
  readonly scripts: string[][] = [[]]
  #fresh = 0

  constructor(tables: readonly (readonly [string, readonly string[]])[], indexes: readonly string[]) {
    this.tables = new Map(tables.map(([name, columns]) => [name, [...columns]]))
    this.indexes = [...indexes]
  }

  write({ kind, a, b, endsStep }: Choice): void {
    const names = [...this.tables.keys()]
    const table = names[a % names.length]
    if (table !== undefined) this.#operate(kind, { table, other: names[b % names.length] ?? table, b })
    if (endsStep) this.scripts.push([])
  }

  #operate(kind: number, { table, other, b }: { table: string; other: string; b: number }): void {
    const columns = this.tables.get(table) ?? []
    const column = columns[b % Math.max(1, columns.length)]
    const operations: readonly (() => void)[] = [
      () => this.#rename(table, this.#name('r')),
      () => this.#add(table, this.#name('c')),
      () => this.#drop(table),
      () =>
        this.#rebuild(
          table,
          columns.filter((_, index) => index !== b % 4),
        ),
      () => this.#rebuildWrongWayRound(table),
      () => this.#emptyByMakingItAgain(table),
      () => this.#swap(table, other),
      () => this.#throughTemporary(table),
    ]
    const onColumns: readonly ((column: string) => void)[] = [
      (column) => this.#renameColumn(table, column),
      (column) => this.#dropColumn(table, column),
      (column) => this.#emptyColumn(table, column),
    ]
    const index = kind - operations.length
    if (index < 0) operations[kind]?.()
    else if (column !== undefined) onColumns[index]?.(column)
  }

  #drop(table: string): void {
    this.#say(`DROP TABLE ${table}`)
    this.tables.delete(table)
  }

  #emptyByMakingItAgain(table: string): void {
    const columns = this.tables.get(table) ?? []
    this.#drop(table)
    this.#create(table, columns)
  }

  #emptyColumn(table: string, column: string): void {
    this.#dropColumn(table, column)
    this.#add(table, column)
  }

  #rename(from: string, to: string): void {
    this.#say(`ALTER TABLE ${from} RENAME TO "${to}"`)
    this.tables.set(to, this.tables.get(from) ?? [])
    this.tables.delete(from)
  }

  #renameColumn(table: string, column: string): void {
    const to = this.#name('c')
    this.#say(`ALTER TABLE ${table} RENAME COLUMN ${column} TO ${to}`)
    const columns = this.tables.get(table) ?? []
    columns[columns.indexOf(column)] = to
  }

  #dropColumn(table: string, column: string): void {
    this.#dropIndexes()
    this.#say(`ALTER TABLE ${table} DROP COLUMN ${column}`)
    this.tables.set(
      table,
      (this.tables.get(table) ?? []).filter((name) => name !== column),
    )
  }

  #add(table: string, column: string): void {
    this.#say(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`)
    this.tables.get(table)?.push(column)
  }

  #create(table: string, columns: readonly string[]): void {
    this.#say(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY${columns.map((name) => `, ${name}`).join('')})`)
    this.tables.set(table, [...columns])
  }

  #rebuild(table: string, kept: readonly string[]): void {
    const fresh = this.#name('n')
    const list = ['id', ...kept].join(', ')
    this.#create(fresh, kept)
    this.#say(`INSERT INTO ${fresh} (${list}) SELECT ${list} FROM ${table}`)
    this.#say(`DROP TABLE "${table}"`)
    this.tables.delete(table)
    this.#rename(fresh, table)
  }

  #rebuildWrongWayRound(table: string): void {
    const old = this.#name('o')
    const columns = this.tables.get(table) ?? []
    this.#rename(table, old)
    this.#create(table, columns)
    this.#say(`INSERT INTO ${table} SELECT * FROM ${old}`)
    this.#say(`DROP TABLE ${old}`)
    this.tables.delete(old)
  }

  #throughTemporary(table: string): void {
    const backup = this.#name('b')
    const columns = this.tables.get(table) ?? []
    this.#say(`CREATE TEMP TABLE ${backup} AS SELECT * FROM ${table}`)
    this.#say(`DROP TABLE ${table}`)
    this.#create(table, columns)
    this.#say(`INSERT INTO ${table} SELECT * FROM ${backup}`)
    this.#say(`DROP TABLE ${backup}`)
  }

  #swap(one: string, other: string): void {
    if (one === other) return
    const between = this.#name('s')
    this.#rename(one, between)
    this.#rename(other, one)
    this.#rename(between, other)
  }

  #dropIndexes(): void {
    for (const index of this.indexes.splice(0)) this.#say(`DROP INDEX IF EXISTS ${index}`)
  }

  #say(statement: string): void {
    this.scripts.at(-1)?.push(statement)
  }

  #name(prefix: string): string {
    this.#fresh += 1
    return `${prefix}${this.#fresh}`
  }
}

const tables = [
  ['birds', ['name', 'song', 'size']],
  ['nests', ['tree', 'eggs']],
  ['rings', ['code']],
] as const
const indexes = ['birds_by_name', 'nests_by_tree']

/** Three tables in which no value occurs twice. */
function aviary(): Database.Database {
  const database = liveDatabase(
    'CREATE TABLE birds (id INTEGER PRIMARY KEY, name, song, size)',
    'CREATE TABLE nests (id INTEGER PRIMARY KEY, tree, eggs)',
    'CREATE TABLE rings (id INTEGER PRIMARY KEY, code)',
    'CREATE INDEX birds_by_name ON birds (name)',
    'CREATE INDEX nests_by_tree ON nests (tree)',
  )
  let next = 0
  for (const [table, columns] of tables) {
    for (let row = 1; row <= 2; row += 1) {
      next += 1
      const values = columns.map((column) => `'${column} ${next}'`)
      database.exec(`INSERT INTO ${table} VALUES (${[next, ...values].join(', ')})`)
    }
  }
  return database
}

/** Every value of every table, with where it is. */
function cells(database: Database.Database): Map<unknown, string> {
  const names = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all() as string[]
  return new Map(
    names.flatMap((table) =>
      (database.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[]).flatMap((row) =>
        Object.entries(row).flatMap(([column, value]) =>
          value === null ? [] : [[value, `${table}.${column}`] as const],
        ),
      ),
    ),
  )
}

function indexNames(database: Database.Database): readonly unknown[] {
  return database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .pluck()
    .all()
}

/** Where the impact says that values go. */
function placesLost({ steps }: Impact): readonly string[] {
  return steps.flatMap((step) => [
    ...step.tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`)),
    ...step.columns.map(({ table, name }) => `${table}.${name}`),
  ])
}

it('names exactly the values and indexes that vanish, whatever statements take them away and however they are renamed before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 9 }), async (choices) => {
      const writer = new Writer(tables, indexes)
      for (const each of choices) writer.write(each)
      const database = aviary()
      const before = cells(database)
      const indexesBefore = indexNames(database)
      const scripts = writer.scripts.map((statements) => statements.map((one) => `${one};`).join('\n'))
      const impact = await tryOut(database, ...scripts)
      for (const script of scripts) database.exec(script)
      const after = cells(database)
      const vanished = new Set([...before].filter(([value]) => !after.has(value)).map(([, place]) => place))
      const lost = placesLost(impact)
      expect([...lost].sort()).toEqual([...vanished].sort())
      const indexesAfter = new Set(indexNames(database))
      expect(impact.steps.flatMap((step) => step.indexes.map(({ name }) => name)).sort()).toEqual(
        indexesBefore.filter((name) => !indexesAfter.has(name)).sort(),
      )
      for (const step of impact.steps) {
        expect(step.untried).toBeUndefined()
        for (const { rows, columns } of step.tables) {
          expect(rows).toBe(2)
          for (const { values } of columns) expect(values).toBe(2)
        }
        for (const { rows, values } of step.columns) expect([rows, values]).toEqual([2, 2])
      }
      database.close()
    }),
    { numRuns: 150 },
  )
})
