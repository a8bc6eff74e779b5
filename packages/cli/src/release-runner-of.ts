import { processOwner } from '@whimbrel/core/process'
import { type ReleaseDatabase, type ReleaseEvent, ReleaseRunner } from '@whimbrel/orchestrator'
import { backupAt } from '@whimbrel/rollback-manager'
import { backupsOf } from './backups-of.ts'
import type { CommandContext } from './command.ts'
import type { Consent } from './consent.ts'
import type { RunListener } from './run-listener.ts'
import { recoverySafeguardsOf, safeguardsOf } from './safeguards-of.ts'
import type { Target, Targets } from './target.ts'
import { version } from './version.ts'

/** What the databases of a command are run with, as one release. */
export interface ReleaseSettings {
  readonly targets: Targets
  readonly context: CommandContext<unknown>
  readonly listener: RunListener
  /** Of those who may have to agree; without it nobody has to. */
  readonly consent?: Consent
  /** Somebody agreed to lose rows and values. */
  readonly allowDataLoss?: boolean | undefined
}

/** Runs all databases of a command; each request picks those that it is about. */
export function releaseRunnerOf(settings: ReleaseSettings): ReleaseRunner {
  const { targets, context, listener } = settings
  const byName = new Map(targets.all.map((target) => [target.name, target]))
  return new ReleaseRunner({
    databases: targets.all.map((target) => releaseDatabase(target, settings)),
    runner: processOwner(context.commandLine, version),
    environment: targets.environment,
    signal: context.terminal.signal,
    onEvent: (event) => tell(event, { listener, byName }),
  })
}

function tell(
  event: ReleaseEvent,
  { listener, byName }: { readonly listener: RunListener; readonly byName: ReadonlyMap<string, Target> },
): void {
  if (!('database' in event)) {
    listener.release(event)
    return
  }
  const target = byName.get(event.database)
  if (target !== undefined) listener.listen(target, event)
}

function releaseDatabase(target: Target, settings: ReleaseSettings): ReleaseDatabase {
  const { name, driver, tracker, source, transaction, lockTimeoutMs } = target
  const { context, listener } = settings
  return {
    name,
    driver,
    tracker,
    source,
    transaction,
    lockTimeoutMs,
    safeguard: safeguardsOf(target, settings),
    recoverySafeguard: recoverySafeguardsOf(target, listener),
    ...(driver.snapshots && {
      restoreBackup: async (path: string) => {
        const { signal } = context.terminal
        const { kept } = await backupsOf(target).restore(await backupAt(path), { lock: 'held', signal })
        return { kept: kept?.path }
      },
    }),
  }
}
