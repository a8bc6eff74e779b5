import { interrupted, MigrateError, type StopSignal } from '@whimbrel/core'
import type { Connection } from '../connection.ts'

export interface Waiting {
  readonly timeoutMs: number
  readonly signal?: StopSignal | undefined
}

/**
 * Runs a statement that waits for tables that others have locked, again and again, because a statement that waits cannot
 * be stopped. Throws DATABASE_BUSY and INTERRUPTED.
 */
export async function untilFree(
  connection: Connection,
  sql: string,
  { timeoutMs, signal }: Waiting,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  // The server counts whole seconds.
  await connection.run('SET SESSION lock_wait_timeout = 1, SESSION innodb_lock_wait_timeout = 1')
  for (;;) {
    try {
      await connection.run(sql)
      return
    } catch (error) {
      if (!MigrateError.is(error) || error.code !== 'DATABASE_BUSY') throw error
      if (signal?.aborted === true) throw interrupted(`${connection.place.location} was in use by others`)
      if (Date.now() >= deadline) throw error
    }
  }
}
