import {
  type Applied,
  type DatabaseSchema,
  type Dialect,
  type Driver,
  MigrateError,
  type Session,
  type VersionTracker,
  withoutTables,
} from '@whimbrel/core'
import type { LintStatement } from './lint-statement.ts'
import { liveQuestion } from './live-question.ts'
import { objectOf, type Rehearsed, type RehearsedMigration } from './rehearsed-migration.ts'
import { tableName } from './table-name.ts'

/** What lint reads of the real database; it writes nothing. */
export interface LiveDatabase {
  readonly applied: readonly Applied[]
  readonly dialect: Dialect
  /** Without the tables of the tool. */
  readonly schema: DatabaseSchema
  /** Rows of the tables that statements work on, by lower-case name. */
  rowsOf(statements: readonly LintStatement[]): Promise<ReadonlyMap<string, number>>
  /** True where a query has a row; undefined where it cannot be asked. */
  hasRow(sql: string): Promise<boolean | undefined>
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
    return new Live(session, { applied, schema, dialect: driver.dialect })
  } catch (error) {
    await session.close()
    throw error
  }
}

/** What is known of the real rows that a migration works on. */
export async function liveFacts(
  rehearsed: Rehearsed,
  live: LiveDatabase | undefined,
): Promise<Pick<RehearsedMigration, 'liveRows' | 'liveAnswers'>> {
  const liveAnswers = new Map<LintStatement, boolean>()
  if (live === undefined) return { liveRows: new Map(), liveAnswers }
  for (const { statement, becauseOfRows } of rehearsed.refusals) {
    const question = becauseOfRows ? liveQuestion(statement, live.dialect) : undefined
    if (question === undefined || !isUntouched(question.table, { statement, rehearsed, live })) continue
    // That nothing breaks a rule says something only where there is something.
    if ((await live.hasRow(`SELECT 1 FROM ${tableName(question.table, live.dialect)} LIMIT 1`)) !== true)
      continue
    const answer = await live.hasRow(question.sql)
    if (answer !== undefined) liveAnswers.set(statement, answer)
  }
  return { liveRows: await live.rowsOf(rehearsed.statements), liveAnswers }
}

/** The statement will find the table, and its rows, as they are now. */
function isUntouched(
  table: string,
  {
    statement,
    rehearsed,
    live,
  }: { statement: LintStatement; rehearsed: Rehearsed; live: Pick<LiveDatabase, 'schema'> },
): boolean {
  const now = objectOf(live.schema, 'table', table)
  if (now === undefined || objectOf(rehearsed.before, 'table', table)?.sql !== now.sql) return false
  return !rehearsed.statements
    .slice(0, statement.number - 1)
    .some(({ tokens }) => tokens.some(({ value }) => value.toLowerCase() === table.toLowerCase()))
}

class Live implements LiveDatabase {
  readonly applied: readonly Applied[]
  readonly schema: DatabaseSchema
  readonly dialect: Dialect
  readonly #session: Session
  readonly #rows = new Map<string, number>()
  readonly #tables: ReadonlyMap<string, string>

  constructor(
    session: Session,
    { applied, schema, dialect }: Pick<LiveDatabase, 'applied' | 'schema' | 'dialect'>,
  ) {
    this.#session = session
    this.applied = applied
    this.schema = schema
    this.dialect = dialect
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

  async hasRow(sql: string): Promise<boolean | undefined> {
    try {
      return (await this.#session.query(sql)).length > 0
    } catch (error) {
      if (MigrateError.is(error)) return undefined
      throw error
    }
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
