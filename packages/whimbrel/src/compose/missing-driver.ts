import { type Driver, MigrateError, sqliteDialect } from '@whimbrel/core'
import type { DatabaseEntry } from '@whimbrel/manifest'

/**
 * Stands for the driver of an engine that this release cannot open, so that one such database does not hide the
 * others of its manifest: whatever is asked of it rejects with DRIVER_UNKNOWN.
 */
export function missingDriver({ engine, displayUrl }: DatabaseEntry): Driver {
  const refuse = () =>
    Promise.reject(
      new MigrateError(
        'DRIVER_UNKNOWN',
        `${displayUrl} is a ${engine} database, which this release cannot open`,
        {
          hint: 'Give it a sqlite: url, or leave it out by naming the others with --db',
        },
      ),
    )
  return {
    dialect: sqliteDialect,
    location: displayUrl,
    exists: refuse,
    session: refuse,
    lock: refuse,
    scratch: refuse,
    close: () => Promise.resolve(),
  }
}
