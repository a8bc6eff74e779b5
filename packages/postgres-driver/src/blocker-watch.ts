import { MigrateError } from '@whimbrel/core'
import { type Blocker, describeBlocker, readBlockers } from './blocker.ts'
import type { Connection } from './connection.ts'
import { engineCode } from './error-translation.ts'
import type { Place } from './place.ts'

export interface BlockerWatchOptions {
  readonly place: Place
  /** The backend that may have to wait. */
  readonly backend: number
  /** How long a statement waits for one lock, in milliseconds; 0 for ever, and then nobody is asked for. */
  readonly lockTimeoutMs: number
  /** A connection that is free while this one waits. */
  readonly observer: () => Promise<Connection>
}

/**
 * Finds out who is in the way of statements. The server tells only that a lock was not given in time; by then nobody
 * waits any more and it is too late to ask. So whoever waits is looked at from another connection shortly before.
 */
export class BlockerWatch {
  readonly #options: BlockerWatchOptions

  constructor(options: BlockerWatchOptions) {
    this.#options = options
  }

  /** Runs a statement; where it gave up waiting for a lock, the error names who had it. */
  async run<T>(statement: () => Promise<T>): Promise<T> {
    const { backend, lockTimeoutMs } = this.#options
    if (lockTimeoutMs === 0) return statement()
    let found: readonly Blocker[] = []
    let asking: Promise<void> = Promise.resolve()
    const ask = () => {
      asking = this.#ask(backend).then((blockers) => {
        // Who was in the way at first may have gone, and another one have come.
        if (blockers.length > 0) found = blockers
        if (timer !== undefined) timer = setTimeout(ask, lockTimeoutMs * ASKED_AT)
      })
    }
    let timer: NodeJS.Timeout | undefined = setTimeout(ask, lockTimeoutMs * ASKED_AT)
    try {
      return await statement()
    } catch (error) {
      clearTimeout(timer)
      timer = undefined
      if (!isLockTimeout(error)) throw error
      await asking
      throw withBlockers(error, { place: this.#options.place, blockers: found })
    } finally {
      clearTimeout(timer)
      timer = undefined
    }
  }

  async #ask(backend: number): Promise<readonly Blocker[]> {
    try {
      return await readBlockers(await this.#options.observer(), backend)
    } catch {
      // The error of the statement is told without names then.
      return []
    }
  }
}

/** At which part of the time that a statement waits for a lock. */
const ASKED_AT = 0.6

function isLockTimeout(error: unknown): error is MigrateError {
  return MigrateError.is(error) && engineCode(error.cause) === '55P03'
}

function withBlockers(
  error: MigrateError,
  { place, blockers }: { readonly place: Place; readonly blockers: readonly Blocker[] },
): MigrateError {
  const [first, ...others] = blockers
  if (first === undefined) return error
  const { relation = 'what the statement needs' } = first
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const { code, details, cause } = error
  return new MigrateError(
    code,
    `${place.location} is in use: ${relation} is held by ${describeBlocker(first)}${more}`,
    { hint: wayOut(first), details: { ...details, blockers }, cause },
  )
}

function wayOut({ backend, applicationName }: Blocker): string {
  const end =
    backend === 0
      ? `ROLLBACK PREPARED or COMMIT PREPARED of ${applicationName}`
      : `SELECT pg_terminate_backend(${backend})`
  return `Let it finish, or end it with ${end}, then run the command again; --busy-timeout waits longer`
}
