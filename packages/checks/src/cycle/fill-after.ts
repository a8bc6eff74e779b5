import type { DatabaseSchema, Dialect, SchemaObject, Session } from '@whimbrel/core'
import { fillTables, type Insertion } from '../rows/fill-tables.ts'

export interface FillAfterOptions {
  readonly session: Session
  readonly dialect: Dialect
  /** How many rows a new table gets; default 3. */
  readonly rows?: number | undefined
  /** The schema before a migration and after it. */
  readonly before: DatabaseSchema
  readonly after: DatabaseSchema
  /** Every table gets rows, and not only those that the migration made or changed. */
  readonly fillsAll: boolean
}

/** Rows that were made up. */
export interface AddedRows {
  /** How many rows a table got, by its name in lower case. */
  readonly rows: ReadonlyMap<string, number>
  /** The statements that added them: to tables that the migration made, and to others. */
  readonly made: readonly Insertion[]
  readonly others: readonly Insertion[]
  /** What could not be filled. */
  readonly notes: readonly string[]
}

/** Where there was nothing to fill. */
export const nothingAdded: AddedRows = { rows: new Map(), made: [], others: [], notes: [] }

/** Rows for what a migration did: for each new table some, for each table that it changed one more. */
export async function fillAfter({
  session,
  dialect,
  rows = 3,
  before,
  after,
  fillsAll,
}: FillAfterOptions): Promise<AddedRows> {
  const known = new Set(before.objects)
  const news = after.objects.filter((object) => isTable(object) && (fillsAll || !known.has(object)))
  if (news.length === 0) return nothingAdded
  const names = new Set(before.objects.filter(isTable).map(({ name }) => name.toLowerCase()))
  const made = news.filter(({ name }) => !names.has(name.toLowerCase()))
  const changed = news.filter(({ name }) => names.has(name.toLowerCase()))
  const fill = (some: readonly SchemaObject[], count: number) =>
    fillTables({ session, schema: after, dialect, tables: some.map(({ name }) => name), rows: count })
  const ofMade = made.length > 0 ? await fill(made, rows) : undefined
  const ofChanged = changed.length > 0 ? await fill(changed, fillsAll ? rows : 1) : undefined
  const reports = [ofMade, ofChanged].filter((report) => report !== undefined)
  const filled = reports.flatMap((report) => report.filled)
  const empty = reports.flatMap((report) => report.refused).filter(({ rows: present }) => present === 0)
  return {
    rows: new Map(filled.map((each) => [each.table.toLowerCase(), each.rows])),
    made: ofMade?.insertions ?? [],
    others: ofChanged?.insertions ?? [],
    notes: empty.map(
      ({ table, message }) => `No rows could be made up for ${table}, so it stayed empty (${message})`,
    ),
  }
}

/** Adds rows that are no longer there. */
export async function addAgain(session: Session, insertions: readonly Insertion[]): Promise<void> {
  for (const { sql, values } of insertions) await session.execute(sql, values)
}

function isTable({ kind, storage }: SchemaObject): boolean {
  return kind === 'table' && storage === 'ordinary'
}
