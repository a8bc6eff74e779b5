import type {
  Applied,
  Attempt,
  Begun,
  Finding,
  Finished,
  HistoryEntry,
  KeptSql,
  Migration,
  Outcome,
  RunIdentity,
  Session,
  SqlValue,
  VersionTracker,
} from '@whimbrel/core'
import { type Acceptance, acceptChecksum } from './accept-checksum.ts'
import { baseline, type Decision } from './baseline.ts'
import { recordOf } from './find-record.ts'
import { finishUps } from './finish-ups.ts'
import { type FoundTable, look } from './look.ts'
import { prepareTables } from './prepare-tables.ts'
import { checkLimit, readHistory } from './read-history.ts'
import { readRecords } from './read-records.ts'
import { alreadyThere, notThere, notWritten } from './record-lost.ts'
import { type Settlement, settle } from './settle.ts'
import { copiedFinding, type Stamp } from './stamp.ts'
import { readStamp, type StampOptions, writeStamp } from './stamp-table.ts'
import { type SqlVersionTrackerOptions, tablesOf } from './tracker-options.ts'
import { trackerStatements } from './tracker-statements.ts'
import {
  noteHistory,
  type RecordState,
  recordValues,
  type TrackerTables,
  versionValue,
} from './write-record.ts'
import { upsertRecord, writtenRows } from './written-rows.ts'

/** A tracker in tables, with what people may decide about records beside running migrations. */
export interface SqlVersionTracker extends VersionTracker {
  /**
   * Records migrations as applied without running them, in the order given, and adopts a plain five-column table with
   * its rows. Throws HISTORY_EXISTS where anything is recorded already, TRACKING_TABLE_FOREIGN, USAGE.
   */
  baseline(session: Session, migrations: readonly Migration[], decision: Decision): Promise<void>
  /**
   * Ends the doubt about a migration, given by id or version: `applied` keeps its record, `pending` removes it, in
   * either direction. Throws MIGRATION_UNKNOWN, NOT_IN_DOUBT.
   */
  settle(session: Session, idOrVersion: string, settlement: Settlement): Promise<void>
  /**
   * Takes what a migration says now for what was applied; the old checksum and the reason go into the history. Throws
   * MIGRATION_UNKNOWN, IN_DOUBT.
   */
  acceptChecksum(session: Session, acceptance: Acceptance): Promise<void>
  /** What the database says of itself, undefined where it was never stamped. Writes nothing. */
  stamp(session: Session): Promise<Stamp | undefined>
}

/**
 * Keeps what is applied in `schema_migrations`, what happened in `schema_migrations_history` and what the database is
 * in `schema_migrations_stamp`, in the migrated database itself. Throws USAGE for options that make no sense.
 */
export function sqlVersionTracker(options: SqlVersionTrackerOptions = {}): SqlVersionTracker {
  const tables = tablesOf(options)
  return new TrackerInTables({ ...tables, statements: trackerStatements(tables) }, options.stamp)
}

class TrackerInTables implements SqlVersionTracker {
  readonly tables: readonly string[]
  /** Only where records and history are written with one statement. */
  readonly finishAll?: (session: Session, finished: readonly Finished[]) => Promise<void>
  readonly #tables: TrackerTables
  readonly #stampOptions: StampOptions | undefined

  constructor(tables: TrackerTables, stamp: StampOptions | undefined) {
    this.#tables = tables
    this.#stampOptions = stamp
    const { finishUps: sql } = tables.statements
    if (sql !== undefined) this.finishAll = (session, finished) => this.#finishAll(session, { sql, finished })
    this.tables = [tables.records, tables.history, tables.stamp]
  }

