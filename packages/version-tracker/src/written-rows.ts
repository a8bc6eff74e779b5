import type { Session, SqlValue } from '@whimbrel/core'
import type { TrackerTables } from './write-record.ts'

/** Runs a statement that writes and returns how many rows it reached. */
export async function writtenRows(
  session: Session,
  { dialect }: Pick<TrackerTables, 'dialect'>,
  { sql, values }: { readonly sql: string; readonly values: readonly SqlValue[] },
): Promise<number> {
  if (dialect.writing === 'returned') return (await session.query(sql, values, { recurs: true })).length
  const before = await session.changes()
  await session.execute(sql, values, { recurs: true })
  return (await session.changes()) - before
}

/**
 * Writes a record where none is, or over one that is in doubt. Returns how many rows were written: none where another
 * record has the place.
 */
export async function upsertRecord(
  session: Session,
  tables: TrackerTables,
  values: readonly SqlValue[],
): Promise<number> {
  const { upsertRecord: sql, overwriteRecord, insertRecord } = tables.statements
  if (tables.dialect.writing === 'returned') return writtenRows(session, tables, { sql, values })
  const [version = null, ...others] = values
  const over = await writtenRows(session, tables, { sql: overwriteRecord, values: [...others, version] })
  if (over > 0) return over
  return writtenRows(session, tables, { sql: insertRecord, values: [...values, version] })
}
