import { type HistoryEntry, type Session, usage } from '@whimbrel/core'
import type { TrackerStatements } from './tracker-statements.ts'

interface HistoryRow {
  readonly sequence: number
  readonly version: number | bigint
  readonly id: string
  readonly action: HistoryEntry['action']
  readonly outcome: HistoryEntry['outcome']
  readonly started_at: string | null
  readonly execution_time_ms: number | null
  readonly checksum: string | null
  readonly previous_checksum: string | null
  readonly reason: string | null
  readonly run_id: string | null
  readonly applied_by: string | null
  readonly tool_version: string | null
  readonly backup: string | null
}

/** More entries than any database has: the port may be asked for all of them. */
const everything = Number.MAX_SAFE_INTEGER

/** Attempts, newest first. `columns` are those of the table. */
export async function readHistory(
  session: Session,
  statements: TrackerStatements,
  {
    limit = everything,
    columns,
  }: { readonly limit: number | undefined; readonly columns: ReadonlySet<string> },
): Promise<readonly HistoryEntry[]> {
  const rows = await session.query<HistoryRow>(statements.selectHistory(columns), [BigInt(limit)])
  return rows.map(toEntry)
}

/** Throws USAGE. */
export function checkLimit(limit: number | undefined): void {
  if (limit === undefined || (Number.isSafeInteger(limit) && limit > 0)) return
  throw usage(`${limit} is not a number of history entries`, 'Give a limit that is a whole number from 1')
}

function toEntry(row: HistoryRow): HistoryEntry {
  return {
    sequence: row.sequence,
    id: row.id,
    version: String(row.version),
    action: row.action,
    outcome: row.outcome,
    startedAt: row.started_at ?? '',
    durationMs: row.execution_time_ms ?? 0,
    checksum: row.checksum,
    ...(row.previous_checksum === null ? {} : { previousChecksum: row.previous_checksum }),
    reason: row.reason,
    runId: row.run_id ?? '',
    by: row.applied_by ?? '',
    toolVersion: row.tool_version ?? '',
    ...(row.backup === null ? {} : { backup: row.backup }),
  }
}
