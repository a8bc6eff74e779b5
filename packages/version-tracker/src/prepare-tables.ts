import type { Applied, Session } from '@whimbrel/core'
import type { FoundTable, FoundTables } from './look.ts'
import { readRecords } from './read-records.ts'
import { columnSql, type TableColumns, tableColumns } from './table-columns.ts'
import { historyValues, type TrackerTables, versionValue } from './write-record.ts'

/** Creates records and history where they are missing, and adds columns that an earlier version did not have. */
export async function prepareTables(
  session: Session,
  tables: TrackerTables,
  found: FoundTables,
): Promise<void> {
  const { records, history } = found
  if (records.shape === 'current' && history.shape === 'current') return
  await completeTable(session, tables, { part: 'records', found: records })
  await completeTable(session, tables, { part: 'history', found: history })
  if (records.shape === 'none') return
  const existing = await readRecords(session, tables.statements, tablesColumns)
  if (records.missing.length > 0) await number(session, tables, existing)
  if (history.shape === 'none') await beginHistory(session, tables, existing)
}

const tablesColumns = new Set(tableColumns.records.map(({ name }) => name))

/** Adds the missing columns of one table, or creates it. */
export async function completeTable(
  session: Session,
  tables: TrackerTables,
  { part, found }: { part: keyof TableColumns; found: FoundTable },
): Promise<void> {
  const { dialect } = tables
  const table = dialect.table(tables[part])
  if (found.shape === 'none') {
    const columns = tableColumns[part].map((column) => columnSql(column, dialect))
    const rules = part === 'records' ? ['UNIQUE (sequence)'] : []
    const ending = dialect.tableEnding ?? ''
    await session.execute(`CREATE TABLE ${table} (${[...columns, ...rules].join(', ')})${ending}`)
    return
  }
  for (const column of tableColumns[part]) {
    if (!found.missing.includes(column.name)) continue
    await session.execute(`ALTER TABLE ${table} ADD COLUMN ${columnSql(column, dialect)}`)
  }
}

/** Writes down the ids and the order that were only derived while the columns were missing. */
async function number(
  session: Session,
  { statements }: TrackerTables,
  records: readonly Applied[],
): Promise<void> {
  for (const { version, id, sequence } of records) {
    await session.execute(statements.numberRecord, [id, sequence, versionValue(version)])
  }
}

/** A history that begins after its records repeats them, so that its keys go on from theirs. */
async function beginHistory(
  session: Session,
  { dialect, statements, history }: TrackerTables,
  records: readonly Applied[],
): Promise<void> {
  for (const record of records) {
    const note = historyValues({
      migration: record,
      action: 'baseline',
      outcome: 'recorded',
      startedAt: record.appliedAt,
      durationMs: record.durationMs,
      checksum: record.checksum,
      reason: 'carried over: there was no history when it was applied',
      run: record,
    })
    await session.execute(statements.insertHistoryAt, [record.sequence, ...note])
  }
  if (records.length === 0 || dialect.continueKeys === undefined) return
  await session.query(dialect.continueKeys(dialect.table(history)))
}
