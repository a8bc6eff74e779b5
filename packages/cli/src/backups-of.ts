import { MigrateError } from '@whimbrel/core'
import { processOwner } from '@whimbrel/core/process'
import { type BackupLock, Backups } from '@whimbrel/rollback-manager'
import type { CommandContext } from './command.ts'
import type { RunListener } from './run-listener.ts'
import type { Target } from './target.ts'
import { version } from './version.ts'

/** How long a command waits for another run where nobody says, in milliseconds. */
const LOCK_TIMEOUT_MS = 30_000

/** The backups of a database as it is configured; `keep` counts over that. Throws BACKUP_FAILED, USAGE. */
export function backupsOf({ name, url, driver, tracker, backup }: Target, keep?: number): Backups {
  if (driver.snapshots === undefined) {
    throw new MigrateError(
      'BACKUP_FAILED',
      `${url} is not a SQLite file, and backups are made of nothing else`,
      {
        hint: 'Leave it out by naming the others with --db, and use the tools of its engine',
      },
    )
  }
  const { directory, maxAgeMs, maxBytes } = backup
  const retention = { keep: keep ?? backup.keep, maxAgeMs, maxBytes }
  return new Backups({
    database: name,
    driver,
    tracker,
    directory,
    retention,
    toolVersion: version,
    instanceOf: async (session) => (await tracker.stamp(session))?.instanceId ?? null,
  })
}

/** Asks for the lock of a database, and tells people when somebody else has it. */
export function lockFor(
  target: Target,
  { context, listener }: { context: CommandContext<unknown>; listener: RunListener },
): BackupLock {
  const { host, pid, command } = processOwner(context.commandLine, version)
  return {
    owner: { host, pid, command, since: new Date().toISOString() },
    timeoutMs: target.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
    signal: context.terminal.signal,
    onWait: (holder) => listener.listen(target, { type: 'lock-waiting', holder }),
  }
}
