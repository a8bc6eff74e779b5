import type { Finding } from '@whimbrel/core'

/** What became of one database of an interrupted run. */
export interface RecoveredDatabase {
  readonly database: string
  /** Name of its engine; absent where an earlier version did not write it down. */
  readonly engine?: string
  /**
   * `kept`: it had been committed already. `finished`: the missing steps were run now. `taken-back`: its steps were
   * rolled back, or its backup restored. `untouched`: nothing of the run was in it. `unknown`: nobody here can see it.
   */
  readonly outcome: 'kept' | 'finished' | 'taken-back' | 'untouched' | 'unknown'
  /** Ids of the migrations that were run or rolled back now, in order. */
  readonly steps: readonly string[]
  /** Path of the backup that was restored. */
  readonly restored?: string
  /** Path of the backup of what was there before that: rows that were written since the run, for instance. */
  readonly kept?: string
  /** What was noticed: where rows are kept that were taken away, for instance. Absent where there is nothing. */
  readonly findings?: readonly Finding[]
  /** What is odd about it, as a sentence: it was older than when the run began, for instance. */
  readonly note?: string
}

/** How an interrupted run over several databases was brought to an end. */
export interface RecoveryReport {
  readonly runId: string
  /**
   * `finished`: all databases are at the new state. `taken-back`: all are at the old one. `undecided`: it was
   * interrupted before it had decided, so that nothing of it was kept.
   */
  readonly outcome: 'finished' | 'taken-back' | 'undecided'
  /** When the run had begun, UTC, ISO 8601. */
  readonly startedAt: string
  /** Who ran it: `user@host`. */
  readonly by: string
  /** Why it was not finished but taken back. */
  readonly reason?: string
  readonly databases: readonly RecoveredDatabase[]
}

/** A run that was interrupted, as it can be seen without a lock; it may also be going on at this moment. */
export interface UnfinishedRun {
  readonly runId: string
  readonly startedAt: string
  readonly by: string
  /** Names of its databases. */
  readonly databases: readonly string[]
  /** Names of their engines by those, as far as they were written down. */
  readonly engines: Readonly<Record<string, string>>
  /** Those of them that are not known here: only somebody who knows them brings the run to its end. */
  readonly elsewhere: readonly string[]
}
