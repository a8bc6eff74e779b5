import { combineSafeguards, type Hooks, type Safeguard } from '@whimbrel/core'
import type { ReleaseDatabase } from '@whimbrel/orchestrator'
import { backupAt, backupSafeguard } from '@whimbrel/rollback-manager'
import type { CheckedOptions } from './checked-options.ts'
import { backupsOf } from './compose/backups-of.ts'
import type { ComposedDatabase } from './compose/compose-database.ts'
import { lossSafeguardOf } from './compose/loss-safeguard-of.ts'
import { consentSafeguard } from './consent-safeguard.ts'
import type { Product } from './product.ts'
import { runnerOf } from './runner-of.ts'
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
      : [backupSafeguard({ backups: backupsOf(database, { toolVersion }), before: backup.before })]),
  )
}

/** How long a restore waits for another run where nobody says, in milliseconds. */
const LOCK_TIMEOUT_MS = 30_000

async function restored(
  path: string,
  { database, options }: { readonly database: ComposedDatabase; readonly options: CheckedOptions },
): Promise<void> {
  const { host, pid, command } = runnerOf(options)
  const owner = { host, pid, command, since: new Date().toISOString() }
  const lock = { owner, timeoutMs: database.lockTimeoutMs ?? LOCK_TIMEOUT_MS, signal: options.signal }
  await backupsOf(database, { toolVersion }).restore(await backupAt(path), { lock })
}

/** The same hooks, told the name of the database. */
function hooksOf(hooks: DatabaseHooks, database: string): Hooks {
  const named = Object.entries(hooks).map(([name, hook]) => [
    name,
    typeof hook === 'function' ? (context: object) => hook({ ...context, database } as never) : hook,
  ])
  return Object.fromEntries(named)
}
