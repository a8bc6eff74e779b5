import { processOwner } from '@whimbrel/core/process'
import type { BackupLock, Backups } from '@whimbrel/rollback-manager'
import { backupsOf as composedBackups } from 'whimbrel/compose'
import type { CommandContext } from './command.ts'
import type { RunListener } from './run-listener.ts'
import type { Target } from './target.ts'
import { version } from './version.ts'

/** How long a command waits for another run where nobody says, in milliseconds. */
const LOCK_TIMEOUT_MS = 30_000

/** The backups of a database as it is configured; `keep` counts over that. Throws BACKUP_FAILED, USAGE. */
export function backupsOf(target: Target, keep?: number): Backups {
  return composedBackups(target, { toolVersion: version, keep })
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
