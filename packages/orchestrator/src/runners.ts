import { MigrationRunner, type MigrationRunnerOptions, type RunEvent } from '@whimbrel/core'
import { rollbackVerifier } from '@whimbrel/rollback-manager'
import type { ReleaseDatabase } from './release-database.ts'
import type { ReleaseRunnerOptions } from './release-runner-options.ts'

/** What the runners of one run are made for. */
export interface RunnersOptions {
  readonly runId: string
  /** Checks what a rollback leaves, and looks after what it could lose. */
  readonly direction: 'up' | 'down'
  /** The recovery of an interrupted run: it has been agreed to before. */
  readonly recovers?: boolean
}

/** Makes the runner of each database of a run. */
export function runnersOf(
  { runner, environment, signal, onEvent }: Omit<ReleaseRunnerOptions, 'databases'>,
  { runId, direction, recovers = false }: RunnersOptions,
): (database: ReleaseDatabase) => MigrationRunner {
  return (database) => {
    const { name, driver, tracker, source, transaction, lockTimeoutMs, hooks, hookTimeoutMs } = database
    const safeguard = recovers ? database.recoverySafeguard : database.safeguard
    return new MigrationRunner({
      driver,
      tracker,
      source,
      transaction,
      lockTimeoutMs,
      hookTimeoutMs,
      name,
      environment,
      runId,
      // A run looks for interrupted ones before; one that is there under the lock was interrupted since, or is another
      // manifest's to finish, and its decision must not be overwritten.
      unfinishedRuns: recovers ? 'leave' : 'refuse',
      onEvent: (event: RunEvent) => onEvent?.({ ...event, database: name }),
      ...given({ runner, signal, hooks, safeguard }),
      ...(direction === 'down' || recovers ? { verifier: rollbackVerifier() } : {}),
    })
  }
}

type Optional = Pick<MigrationRunnerOptions, 'runner' | 'signal' | 'hooks' | 'safeguard'>

function given(options: { readonly [Name in keyof Optional]: Optional[Name] | undefined }): Optional {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
