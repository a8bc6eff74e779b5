import { randomBytes } from 'node:crypto'
import { MigrateError, mysqlDialect, type TransactionOptions } from '@whimbrel/core'
import type { Connection } from './connection.ts'
import { withRowsThatStay } from './rows-that-stay.ts'
import { statementVerb } from './statement-verb.ts'
import { isNoSavepoint, transactionLost } from './transaction-lost.ts'

export interface TransactionHost {
  readonly connection: Connection
  /** The statement that is run before a transaction begins. */
  readonly settings: string
  /** Whether one message may hold several statements, as a block. */
  readonly hasBlocks: boolean
  /** Throws where the lock of this driver is gone although nobody gave it back. */
  readonly checkLock: () => void
}

/** What ends a transaction on purpose; every other statement that does so commits implicitly. */
const ending: ReadonlySet<string> = new Set(['BEGIN', 'COMMIT', 'ROLLBACK', 'START', 'XA'])
/** What leaves nothing that a transaction could lose. */
const harmless: ReadonlySet<string> = new Set(['DESCRIBE', 'DO', 'EXPLAIN', 'SELECT', 'SET', 'SHOW'])

/**
 * Nested transactions of one connection: a real one outside, savepoints inside, a guard in each. DDL commits what ran
 * before it and ends the transaction; another one is begun behind it, so that what follows can be undone again.
 */
export class Transactions {
  readonly #host: TransactionHost
  // Nobody releases a guard by accident whose name nobody can guess.
  readonly #guard = `guard_${randomBytes(9).toString('hex')}_`
  #depth = 0
  #begun = false
  /** Nothing has run since the settings were set. */
  #areSet = true
  #lost: MigrateError | undefined
  /** The error with which the server gave up the whole transaction, for a deadlock. */
  #givenUp: unknown
  /** By level from 1 on: whether something was written there that is not undone. */
  #written: boolean[] = []

  constructor(host: TransactionHost) {
    this.#host = host
  }

