import { MigrateError } from '@whimbrel/core'
import { engineCode } from './error-translation.ts'
import type { Place } from './place.ts'

export interface TimeLimit {
  readonly place: Place
  /** In milliseconds, 0 for none. */
  readonly statementTimeoutMs: number
}

/** Runs a statement; the server says in the same way that one took too long and that somebody stopped it. */
export async function timeLimited<T>(
  { place, statementTimeoutMs }: TimeLimit,
  statement: () => Promise<T>,
): Promise<T> {
  const started = performance.now()
  try {
    return await statement()
  } catch (error) {
    if (!MigrateError.is(error) || engineCode(error.cause) !== '57014') throw error
    if (error.code === 'INTERRUPTED') throw error
    const { code, details, cause } = error
    const tookMs = performance.now() - started
    if (statementTimeoutMs > 0 && tookMs >= statementTimeoutMs) {
      throw new MigrateError(
        code,
        `${place.location} stopped the statement, which took longer than the ${statementTimeoutMs} ms of statementTimeout`,
        {
          hint: 'Let one statement do less at once, or raise "statementTimeout" of this database in the manifest',
          details: { ...details, statementTimeoutMs },
          cause,
        },
      )
    }
    throw new MigrateError(code, `The statement was stopped on ${place.location}: ${error.message}`, {
      hint: 'Somebody cancelled it, or it set a statement_timeout itself: look at the log of the server, then run the command again',
      details,
      cause,
    })
  }
}
