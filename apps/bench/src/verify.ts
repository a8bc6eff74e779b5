import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import { asScript, type GeneratedMigration, objectPrefix } from './generate.ts'
import { appliedAfter, type Scenario } from './scenario.ts'
import type { BenchTool, Counts, Place } from './tool.ts'

/** Knows what every database must hold after a scenario, so that no tool is fast by doing nothing. */
export class Verifier {
  readonly #migrations: readonly GeneratedMigration[]
  readonly #expected = new Map<number, string>()

  constructor(migrations: readonly GeneratedMigration[]) {
    this.#migrations = migrations
  }

  /** Throws where schema, rows, records or journal mode are not what they must be. */
  database(tool: BenchTool, scenario: Scenario, place: Place): void {
    const applied = appliedAfter(scenario)
    const database = new Database(place.database, { readonly: true })
    try {
      const found = {
        contents: contentsOf(database),
        recorded: database.prepare<[], number>(tool.recordedSql).pluck().get(),
        journal: database.pragma('journal_mode', { simple: true }),
      }
      const wanted = { contents: this.#contents(applied), recorded: applied, journal: place.journal }
      assertEqual(tool, scenario, { found, wanted })
    } finally {
      database.close()
    }
  }

  /** Throws where a status did not say what is true. */
  counts(tool: BenchTool, scenario: Scenario, found: Counts | undefined): void {
    const wanted = { applied: scenario.applied, pending: scenario.files - scenario.applied }
    assertEqual(tool, scenario, { found, wanted })
  }

  #contents(applied: number): string {
    const known = this.#expected.get(applied)
    if (known !== undefined) return known
    const database = new Database(':memory:')
    for (const { up } of this.#migrations.slice(0, applied)) database.exec(asScript(up))
    const contents = contentsOf(database)
    database.close()
    this.#expected.set(applied, contents)
    return contents
  }
}

function assertEqual(
  tool: BenchTool,
  { id }: Scenario,
  { found, wanted }: { found: unknown; wanted: unknown },
): void {
  const [is, must] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (is !== must) throw new Error(`${tool.name}, ${id}: the result is ${is}, it must be ${must}`)
}

/** A summary of schema and rows: counts for people, a hash for the rest. */
function contentsOf(database: Database.Database): string {
  const objects = database
    .prepare<[string], SchemaObject>(
      'SELECT type, name, sql FROM sqlite_schema WHERE name GLOB ? ORDER BY type, name',
    )
    .all(`${objectPrefix}*`)
  const hash = createHash('sha256')
  const tables = objects.filter(({ type }) => type === 'table')
  let rowCount = 0
  for (const { type, name, sql } of objects) hash.update(`${type} ${name} ${sql}\n`)
  for (const { name } of tables) {
    const rows = database.prepare(`SELECT * FROM ${name} ORDER BY id`).all()
    rowCount += rows.length
    hash.update(JSON.stringify(rows))
  }
  return `${tables.length} tables, ${objects.length} objects, ${rowCount} rows, ${hash.digest('hex').slice(0, 16)}`
}

interface SchemaObject {
  readonly type: string
  readonly name: string
  readonly sql: string
}
