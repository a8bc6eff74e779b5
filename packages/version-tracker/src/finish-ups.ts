import type { Finished, Session } from '@whimbrel/core'
import { alreadyThere, notWritten } from './record-lost.ts'
import { tableColumns } from './table-columns.ts'
import type { FinishedRow } from './tracker-statements.ts'
import { recordValues, type TrackerTables, versionValue } from './write-record.ts'

/** Writes records and history of migrations that were applied with one statement. Throws RECORD_LOST. */
export async function finishUps(
  session: Session,
  tables: TrackerTables,
  { sql, finished }: { readonly sql: string; readonly finished: readonly Finished[] },
): Promise<void> {
  const rows = finished.map(finishedRow)
  const written = await session.query<{ version: number | bigint }>(sql, [JSON.stringify(rows)], {
    recurs: true,
  })
  const versions = new Set(written.map(({ version }) => String(version)))
  const lost = finished.find(({ attempt }) => !versions.has(String(versionValue(attempt.migration.version))))
  if (lost === undefined) return
  const { migration } = lost.attempt
  const [row] = await session.query(tables.statements.kept, [versionValue(migration.version)])
  throw row === undefined ? notWritten(migration, tables.records) : alreadyThere(migration, tables.records)
}

function finishedRow({ attempt, outcome: { durationMs, sql } }: Finished, place: number): FinishedRow {
  const values = recordValues(attempt, { sequence: 0, state: 'applied', durationMs, sql })
  const record = Object.fromEntries(tableColumns.records.map(({ name }, at) => [name, values[at] ?? null]))
  return {
    ...record,
    version: String(record.version),
    place,
    action: 'up',
    outcome: 'applied',
    started_at: attempt.startedAt,
    backup: attempt.backup ?? null,
  }
}
