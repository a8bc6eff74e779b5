import {
  type DatabaseSchema,
  type Dialect,
  MigrateError,
  type SchemaObject,
  type Session,
} from '@whimbrel/core'
import { type FillReport, fillTables, type Insertion } from '../rows/fill-tables.ts'

export interface FillAfterOptions {
  readonly session: Session
  readonly dialect: Dialect
  /** How many rows a new table gets; default 3. */
  readonly rows?: number | undefined
  /** The schema before a migration and after it. */
  readonly before: DatabaseSchema
  readonly after: DatabaseSchema
}

/** Rows that were made up. */
export interface AddedRows {
  /** How many rows a table got, by its name in lower case. */
  readonly rows: ReadonlyMap<string, number>
  /** The statements that added them. */
  readonly insertions: readonly Insertion[]
  /** What could not be filled. */
  readonly notes: readonly string[]
}

/** Rows for what a migration did: for each new table some, for each table that it changed one more. */
export async function fillAfter({
  session,
  dialect,
  rows = 3,
  before,
  after,
}: FillAfterOptions): Promise<AddedRows> {
  const known = new Map(before.objects.filter(isTable).map(({ name, sql }) => [name.toLowerCase(), sql]))
  const tables = after.objects.filter(isTable)
  const sqlBefore = ({ name }: SchemaObject) => known.get(name.toLowerCase())
  const made = tables.filter((table) => sqlBefore(table) === undefined)
  const changed = tables.filter((table) => (sqlBefore(table) ?? table.sql) !== table.sql)
  const fill = (some: readonly SchemaObject[], count: number) =>
    fillTables({ session, schema: after, dialect, tables: some.map(({ name }) => name), rows: count })
  const reports: readonly FillReport[] = [
    ...(made.length > 0 ? [await fill(made, rows)] : []),
    ...(changed.length > 0 ? [await fill(changed, 1)] : []),
  ]
  const filled = reports.flatMap((report) => report.filled)
  const empty = reports.flatMap((report) => report.refused).filter(({ rows: present }) => present === 0)
  return {
    rows: new Map(filled.map((each) => [each.table.toLowerCase(), each.rows])),
    insertions: reports.flatMap((report) => report.insertions),
    notes: empty.map(
      ({ table, message }) => `No rows could be made up for ${table}, so it stayed empty (${message})`,
    ),
  }
}

/** Adds the rows that are no longer there. */
export async function addRowsAgain(session: Session, { insertions }: AddedRows): Promise<void> {
  for (const { sql, values } of insertions) {
    try {
      await session.execute(sql, values)
    } catch (error) {
      // Its key is there: the row outlasted the way down and up again.
      if (!MigrateError.is(error) || error.code !== 'STATEMENT_FAILED') throw error
    }
  }
}

function isTable({ kind, storage }: SchemaObject): boolean {
  return kind === 'table' && storage === 'ordinary'
}