  async applied(session: Session): Promise<readonly Applied[]> {
    const { records } = await look(session, this.#tables)
    return records.shape === 'none' ? [] : readRecords(session, this.#tables.statements, records.columns)
  }

  async history(
    session: Session,
    { limit }: { readonly limit?: number } = {},
  ): Promise<readonly HistoryEntry[]> {
    checkLimit(limit)
    const { history } = await look(session, this.#tables)
    return history.shape === 'none'
      ? []
      : readHistory(session, this.#tables.statements, { limit, columns: history.columns })
  }

  async kept(session: Session, version: string): Promise<KeptSql | undefined> {
    const { records } = await look(session, this.#tables)
    if (!records.columns.has('up_sql') || !records.columns.has('down_sql')) return undefined
    const sql = this.#tables.statements.kept
    const [row] = await session.query<{ up: string | null; down: string | null }>(sql, [
      versionValue(version),
    ])
    return row === undefined || row.up === null ? undefined : { up: row.up, down: row.down }
  }

  async stamp(session: Session): Promise<Stamp | undefined> {
    return readStamp(session, this.#tables, (await look(session, this.#tables, { adopt: true })).stamp)
  }

  async notices(session: Session): Promise<readonly Finding[]> {
    const place = await this.#stampOptions?.place?.()
    if (place === undefined) return []
    const stamp = await this.stamp(session)
    return stamp === undefined ? [] : copiedFinding(stamp, place)
  }

  async prepare(session: Session, run?: RunIdentity): Promise<void> {
    const found = await look(session, this.#tables)
    await prepareTables(session, this.#tables, found)
    await this.#writeStamp(session, { found: found.stamp, run })
  }

  async begin(session: Session, attempt: Attempt, { trace, ...sql }: Begun): Promise<void> {
    const sequence = await this.#note(session, attempt, { outcome: 'started' })
    if (attempt.direction === 'up') {
      await this.#write(session, attempt, { sequence, state: 'in-doubt', durationMs: 0, sql, trace })
    } else {
      const { version, downChecksum } = attempt.migration
      const values = [trace ?? null, sql.down, downChecksum, downChecksum, versionValue(version)]
      await this.#change(session, attempt, { sql: this.#tables.statements.doubtDown, values })
    }
  }

  async progress(session: Session, attempt: Attempt, statements: number, trace?: string): Promise<void> {
    const { setProgress } = this.#tables.statements
    const values = [statements, trace ?? null, versionValue(attempt.migration.version)]
    await this.#change(session, attempt, { sql: setProgress, values })
  }

  async finish(session: Session, attempt: Attempt, outcome: Outcome): Promise<void> {
    const { durationMs, sql } = outcome
    const { finishUps: together } = this.#tables.statements
    if (attempt.direction === 'up' && together !== undefined) {
      await finishUps(session, this.#tables, { sql: together, finished: [{ attempt, outcome }] })
    } else if (attempt.direction === 'up') {
      const sequence = await this.#note(session, attempt, { outcome: 'applied', durationMs })
      await this.#write(session, attempt, { sequence, state: 'applied', durationMs, sql })
    } else {
      await this.#note(session, attempt, { outcome: 'reverted', durationMs })
      const { deleteRecord } = this.#tables.statements
      await this.#change(session, attempt, {
        sql: deleteRecord,
        values: [versionValue(attempt.migration.version)],
      })
    }
  }

  async withdraw(session: Session, attempt: Attempt): Promise<void> {
    const { deleteDoubt, endDoubt } = this.#tables.statements
    const values = [versionValue(attempt.migration.version)]
    await this.#change(session, attempt, { sql: attempt.direction === 'up' ? deleteDoubt : endDoubt, values })
  }

  async fail(
    session: Session,
    attempt: Attempt,
    { durationMs, reason }: { durationMs: number; reason: string },
  ): Promise<void> {
    await this.#note(session, attempt, { outcome: 'failed', durationMs, reason })
  }

  baseline(session: Session, migrations: readonly Migration[], decision: Decision): Promise<void> {
    return session.transaction(async () => {
      await baseline(session, this.#tables, { ...decision, migrations })
      const { stamp } = await look(session, this.#tables)
      await this.#writeStamp(session, { found: stamp, run: decision.run })
    })
  }

  settle(session: Session, idOrVersion: string, settlement: Settlement): Promise<void> {
    return session.transaction(async () => {
      const record = recordOf(await this.applied(session), idOrVersion)
      await this.prepare(session, settlement.run)
      await settle(session, this.#tables, { ...settlement, record })
    })
  }

  acceptChecksum(session: Session, acceptance: Acceptance): Promise<void> {
    return session.transaction(async () => {
      const record = recordOf(await this.applied(session), acceptance.migration.version)
      await this.prepare(session, acceptance.run)
      await acceptChecksum(session, this.#tables, { ...acceptance, record })
    })
  }

  async #finishAll(
    session: Session,
    { sql, finished }: { readonly sql: string; readonly finished: readonly Finished[] },
  ): Promise<void> {
    const ups = finished.filter(({ attempt }) => attempt.direction === 'up')
    if (ups.length === finished.length) return finishUps(session, this.#tables, { sql, finished })
    for (const { attempt, outcome } of finished) await this.finish(session, attempt, outcome)
  }

  async #writeStamp(
    session: Session,
    { found, run }: { found: FoundTable; run: RunIdentity | undefined },
  ): Promise<void> {
    const options = this.#stampOptions
    if (options !== undefined) await writeStamp(session, this.#tables, { found, options, run })
  }

  #note(
    session: Session,
    { migration, direction, startedAt, run, backup }: Attempt,
    more: { outcome: HistoryEntry['outcome']; durationMs?: number; reason?: string },
  ): Promise<number | null> {
    const checksum = direction === 'up' ? migration.checksum : migration.downChecksum
    return noteHistory(session, this.#tables, {
      migration,
      action: direction,
      startedAt,
      run,
      backup,
      checksum,
      ...more,
    })
  }

  /** Writes a record where none is, or over one that is in doubt. */
  async #write(session: Session, attempt: Attempt, state: RecordState): Promise<void> {
    const { statements, records } = this.#tables
    const values = recordValues(attempt, state)
    const isNew = state.state === 'in-doubt'
    const written = await upsertRecord(session, this.#tables, { values, isNew })
    if (written === 1) return
    const [row] = await session.query(statements.kept, [versionValue(attempt.migration.version)])
    throw row === undefined
      ? notWritten(attempt.migration, records)
      : alreadyThere(attempt.migration, records)
  }

  /** Changes or removes exactly the record of an attempt. */
  async #change(
    session: Session,
    { migration }: Attempt,
    { sql, values }: { sql: string; values: readonly SqlValue[] },
  ): Promise<void> {
    const changed = await writtenRows(session, this.#tables, { sql, values })
    if (changed !== 1) throw notThere(migration, this.#tables.records)
  }
}
