import type { MigrationRunnerOptions } from '@whimbrel/core'

/** One database of a product: what its migrations are run with. */
export interface ReleaseDatabase
  extends Pick<
    MigrationRunnerOptions,
    'driver' | 'tracker' | 'source' | 'transaction' | 'lockTimeoutMs' | 'safeguard' | 'hooks'
  > {
  /** As in the manifest, and as dependencies of other databases name it. */
  readonly name: string
  /**
   * Puts a backup of this database back, after making sure that it is one: for a recovery that finds no other way.
   * Called under the lock of the database. Absent where there are no backups.
   */
  readonly restoreBackup?: (path: string) => Promise<void>
}
