import type { Applied, HistoryEntry, KeptSql } from '../model/applied.ts'
import type { Finding } from '../model/finding.ts'
import type { Direction, Migration } from '../model/migration.ts'
import type { Session } from './driver.ts'

/** One attempt at one step, as the tracker writes it down. */
export interface Attempt {
  readonly migration: Migration
  readonly direction: Direction
  /** UTC start, ISO 8601 with milliseconds. */
  readonly startedAt: string
  readonly run: RunIdentity
  /** Path of the backup that was taken before the run, for the history. */
  readonly backup?: string | undefined
}

/** Who runs what, the same for every step of a run. */
export interface RunIdentity {
  readonly runId: string
  /** `user@host`. */
  readonly by: string
  readonly toolVersion: string
}

/** How an attempt ended well. */
export interface Outcome {
  readonly durationMs: number
  /** What it ran, for a rollback without the file. */
  readonly sql: KeptSql
}

/** What is kept of a step that begins outside a transaction. */
export interface Begun extends KeptSql {
  /** Of its first statement, where that is about to run and stands alone. */
  readonly trace?: string | undefined
}

/** An attempt that is done and not recorded yet. */
export interface Finished {
  readonly attempt: Attempt
  readonly outcome: Outcome
}

/**
 * Reads and writes what is applied, in the caller's session and in the caller's transaction: the change and its
 * record are kept or undone together.
 */
export interface VersionTracker {
  /** Tables that belong to the tracker: a migration may not touch them. */
  readonly tables: readonly string[]
  /** Current records by order of application; empty without a table. Writes nothing. Throws TRACKING_TABLE_FOREIGN. */
  applied(session: Session): Promise<readonly Applied[]>
  /** Attempts, newest first; empty without a table. Writes nothing. Throws USAGE for a limit that is not from 1 on. */
  history(session: Session, options?: { readonly limit?: number }): Promise<readonly HistoryEntry[]>
  /** SQL kept at apply time, undefined where none was. Writes nothing. */
  kept(session: Session, version: string): Promise<KeptSql | undefined>
  /** Findings about the database itself, for those who look at it. Writes nothing. */
  notices?(session: Session): Promise<readonly Finding[]>
  /** Creates or upgrades what it needs. Called inside a transaction, before the first write. */
  prepare(session: Session, run?: RunIdentity): Promise<void>
  /**
   * Before a step outside a transaction: from here on it is in doubt, and what is about to run is kept, a down that
   * was edited since it was applied, too. Several writes, so in a transaction of its own.
   * Throws RECORD_LOST for an up that is applied and a down that is not.
   */
  begin(session: Session, attempt: Attempt, sql: Begun): Promise<void>
  /**
   * With each statement of a step that is in doubt, in its transaction where it can, and before one that cannot: then
   * with the trace of that statement. Throws RECORD_LOST where the step is not in doubt.
   */
  progress(session: Session, attempt: Attempt, statements: number, trace?: string): Promise<void>
  /**
   * The step is done: its record and its history change together, in the caller's transaction. Throws RECORD_LOST where
   * the engine kept no row, and where the record is not what the step needs: an up that is applied, a down that is not.
   */
  finish(session: Session, attempt: Attempt, outcome: Outcome): Promise<void>
  /** Optional: `finish` for several steps in their order, all or none, where that is cheaper than one after the other. */
  finishAll?(session: Session, finished: readonly Finished[]): Promise<void>
  /**
   * A step that was begun turned out to have changed nothing: it is in doubt no longer, and as before `begin` an up is
   * pending and a down applied. Writes no history. Throws RECORD_LOST where the step is not in doubt.
   */
  withdraw(session: Session, attempt: Attempt): Promise<void>
  /** The step failed: history only; what is in doubt stays so. */
  fail(session: Session, attempt: Attempt, outcome: { durationMs: number; reason: string }): Promise<void>
}
