import { MigrateError } from '@whimbrel/core'
import { Backups } from '@whimbrel/rollback-manager'
import type { ComposedDatabase } from './compose-database.ts'

/**
 * The backups of a database as it is configured; `keep` counts over that. Throws BACKUP_FAILED where its driver makes
 * none, and USAGE.
 */
export function backupsOf(
  { name, url, driver, tracker, backup }: ComposedDatabase,
  { toolVersion, keep }: { readonly toolVersion: string; readonly keep?: number | undefined },
): Backups {
  if (driver.snapshots === undefined) {
    throw new MigrateError('BACKUP_FAILED', `${url} is in memory, of which no backups are made`, {
      hint: 'Leave it out by naming the others with --db',
    })
  }
  const { directory, maxAgeMs, maxBytes } = backup
  const retention = { keep: keep ?? backup.keep, maxAgeMs, maxBytes }
  return new Backups({
    database: name,
    driver,
    tracker,
    directory,
    retention,
    toolVersion,
    instanceOf: async (session) => (await tracker.stamp(session))?.instanceId ?? null,
  })
}
