import type { Lock } from '@whimbrel/core'
import type { ReleaseDatabase } from '../release-database.ts'
import type { ReleaseRunnerOptions } from '../release-runner-options.ts'

/** The lock of a database, for what is done to it without a run of its own. Throws LOCK_TIMEOUT. */
export function lockDatabase(
  { name, driver, lockTimeoutMs = 30_000 }: ReleaseDatabase,
  { runner, signal, onEvent }: Pick<ReleaseRunnerOptions, 'runner' | 'signal' | 'onEvent'>,
): Promise<Lock> {
  const { host = 'unknown', pid = 0, command = 'an application' } = runner ?? {}
  return driver.lock(
    { host, pid, command, since: new Date().toISOString() },
    {
      timeoutMs: lockTimeoutMs,
      signal,
      onWait: (holder) => onEvent?.({ type: 'lock-waiting', holder, database: name }),
    },
  )
}
