import { join } from 'node:path'
import { combineSafeguards, type Driver, type Safeguard, type VersionTracker } from '@whimbrel/core'
import { backupSafeguard } from './backup/backup-safeguard.ts'
import { Backups } from './backup/backups.ts'
import { lossSafeguard } from './kept-rows/loss-safeguard.ts'
import type { RetentionPolicy } from './retention/retention-policy.ts'

export interface SafeguardOptions {
  /** Name of the database: backups and rows of one are never returned to another. */
  readonly database: string
  readonly driver: Driver
  readonly tracker: VersionTracker
  /** Absolute folder of the backups; kept rows go into `kept` in it. */
  readonly directory: string
  /** Agrees to the loss of rows and values; they are kept all the same. */
  readonly allowDataLoss?: boolean | undefined
  /** When a backup is taken; default: before a run that may take data away. */
  readonly backup?: 'destructive' | 'always' | 'never' | undefined
  /** How many backups, and how many files of kept rows; default: 30 of each. */
  readonly retention?: RetentionPolicy | undefined
}

/**
 * All that looks after what a run could lose: it refuses a loss that nobody agreed to, then takes a backup, keeps what
 * each step takes away, and removes what is old. Where the driver makes no backups, rows are kept all the same. Make one
 * for each run. Throws USAGE for a retention that makes no sense.
 */
export function safeguard(options: SafeguardOptions): Safeguard {
  const { database, driver, tracker, directory, allowDataLoss, backup, retention } = options
  const loss = lossSafeguard({ database, directory: join(directory, 'kept'), allowDataLoss, retention })
  if (driver.snapshots === undefined || backup === 'never') return loss
  const backups = new Backups({ database, driver, tracker, directory, ...(retention && { retention }) })
  return combineSafeguards(loss, backupSafeguard({ backups, before: backup }))
}
