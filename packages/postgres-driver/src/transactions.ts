import { randomBytes } from 'node:crypto'
import { MigrateError, type TransactionOptions } from '@whimbrel/core'
import type { Connection } from './connection.ts'
import { deferredViolation } from './deferred-violation.ts'
import type { Settings } from './open-connection.ts'
import { quoteLiteral } from './quote-identifier.ts'
import { isNoSavepoint, transactionLost } from './transaction-lost.ts'

export interface TransactionHost {
  readonly connection: Connection
  /** What is put back at the beginning of a transaction. */
  readonly settings: Settings
  /** Throws where the lock of this driver is gone although nobody gave it back. */
  readonly checkLock: () => void
}

/** Nested transactions of one connection: a real one outside, savepoints inside, a guard in each. */
export class Transactions {
  readonly #host: TransactionHost
  // Nobody releases a guard by accident whose name nobody can guess.
  readonly #guard = `guard_${randomBytes(9).toString('hex')}_`
  readonly #restore: string
  #depth = 0
  #begun = false
  #lost: MigrateError | undefined

  constructor(host: TransactionHost) {
    this.#host = host
    this.#restore = restoring(host.settings)
  }

  /** Throws when a statement ended the transaction: what ran now would be kept for good. */
  checkAlive(): void {
    const { connection, checkLock } = this.#host
    if (this.#begun && connection.lost === undefined && connection.status === 'none') throw this.#loss()
    checkLock()
  }

  /** Makes the checks now that wait for the commit. Only where nothing but the commit follows. */
  async prepare(): Promise<void> {
    const { connection, checkLock } = this.#host
    if (!this.#begun || this.#depth !== 1) throw notAtTheEnd()
    await connection.raw('SET CONSTRAINTS ALL IMMEDIATE').catch((error) => {
      throw deferredViolation(connection, error) ?? connection.translate(error)
    })
    checkLock()
  }

  async run<T>(work: () => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const level = this.#depth + 1
    if (level > 1 && !this.#begun) throw overlapped()
    checkOptions(options, level)
    this.#depth = level
    try {
      if (level > 1) return await this.#nested(work, level)
      return await this.#outermost(work, options)
    } finally {
      this.#depth = level - 1
    }
  }

  /** Beginning and end take one round trip each. */
  async #outermost<T>(work: () => Promise<T>, { asIs = false }: TransactionOptions): Promise<T> {
    const guard = this.#guard + 1
    this.#lost = undefined
    await this.#send(`BEGIN; ${asIs ? '' : this.#restore}SAVEPOINT ${guard}`).catch(async (error) => {
      await this.#quietly('ROLLBACK')
      throw error
    })
    this.#begun = true
    try {
      const result = await this.#worked(work, 1)
      await this.#commit(guard)
      return result
    } catch (error) {
      throw await this.#undo(error, { guard, statement: 'ROLLBACK' })
    } finally {
      this.#begun = false
      if (this.#host.connection.status !== 'none') await this.#quietly('ROLLBACK')
    }
  }

  async #nested<T>(work: () => Promise<T>, level: number): Promise<T> {
    const guard = this.#guard + level
    await this.#send(`SAVEPOINT ${guard}`)
    try {
      const result = await this.#worked(work, level)
      await this.#send(`RELEASE SAVEPOINT ${guard}`).catch((error) => {
        throw this.#ended(error)
      })
      return result
    } catch (error) {
      throw await this.#undo(error, { guard, statement: `RELEASE SAVEPOINT ${guard}` })
    }
  }

  async #worked<T>(work: () => Promise<T>, level: number): Promise<T> {
    const result = await work()
    if (this.#depth !== level) throw overlapped()
    this.#host.checkLock()
    return result
  }

  /** The guard goes first: where it is gone, nothing is committed. */
  async #commit(guard: string): Promise<void> {
    const { connection } = this.#host
    try {
      await connection.raw(`RELEASE SAVEPOINT ${guard}; COMMIT`)
    } catch (error) {
      throw isNoSavepoint(error) || connection.status === 'failed'
        ? this.#ended(error)
        : atCommit(connection, error)
    }
  }

  /** Undoes to the guard. Returns the error to throw: the first one, unless the guard is gone. */
  async #undo(error: unknown, { guard, statement }: { guard: string; statement: string }): Promise<unknown> {
    const { connection } = this.#host
    if (connection.lost !== undefined) return error
    if (connection.status === 'none') {
      // An error at the commit has undone everything already.
      const isKnown = MigrateError.is(error) && (error.details.commit === true || error === this.#lost)
      return isKnown ? error : this.#loss(error)
    }
    try {
      await connection.raw(`ROLLBACK TO SAVEPOINT ${guard}; ${statement}`)
      return error
    } catch (second) {
      return isNoSavepoint(second) ? this.#loss(error) : error
    }
  }

  async #send(sql: string): Promise<void> {
    const { connection } = this.#host
    await connection.raw(sql).catch((error) => {
      throw connection.translate(error)
    })
  }

  async #quietly(sql: string): Promise<void> {
    // There is an error under way already, which says more.
    await this.#host.connection.raw(sql).catch(() => undefined)
  }

  /** Why the guard could not be released. */
  #ended(error: unknown): MigrateError {
    const { connection } = this.#host
    const cause = MigrateError.is(error) ? error.cause : error
    return isNoSavepoint(cause) ? this.#loss(cause) : connection.translate(error)
  }

  #loss(first?: unknown): MigrateError {
    this.#lost ??= transactionLost(this.#host.connection.place, first)
    return this.#lost
  }
}

function restoring(settings: Settings): string {
  const calls = [...settings].map(([name, value]) => `set_config('${name}', ${quoteLiteral(value)}, false)`)
  return `RESET ROLE; SELECT ${calls.join(', ')}; `
}

/** An error at COMMIT does not mean "not kept": `details.commit` tells the caller to look. */
function atCommit(connection: Connection, error: unknown): MigrateError {
  const { code, message, hint, details, cause } =
    deferredViolation(connection, error) ?? connection.translate(error)
  return new MigrateError(code, message, { hint, details: { ...details, commit: true }, cause })
}

function notAtTheEnd(): MigrateError {
  return new MigrateError('USAGE', 'Only the outermost transaction is prepared, and as its last statement', {
    hint: 'Await what runs inside it before',
  })
}

/** Two transactions of one session that overlap would undo each other's work. */
function overlapped(): MigrateError {
  return new MigrateError('USAGE', 'Two transactions of one session overlapped', {
    hint: 'Await one transaction before starting the next, or open a session for each',
  })
}

function checkOptions({ foreignKeys, asIs }: TransactionOptions, level: number): void {
  const name = foreignKeys !== undefined ? 'foreignKeys' : asIs === true ? 'asIs' : undefined
  if (level > 1 && name !== undefined) {
    throw new MigrateError('USAGE', `${name} was given to a transaction inside another one`, {
      hint: 'Give it to the outermost transaction',
    })
  }
  if (foreignKeys === undefined || asIs !== true) return
  throw new MigrateError('USAGE', 'foreignKeys and asIs contradict each other', {
    hint: 'Give only one of them',
  })
}
