import {
  type Attempt,
  type HistoryEntry,
  type KeptSql,
  type Metadata,
  type Migration,
  type RunIdentity,
  type Session,
  type SqlValue,
  usage,
} from '@whimbrel/core'
import type { TrackingTables } from './look.ts'
import { metadataToJson } from './metadata-json.ts'
import { notWritten } from './record-lost.ts'
import type { TrackerStatements } from './tracker-statements.ts'
import { writtenRows } from './written-rows.ts'

/** What writes into the two tables has to know. */
export interface TrackerTables extends TrackingTables {
  readonly statements: TrackerStatements
}

/** One row of the history, before it has its key. */
export interface HistoryNote {
  readonly migration: Pick<Migration, 'id' | 'version'>
  readonly action: HistoryEntry['action']
  readonly outcome: HistoryEntry['outcome']
  readonly startedAt: string
  readonly durationMs?: number
  readonly checksum: string | null
  readonly previousChecksum?: string | null
  readonly reason?: string | null
  readonly run: RunIdentity
  readonly backup?: string | undefined
}

/** Appends to the history and returns the key of the row. Throws RECORD_LOST. */
export async function appendHistory(
  session: Session,
  tables: TrackerTables,
  note: HistoryNote,
): Promise<number> {
  const row = await insertedHistory(session, tables, historyValues(note))
  if (row === undefined) throw notWritten(note.migration, tables.history)
  return row.sequence
}

/**
 * The same where the record is written next: the key as a record takes it, null where the engine knows the last one by
 * itself.
 */
export async function noteHistory(
  session: Session,
  tables: TrackerTables,
  note: HistoryNote,
): Promise<number | null> {
  if (tables.dialect.writing === 'returned') return appendHistory(session, tables, note)
  const { insertHistory: sql } = tables.statements
  const written = await writtenRows(session, tables, { sql, values: historyValues(note) })
  if (written !== 1) throw notWritten(note.migration, tables.history)
  return null
}

async function insertedHistory(
  session: Session,
  { dialect, statements }: TrackerTables,
  values: readonly SqlValue[],
): Promise<{ readonly sequence: number } | undefined> {
  if (dialect.writing === 'counted') await session.execute(statements.insertHistory, values, { recurs: true })
  const [sql, bound] =
    dialect.writing === 'counted'
      ? ['SELECT last_insert_id() AS sequence', []]
      : [statements.insertHistory, values]
  const [row] = await session.query<{ sequence: number }>(sql, bound, { recurs: true })
  return row
}

/** Values of a history row, in the order of its columns, without the key. */
export function historyValues({ migration, run, ...note }: HistoryNote): SqlValue[] {
  return [
    versionValue(migration.version),
    migration.id,
    note.action,
    note.outcome,
    note.startedAt,
    rounded(note.durationMs ?? 0),
    note.checksum,
    note.previousChecksum ?? null,
    note.reason ?? null,
    run.runId,
    run.by,
    run.toolVersion,
    note.backup ?? null,
  ]
}

/** What an attempt at a step, as a record, says beside the attempt itself. */
export interface RecordState {
  /** Null: the key that the engine gave last. */
  readonly sequence: number | null
  readonly state: 'applied' | 'in-doubt'
  readonly durationMs: number
  readonly sql: KeptSql | null
  readonly trace?: string | undefined
}

/** Values of a record, in the order of its columns. */
export function recordValues({ migration, startedAt, run }: Attempt, record: RecordState): SqlValue[] {
  return [
    versionValue(migration.version),
    migration.name,
    startedAt,
    migration.checksum,
    rounded(record.durationMs),
    migration.id,
    record.sequence,
    migration.downChecksum,
    migration.fingerprint,
    record.state,
    'up',
    record.state === 'in-doubt' ? 0 : null,
    run.runId,
    run.by,
    run.toolVersion,
    metadataToJson(migration as Metadata),
    record.trace ?? null,
    record.sql?.up ?? null,
    record.sql?.down ?? null,
  ]
}

/** A version as the integer of its column: up to 18 digits, more than a number holds. Throws USAGE. */
export function versionValue(version: string): number | bigint {
  if (!/^\d{1,18}$/.test(version))
    throw usage(`"${version}" is not a version`, 'A version has 1 to 18 digits')
  return version.length < 10 ? Number(version) : BigInt(version)
}

/** Milliseconds to the microsecond: more would only be noise. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
