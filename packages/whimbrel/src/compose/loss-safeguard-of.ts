import { join } from 'node:path'
import type { Safeguard } from '@whimbrel/core'
import { lossSafeguard } from '@whimbrel/rollback-manager'
import type { ComposedDatabase } from './compose-database.ts'

/** What looks after the rows of a database while it is changed; kept rows go into `kept` beside its backups. */
export function lossSafeguardOf(
  { name, backup, backupLabel }: ComposedDatabase,
  { allowDataLoss }: { readonly allowDataLoss?: boolean | undefined },
): Safeguard {
  return lossSafeguard({
    database: name,
    directory: join(backup.directory, 'kept'),
    label: join(backupLabel, 'kept'),
    allowDataLoss,
    retention: { keep: backup.keep, maxAgeMs: backup.maxAgeMs, maxBytes: backup.maxBytes },
  })
}
