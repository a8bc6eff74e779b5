import type { UpOptions } from '@whimbrel/core'
import type { RollbackOptions } from '@whimbrel/rollback-manager'
import type { Release } from './plan/release-plan.ts'
import type { ReleasePlanFile } from './plan-file/release-plan-file.ts'

/** Apply what is pending. */
export interface UpReleaseRequest extends UpOptions {
  readonly direction: 'up'
  /** Names of the databases it is about; default: all. `steps` and `to` count for each of them. */
  readonly databases?: readonly string[] | undefined
  /** Default `atomic`. */
  readonly release?: Release | undefined
}

/** Roll back migrations of one database, and with `cascade` what depends on them, in other databases, too. */
export interface DownReleaseRequest extends RollbackOptions {
  readonly direction: 'down'
  readonly database: string
  /** Default `atomic`. */
  readonly release?: Release | undefined
}

/** Do exactly what was planned before, or refuse with STATE_MOVED. */
export interface PlannedReleaseRequest {
  readonly direction: 'planned'
  readonly file: ReleasePlanFile
}

/** What is to be done to the databases of a product. */
export type ReleaseRequest = UpReleaseRequest | DownReleaseRequest | PlannedReleaseRequest
