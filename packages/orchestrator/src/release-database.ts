import type { MigrationRunnerOptions, Safeguard } from '@whimbrel/core'

/** One database of a product: what its migrations are run with. */
export interface ReleaseDatabase
  extends Pick<
    MigrationRunnerOptions,
    | 'driver'
    | 'tracker'
    | 'source'
    | 'transaction'
    | 'lockTimeoutMs'
    | 'safeguard'
    | 'hooks'
    | 'hookTimeoutMs'
  > {
  /** As in the manifest, and as dependencies of other databases name it. */
  readonly name: string
  /** Looks after what the recovery of an interrupted run could lose; that the run may happen was agreed to before. */
  readonly recoverySafeguard?: Safeguard
  /**
   * Puts a backup of this database back, after making sure that it is one: for a recovery that finds no other way. The
   * lock of the database is held meanwhile. Returns where what was there before is kept. Absent where there are no
   * backups.
   */
  readonly restoreBackup?: (path: string) => Promise<{ readonly kept?: string | undefined }>
}
