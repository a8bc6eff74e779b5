import type { Direction } from '@whimbrel/core'

/** One step of a decided run. */
export interface JournalStep {
  readonly id: string
  readonly version: string
  readonly direction: Direction
  /** Of the up, or for a rollback of the down. */
  readonly checksum: string
}

/** What a decided run does to one database. */
export interface JournalDatabase {
  readonly name: string
  /** Where it is, as its driver tells: opaque. */
  readonly place: string
  /** Name of its engine, and where it is as shown to people; absent in journals of earlier versions. */
  readonly engine?: string
  readonly location?: string
  /** The run makes the database. */
  readonly creates: boolean
  /** Id of the newest applied migration, null where there is none. */
  readonly before: string | null
  readonly after: string | null
  /** How many migrations were applied before. */
  readonly records: number
  readonly steps: readonly JournalStep[]
  /** Path of the backup that was taken before. */
  readonly backup?: string
}

/**
 * What a run over several databases has decided. A database without a place, which ends with its process, is not in it. The
 * same text stands beside each of the others; only that beside the coordinator is the decision, and the rest leads to it.
 */
export interface ReleaseJournal {
  readonly runId: string
  /** UTC, ISO 8601 with milliseconds. */
  readonly startedAt: string
  readonly by: string
  /** What the migrations of the run are for: whoever finishes it may be told another one, or none. */
  readonly environment?: string
  /** Name of the database beside which the decision stands. */
  readonly coordinator: string
  /** `back`: the run cannot be finished, and what was committed is being taken back. */
  readonly decision: 'forward' | 'back'
  /** In the order in which they are locked and committed. */
  readonly databases: readonly JournalDatabase[]
}
