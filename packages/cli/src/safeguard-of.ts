import { join } from 'node:path'
import type { Safeguard } from '@whimbrel/core'
import { lossSafeguard } from '@whimbrel/rollback-manager'
import type { Target } from './target.ts'

/** What looks after the rows of a database while `up` and `down` change it. */
export function safeguardOf(options: { readonly allowDataLoss?: boolean }): (target: Target) => Safeguard {
  return ({ name, backup, backupLabel }) =>
    lossSafeguard({
      database: name,
      directory: join(backup.directory, 'kept'),
      label: join(backupLabel, 'kept'),
      allowDataLoss: options.allowDataLoss,
      retention: { keep: backup.keep, maxAgeMs: backup.maxAgeMs, maxBytes: backup.maxBytes },
    })
}

/** The option of `up` and `down` that agrees to a loss. */
export const allowDataLoss = {
  flags: '--allow-data-loss',
  description: 'agree to lose rows and values; they are kept in a file first',
}
