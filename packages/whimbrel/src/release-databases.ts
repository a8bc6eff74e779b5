import { combineSafeguards, type Hooks, type Safeguard } from '@whimbrel/core'
import type { ReleaseDatabase } from '@whimbrel/orchestrator'
import { backupAt, backupSafeguard, withoutBackup } from '@whimbrel/rollback-manager'
import type { CheckedOptions } from './checked-options.ts'
import { backupsOf } from './compose/backups-of.ts'
import type { ComposedDatabase } from './compose/compose-database.ts'
import { lossSafeguardOf } from './compose/loss-safeguard-of.ts'
import { consentSafeguard } from './consent-safeguard.ts'
import type { Product } from './product.ts'
import type { DatabaseHooks } from './start-options.ts'
import { toolVersion } from './tool-version.ts'

/** Every database of a product, with what its migrations are run with. */
export function releaseDatabases({ all }: Product, options: CheckedOptions): readonly ReleaseDatabase[] {
  return all.map((database) => {
    const { name, driver, tracker, source, transaction, lockTimeoutMs } = database
    return {
      name,
      driver,
      tracker,
      source,
      transaction,
      lockTimeoutMs,
      hookTimeoutMs: options.hookTimeoutMs,
      safeguard: safeguardOf(database, options),
      // Whoever began the run that is finished now has agreed to what it loses; it is kept all the same.
      recoverySafeguard: lossSafeguardOf(database, { allowDataLoss: true }),
      ...(options.hooks && { hooks: hooksOf(options.hooks, name) }),
      ...(driver.snapshots && { restoreBackup: (path: string) => restored(path, { database, options }) }),
    }
  })
}

const agreeing = 'add { consent: true }, or set "backup": { "before": "never" } in the manifest'

/** First who has to agree, then what would be lost, then the backup: none is taken for a run that is refused. */
function safeguardOf(
  database: ComposedDatabase,
  { consent = false, allowDataLoss }: CheckedOptions,
): Safeguard {
  const { driver, backup } = database
  return combineSafeguards(
    ...(consent ? [] : [consentSafeguard(database)]),
    lossSafeguardOf(database, { allowDataLoss }),
    ...(driver.snapshots === undefined
      ? []
      : [
          backupSafeguard({
            backups: backupsOf(database, { toolVersion }),
            before: backup.before,
            onObstacle: async (obstacle) => {
              if (!consent) throw withoutBackup(obstacle, agreeing)
            },
          }),
        ]),
  )
}

/** What was there before is backed up, too. The lock of the database is held. */
async function restored(
  path: string,
  { database, options }: { readonly database: ComposedDatabase; readonly options: CheckedOptions },
): Promise<{ readonly kept: string | undefined }> {
  const { signal } = options
  const backups = backupsOf(database, { toolVersion })
  const { kept } = await backups.restore(await backupAt(path), { lock: 'held', signal })
  return { kept: kept?.path }
}

/** The same hooks, told the name of the database. */
function hooksOf(hooks: DatabaseHooks, database: string): Hooks {
  const named = Object.entries(hooks).map(([name, hook]) => [
    name,
    typeof hook === 'function' ? (context: object) => hook({ ...context, database } as never) : hook,
  ])
  return Object.fromEntries(named)
}
