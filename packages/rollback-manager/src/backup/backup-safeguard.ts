import { type Finding, type Safeguard, type SafeguardContext, type Safety, scriptFacts } from '@whimbrel/core'
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
}

/**
 * Takes a backup before a run, and removes old ones after it, also after one that failed. A backup that cannot be made
 * refuses the run: nothing is changed then.
 */
export function backupSafeguard({
  backups,
  before = 'destructive',
  onProgress,
}: BackupSafeguardOptions): Safeguard {
  return {
    async before(context): Promise<Safety> {
      if (!(await isWanted(before, context))) return {}
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

async function destroys({ plan, driver, scriptOf }: SafeguardContext): Promise<boolean> {
  for (const step of plan.steps) {
    if (mayDestroy(scriptFacts(await scriptOf(step), driver.dialect))) return true
  }
  return false
}
