import {
  type Finding,
  MigrateError,
  type Safeguard,
  type SafeguardContext,
  type SafeguardPreview,
  type Safety,
  type SnapshotObstacle,
  scriptFacts,
} from '@whimbrel/core'
import { mayDestroy } from '../may-destroy.ts'
import type { Backups } from './backups.ts'
import type { BackupProgress } from './backups-options.ts'
import { holdsRows } from './holds-rows.ts'

export interface BackupSafeguardOptions {
  readonly backups: Backups
  /**
   * `destructive` (default): before a run with a step that may take data away, where there is any. `always`: before
   * every run that does not make the database. `never`.
   */
  readonly before?: 'destructive' | 'always' | 'never' | undefined
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined
  /**
   * Asked where a backup is wanted and something keeps it from being made, before the lock is taken and under it; what
   * it throws refuses the run, otherwise it goes on without a backup. Default: CONSENT_REQUIRED.
   */
  readonly onObstacle?: ((obstacle: SnapshotObstacle, when: 'ahead' | 'locked') => Promise<void>) | undefined
}

/**
 * Takes a backup before a run, and removes old ones after it, also after one that failed. A backup that cannot be made
 * refuses the run: nothing is changed then.
 */
export function backupSafeguard({
  backups,
  before = 'destructive',
  onProgress,
  onObstacle = async (obstacle) => {
    throw withoutBackup(obstacle)
  },
}: BackupSafeguardOptions): Safeguard {
  return {
    async ahead(preview) {
      const obstacle = await backupObstacle(preview, { before, trackingTables: backups.trackingTables })
      if (obstacle !== undefined) await onObstacle(obstacle, 'ahead')
    },
    async before(context): Promise<Safety> {
      if (!(await isWanted(before, context))) return {}
      const obstacle = await context.driver.snapshots?.obstacle?.()
      if (obstacle !== undefined) {
        await onObstacle(obstacle, 'locked')
        return {}
      }
      const { runId } = context.run
      const { path } = await backups.create({ lock: 'held', reason: 'automatic', runId, onProgress })
      return { backup: path }
    },
    async after(): Promise<readonly Finding[]> {
      await backups.rotate({ lock: 'held' })
      return []
    },
  }
}

/**
 * What keeps the backup from being made that would be taken before a run; undefined where none would be, or nothing
 * does. Throws the DATABASE_… codes.
 */
export async function backupObstacle(
  preview: SafeguardPreview,
  {
    before = 'destructive',
    trackingTables,
  }: { readonly before?: BackupSafeguardOptions['before']; readonly trackingTables: readonly string[] },
): Promise<SnapshotObstacle | undefined> {
  const { driver, creates } = preview
  if (before === 'never' || creates || driver.snapshots?.obstacle === undefined) return undefined
  if (before === 'destructive' && !(await destroys(preview))) return undefined
  const obstacle = await driver.snapshots.obstacle()
  if (obstacle === undefined || before === 'always') return obstacle
  const session = await driver.session('read')
  try {
    return (await holdsRows(session, { except: trackingTables })) ? obstacle : undefined
  } finally {
    await session.close()
  }
}

/** The refusal of a run before which no backup can be taken; `agree` says how to go on all the same. */
export function withoutBackup(
  { message, hint }: SnapshotObstacle,
  agree = 'configure the backups before: never',
): MigrateError {
  return new MigrateError('CONSENT_REQUIRED', `No backup can be taken before this: ${message}`, {
    hint: `${hint}; or ${agree}, to go on without a backup`,
    details: { kind: 'no-backup' },
  })
}

async function isWanted(
  before: BackupSafeguardOptions['before'],
  context: SafeguardContext,
): Promise<boolean> {
  if (before === 'never' || context.creates) return false
  if (before === 'always') return true
  // A database in memory is gone with its connection, whatever is done for it.
  if (context.driver.snapshots === undefined) return false
  return (await destroys(context)) && holdsRows(context.session, { except: context.trackingTables })
}

async function destroys({ plan, driver, scriptOf }: SafeguardPreview): Promise<boolean> {
  for (const step of plan.steps) {
    if (mayDestroy(scriptFacts(await scriptOf(step), driver.dialect))) return true
  }
  return false
}
