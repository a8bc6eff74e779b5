import type { Finding } from '@whimbrel/core'
import type { RecoveryReport, ReleaseReport } from '@whimbrel/orchestrator'
import type { Mode } from './start-options.ts'

/** What a start did to one database. */
export interface DatabaseStart {
  readonly name: string
  /** As shown to people: no password. */
  readonly url: string
  /** Name of the tracking table. */
  readonly table: string
  /**
   * `migrated`: its `migrations` were applied. `baselined`: they were recorded without running them. `up-to-date`:
   * nothing was to be done. `looked-at`: it was not asked to change anything.
   */
  readonly outcome: 'migrated' | 'baselined' | 'up-to-date' | 'looked-at'
  /** Id of the newest applied migration before and after, null where there is none. */
  readonly before: string | null
  readonly after: string | null
  /** Ids of what was applied or recorded now, in order. */
  readonly migrations: readonly string[]
  /** Ids of what is still to be applied, in order: only after a baseline. */
  readonly pending: readonly string[]
  /** What people should know, and what did not stop the start. */
  readonly findings: readonly Finding[]
  /** Path of the backup that was taken before. */
  readonly backup?: string
}

/** What a start did. */
export interface StartReport {
  readonly mode: Mode
  /** In the order of the manifest. */
  readonly databases: readonly DatabaseStart[]
  /** How runs that had been interrupted were brought to an end first; usually there is none. */
  readonly recovered: readonly RecoveryReport[]
  /** All that is known of the run, where there was one. */
  readonly release?: ReleaseReport
}