  /** Throws when a statement ended the transaction: what ran now would be kept for good. */
  checkAlive(): void {
    if (this.#begun && this.#lost !== undefined) throw this.#lost
    this.#host.checkLock()
  }

  /** The connection is as a new one. Throws USAGE where a transaction is open. */
  async renewed(work: () => Promise<boolean>): Promise<boolean> {
    if (this.#depth > 0) throw overlapped()
    this.#areSet = await work()
    return this.#areSet
  }

  /** Runs a statement of the caller and looks at what it made of the transaction. */
  async during<T>(sql: string, work: () => Promise<T>): Promise<T> {
    const verb = statementVerb(sql)
    this.#areSet = false
    try {
      const result = await work()
      if (!harmless.has(verb)) this.#written[this.#depth] = true
      if (this.#isEnded()) await this.#goOn(verb)
      return result
    } catch (error) {
      throw this.#begun ? await this.#afterFailure(error, { sql, verb }) : error
    }
  }

  async run<T>(work: () => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const level = this.#depth + 1
    if (level > 1 && !this.#begun) throw overlapped()
    checkOptions(options, level)
    this.#depth = level
    try {
      return await (level > 1 ? this.#nested(work, level) : this.#outermost(work, options))
    } finally {
      this.#depth = level - 1
    }
  }

  async #outermost<T>(work: () => Promise<T>, { asIs = false }: TransactionOptions): Promise<T> {
    const { connection, settings } = this.#host
    this.#lost = undefined
    this.#givenUp = undefined
    this.#written = []
    if (!asIs && !this.#areSet) await connection.run(settings)
    await this.#begin(1)
    this.#begun = true
    try {
      const result = await this.#worked(work, 1)
      await this.#commit()
      return result
    } catch (error) {
      throw await this.#undo(error, 1)
    } finally {
      this.#begun = false
      if (connection.inTransaction) await connection.run('ROLLBACK').catch(() => undefined)
    }
  }

  async #nested<T>(work: () => Promise<T>, level: number): Promise<T> {
    await this.#host.connection.run(`SAVEPOINT ${this.#guard}${level}`)
    this.#written[level] = false
    try {
      const result = await this.#worked(work, level)
      await this.#release(level)
      if (this.#hasWritten(level)) this.#written[level - 1] = true
      return result
    } catch (error) {
      throw await this.#undo(error, level)
    } finally {
      this.#written[level] = false
    }
  }

  #hasWritten(level: number): boolean {
    return this.#written[level] === true
  }

  async #worked<T>(work: () => Promise<T>, level: number): Promise<T> {
    const result = await work()
    if (this.#depth !== level) throw overlapped()
    this.checkAlive()
    return result
  }

  /** Begins a transaction with the guards of all levels. */
  async #begin(levels: number): Promise<void> {
    const guards = Array.from({ length: levels }, (_, index) => `SAVEPOINT ${this.#guard}${index + 1}`)
    await this.#runAll(['START TRANSACTION', ...guards])
  }

  /** With one message where the server takes a block: it ends at the first statement that fails. */
  async #runAll(statements: readonly string[]): Promise<void> {
    const { connection, hasBlocks } = this.#host
    const messages = hasBlocks ? [`BEGIN NOT ATOMIC ${statements.join('; ')}; END`] : statements
    for (const message of messages) await connection.run(message)
  }

  /** Where the guard is gone, nothing is committed. */
  async #commit(): Promise<void> {
    const { connection, hasBlocks } = this.#host
    if (!hasBlocks) await this.#release(1)
    const release = hasBlocks ? [`RELEASE SAVEPOINT ${this.#guard}1`] : []
    await this.#runAll([...release, 'COMMIT']).catch((error) => {
      if (hasBlocks && connection.lost === undefined && isNoSavepoint(error)) throw this.#loss(error)
      throw atCommit(error)
    })
  }

  async #release(level: number): Promise<void> {
    await this.#host.connection.run(`RELEASE SAVEPOINT ${this.#guard}${level}`).catch((error) => {
      throw isNoSavepoint(error) ? this.#loss(error) : error
    })
  }

  /** Undoes to the guard. Returns the error to throw: the first one, unless the guard is gone. */
  async #undo(error: unknown, level: number): Promise<unknown> {
    const { connection } = this.#host
    if (connection.lost !== undefined || error === this.#givenUp) return error
    if (MigrateError.is(error) && (error.details.commit === true || error === this.#lost)) return error
    if (this.#lost !== undefined) return this.#lost
    try {
      await connection.run(`ROLLBACK TO SAVEPOINT ${this.#guard}${level}`)
      const told = await withRowsThatStay(connection, error)
      await connection.run(level === 1 ? 'ROLLBACK' : `RELEASE SAVEPOINT ${this.#guard}${level}`)
      return told
    } catch (second) {
      return isNoSavepoint(second) ? this.#loss(error) : error
    }
  }

  #isEnded(): boolean {
    const { connection } = this.#host
    return this.#begun && connection.lost === undefined && !connection.inTransaction
  }

  async #goOn(verb: string): Promise<void> {
    if (ending.has(verb)) this.#loss(undefined)
    else await this.#begin(this.#depth)
  }

  /**
   * DDL commits before it fails; a deadlock undoes everything, as a lock that was waited for in vain does on some servers.
   * Where nothing but the level of the statement is lost by that, the levels around it begin again, so that it can
   * be tried again. Returns the error to throw.
   */
  async #afterFailure(
    error: unknown,
    { sql, verb }: { readonly sql: string; readonly verb: string },
  ): Promise<unknown> {
    await this.#host.connection.refresh().catch(() => undefined)
    if (!this.#isEnded()) return error
    const isBusy = MigrateError.is(error) && error.code === 'DATABASE_BUSY'
    if (!isBusy || mysqlDialect.commits.get(verb)?.(sql) === true) {
      await this.#goOn(verb)
      return error
    }
    const isAlone = !this.#written.slice(0, this.#depth).includes(true)
    const thrown = withTransient(error, isAlone)
    if (isAlone && this.#depth > 1) await this.#begin(this.#depth)
    else {
      this.#givenUp = thrown
      this.#loss(thrown)
    }
    return thrown
  }

  #loss(first: unknown): MigrateError {
    this.#lost ??= transactionLost(this.#host.connection.place, first)
    return this.#lost
  }
}

/** Whether it is of use to do the work of this level again. */
function withTransient(error: MigrateError, transient: boolean): MigrateError {
  const { code, message, hint, details, cause } = error
  return new MigrateError(code, message, { hint, details: { ...details, transient }, cause })
}

/** An error at COMMIT does not mean "not kept": `details.commit` tells the caller to look. */
function atCommit(error: unknown): unknown {
  if (!MigrateError.is(error)) return error
  const { code, message, hint, details, cause } = error
  return new MigrateError(code, message, { hint, details: { ...details, commit: true }, cause })
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
