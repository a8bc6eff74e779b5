import { interrupted, type StopSignal } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import type { CheckedOptions } from '../driver-options.ts'
import { openConnection } from '../open-connection.ts'

const LOOK_MS = 100

interface Stoppable {
  readonly connection: Connection
  readonly options: CheckedOptions
  readonly signal: StopSignal | undefined
  /** What was going on: `the rows were read`. */
  readonly what: string
}

/** Does work on a connection, and has the server give up the statement there when somebody asks to stop. */
export async function cancelWhenStopped<T>(
  work: () => Promise<T>,
  { connection, options, signal, what }: Stoppable,
): Promise<T> {
  let cancelling: Promise<void> | undefined
  const look = setInterval(() => {
    if (signal?.aborted === true) cancelling ??= cancel(connection, options)
  }, LOOK_MS)
  try {
    return await work()
  } catch (error) {
    throw signal?.aborted === true ? interrupted(what) : error
  } finally {
    clearInterval(look)
    await cancelling
  }
}

/** Whatever comes of it: the work ends by itself otherwise. */
async function cancel({ backend }: Connection, options: CheckedOptions): Promise<void> {
  try {
    const { connection } = await openConnection(options, 'read')
    await connection.run('SELECT pg_cancel_backend($1)', [backend ?? 0]).finally(() => connection.close())
  } catch {}
}
