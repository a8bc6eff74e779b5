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
 * record has the place. `isNew` says which of the two is to be expected.
 */
export async function upsertRecord(
  session: Session,
  tables: TrackerTables,
  { values, isNew }: { readonly values: readonly SqlValue[]; readonly isNew: boolean },
): Promise<number> {
  const { upsertRecord: sql, overwriteRecord, insertRecord } = tables.statements
  if (tables.dialect.writing === 'returned') return writtenRows(session, tables, { sql, values })
  const [version = null, ...others] = values
  const over = { sql: overwriteRecord, values: [...others, version] }
  const insert = { sql: insertRecord, values: [...values, version] }
  for (const statement of isNew ? [insert, over] : [over, insert]) {
    const written = await writtenRows(session, tables, statement)
    if (written > 0) return written
  }
  return 0
}
