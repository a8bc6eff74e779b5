import { combineSafeguards, type Safeguard, type SnapshotObstacle } from '@whimbrel/core'
import { type BackupProgress, backupSafeguard } from '@whimbrel/rollback-manager'
import { lossSafeguardOf } from 'whimbrel/compose'
import { backupsOf } from './backups-of.ts'
import type { Consent } from './consent.ts'
import type { RunListener } from './run-listener.ts'
import type { Target } from './target.ts'

/** What looks after a database while it is changed. */
export interface SafeguardSettings {
  /** Of those who may have to agree; without it nobody has to. */
  readonly consent?: Consent | undefined
  /** Somebody agreed to lose rows and values. */
  readonly allowDataLoss?: boolean | undefined
  readonly listener: RunListener
}

/**
 * Consent is asked for first, and what rows would be lost; then the backup is taken: nothing is put away for a run that
 * nobody agrees to.
 */
export function safeguardsOf(
  target: Target,
  { consent, allowDataLoss, listener }: SafeguardSettings,
): Safeguard {
  return combineSafeguards(
    ...(consent === undefined ? [] : [consent.safeguard(target)]),
    lossSafeguardOf(target, { allowDataLoss }),
    ...backupOf(target, { consent, listener }),
  )
}

/** For a run that was agreed to when it began: nobody is asked again, and everything is put away all the same. */
export function recoverySafeguardsOf(target: Target, listener: RunListener): Safeguard {
  return safeguardsOf(target, { allowDataLoss: true, listener })
}

/** The backup that is taken before a run, where one can be made. */
function backupOf(
  target: Target,
  { consent, listener }: Pick<SafeguardSettings, 'consent' | 'listener'>,
): readonly Safeguard[] {
  const { backup, driver } = target
  if (driver.snapshots === undefined) return []
  const onProgress = (progress: BackupProgress) => listener.backup(target, progress)
  const { before } = backup
  const onObstacle = async (obstacle: SnapshotObstacle, when: 'ahead' | 'locked') =>
    consent?.withoutBackup(target, obstacle, when)
  return [backupSafeguard({ backups: backupsOf(target), before, onProgress, onObstacle })]
}

/** The option of `up` and `down` that agrees to a loss. */
export const allowDataLoss = {
  flags: '--allow-data-loss',
  description: 'agree to lose rows and values; they are kept in a file first',
}
