import type { Applied, DatabaseSchema, Driver, Session, VersionTracker } from '@whimbrel/core'
import { withoutTables } from '@whimbrel/core'
import type { LintStatement } from './lint-statement.ts'

/** What lint reads of the real database; it writes nothing. */
export interface LiveDatabase {
  readonly applied: readonly Applied[]
  /** Without the tables of the tool. */
  readonly schema: DatabaseSchema
  /** Rows of the tables that statements work on, by lower-case name. */
  rowsOf(statements: readonly LintStatement[]): Promise<ReadonlyMap<string, number>>
  close(): Promise<void>
}

/** Opens a database for reading; undefined where there is none. */
export async function openLiveDatabase(
  driver: Driver,
  tracker: Pick<VersionTracker, 'applied' | 'tables'>,
): Promise<LiveDatabase | undefined> {
  if (!(await driver.exists())) return undefined
  const session = await driver.session('read')
  try {
    const applied = await tracker.applied(session)
    const schema = withoutTables((await session.inspector?.schema()) ?? { objects: [] }, tracker.tables)
    return new Live(session, applied, schema)
  } catch (error) {
    await session.close()
    throw error
  }
}

class Live implements LiveDatabase {
  readonly applied: readonly Applied[]
  readonly schema: DatabaseSchema
  readonly #session: Session
  readonly #rows = new Map<string, number>()
  readonly #tables: ReadonlyMap<string, string>

  constructor(session: Session, applied: readonly Applied[], schema: DatabaseSchema) {
    this.#session = session
    this.applied = applied
    this.schema = schema
    const tables = schema.objects.filter(({ kind, storage }) => kind === 'table' && storage === 'ordinary')
    this.#tables = new Map(tables.map(({ name }) => [name.toLowerCase(), name]))
  }

  async rowsOf(statements: readonly LintStatement[]): Promise<ReadonlyMap<string, number>> {
    for (const key of new Set(statements.flatMap(worksOn))) {
      const table = this.#tables.get(key)
      if (table === undefined || this.#rows.has(key)) continue
      const counted = await this.#session.inspector?.count(table)
      if (counted !== undefined) this.#rows.set(key, counted.rows)
    }
    return this.#rows
  }

  close(): Promise<void> {
    return this.#session.close()
  }
}

/** Tables whose rows a statement reads or rewrites one by one, in lower case. */
function worksOn({ action, tokens }: LintStatement): readonly string[] {
  switch (action.does) {
    case 'create':
      return action.kind === 'index' && action.on !== undefined ? [action.on.toLowerCase()] : []
    case 'insert':
      return action.selects ? tokens.map(({ value }) => value.toLowerCase()) : []
    case 'add-column':
    case 'drop-column':
    case 'update':
    case 'delete':
    case 'alter':
      return [action.table.toLowerCase()]
    default:
      return []
  }
}
