import { createHash, randomBytes } from 'node:crypto'
import { MigrateError, type StatementSettler } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { engineNumber } from '../error-translation.ts'
import { beginningOf } from '../in-the-way.ts'
import { type ObjectState, readStates } from './object-state.ts'
import { type StatementEffect, statementEffect } from './statement-effect.ts'

const AGAIN = 'again'
/** How long it looks after a connection that goes away before it says that it does not, in milliseconds. */
const PATIENCE_MS = 1_000
const PAUSE_MS = 20

interface OtherConnection {
  readonly id: number
  readonly own: number
  readonly command: string | null
  readonly seconds: number | null
  readonly info: string | null
}

/**
 * Finds out whether a statement that commits by itself took effect, by the definitions of what it changes.
 *
 * A trace holds a hash of these definitions and the name of a lock that the session keeps until its end: as long as
 * somebody has that lock, the server may still be at the statement of a client that is gone.
 */
export class MysqlSettler implements StatementSettler {
  readonly #connection: Connection
  readonly #token = randomBytes(9).toString('hex')
  #isPresent = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Names of the locks that a connection has to take again that has lost them. */
  get locks(): readonly string[] {
    return this.#isPresent ? [presence(this.#token)] : []
  }

  async trace(sql: string): Promise<string | undefined> {
    const effect = statementEffect(sql)
    if (effect === undefined) return undefined
    const hash = effect.afterwards === AGAIN ? AGAIN : await this.#hashOf(effect)
    if (hash === undefined) return undefined
    await this.#present()
    return `${this.#token}.${hash}`
  }

  async settle(sql: string, trace: string): Promise<boolean> {
    const [token = '', hash = ''] = trace.split('.')
    await this.#awaitEnd(token)
    const effect = statementEffect(sql)
    if (effect === undefined || effect.afterwards === AGAIN) return false
    const states = await readStates(this.#connection, effect)
    if (states === undefined) throw this.#unreadable(effect)
    if (hashOf(states) === hash) return false
    const gone = states.filter((state) => state === null).length
    if (effect.afterwards === 'exist') return gone === 0
    if (effect.afterwards === 'differ' || gone === states.length) return true
    if (gone > 0) await this.#dropRest(sql)
    return gone > 0
  }

  async #hashOf(effect: StatementEffect): Promise<string | undefined> {
    const states = await readStates(this.#connection, effect)
    return states === undefined ? undefined : hashOf(states)
  }

  /** From here on others can see whether this session has ended. */
  async #present(): Promise<void> {
    if (this.#isPresent) return
    await this.#connection.run('DO get_lock(?, 0)', [presence(this.#token)])
    this.#isPresent = true
  }

  /**
   * Waits for the end of the connection that was at the statement. One that does nothing any more, because its client is
   * gone and nobody told the server, is ended; one that works is not: its statement is what everybody waits for.
   */
  async #awaitEnd(token: string): Promise<void> {
    const until = performance.now() + PATIENCE_MS
    for (;;) {
      const [other] = await this.#connection.run<OtherConnection>(otherConnection, [presence(token)])
      if (other === undefined || other.id === other.own) return
      if (other.command === 'Sleep') await this.#end(other)
      if (performance.now() > until) throw this.#stillAt(other)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  async #end({ id }: OtherConnection): Promise<void> {
    await this.#connection.run(`KILL ${id}`).catch((error: unknown) => {
      // It has just ended by itself.
      if (!isEngineError(error, [1094])) throw error
    })
  }

  /** Of several things in one DROP each goes by itself; those that have gone are errors, and the others go. */
  async #dropRest(sql: string): Promise<void> {
    await this.#connection.run(sql).catch((error: unknown) => {
      if (!isEngineError(error, [1051, 4091, 4092])) throw error
    })
  }

  #stillAt({ id, seconds, info }: OtherConnection): MigrateError {
    const { location } = this.#connection.place
    const statement = info === null ? 'it' : `"${beginningOf(info)}"`
    const since = seconds === null ? '' : ` since ${seconds} s`
    return new MigrateError(
      'DATABASE_BUSY',
      `Connection ${id} of ${location} is still at ${statement}${since}, although its client is gone`,
      {
        hint: `Wait until it has finished and run the retry again; or end it with KILL ${id}, which undoes the statement, and retry`,
        details: { transient: true, connection: id },
      },
    )
  }

  #unreadable({ objects }: StatementEffect): MigrateError {
    const names = objects.map(({ name }) => name).join(', ')
    const { location } = this.#connection.place
    return new MigrateError('STATEMENT_FAILED', `The definition of ${names} in ${location} cannot be read`, {
      hint: 'Let the user who began the migration retry it, or give this one the same rights',
    })
  }
}

/** Names of locks belong to the whole server. */
function presence(token: string): string {
  return `whimbrel-at:${token}`
}

const otherConnection = `SELECT held.id, connection_id() AS own, p.command, p.time AS seconds, p.info
  FROM (SELECT is_used_lock(?) AS id) AS held LEFT JOIN information_schema.processlist AS p ON p.id = held.id
  WHERE held.id IS NOT NULL`

function hashOf(states: readonly ObjectState[]): string {
  return createHash('sha256').update(JSON.stringify(states)).digest('hex').slice(0, 24)
}

function isEngineError(error: unknown, numbers: readonly number[]): boolean {
  return MigrateError.is(error) && numbers.includes(engineNumber(error.cause))
}
