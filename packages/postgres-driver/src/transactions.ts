import { randomBytes } from 'node:crypto'
import { MigrateError, type TransactionOptions } from '@whimbrel/core'
import type { Connection } from './connection.ts'
import { deferredViolation } from './deferred-violation.ts'
import { engineCode } from './error-translation.ts'
import { keptSettings, type Settings } from './kept-settings.ts'
import { endPrepared } from './prepared-transaction.ts'
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
  readonly #restoring: string
  #depth = 0
  #begun = false
  /** Counter of the connection when its settings were what they are at a begin; undefined where they may not be. */
  #pristineAt: number | undefined
  #lost: MigrateError | undefined
  /** Name of the transaction where it was prepared. */
  #prepared: string | undefined

  constructor(host: TransactionHost) {
    this.#host = host
    this.#restoring = restoring(host.settings)
  }

  /** Throws when a statement ended the transaction: what ran now would be kept for good. */
  checkAlive(): void {
    const { connection, checkLock } = this.#host
    const isOver = this.#begun && this.#prepared === undefined && connection.status === 'none'
    if (isOver && connection.lost === undefined) throw this.#loss()
    checkLock()
  }

  /**
   * Makes the checks now that wait for the commit. Only where nothing but the commit follows. With a name the transaction
   * outlasts its connection from here on; one that has used temporary tables cannot.
   */
  async prepare(name?: string): Promise<void> {
    const { connection, checkLock } = this.#host
    if (!this.#begun || this.#depth !== 1 || this.#prepared !== undefined) throw notAtTheEnd()
    await connection.raw('SET CONSTRAINTS ALL IMMEDIATE').catch((error) => {
      throw deferredViolation(connection, error) ?? connection.translate(error)
    })
    checkLock()
    if (name === undefined || (await this.#hasTemporary())) return
    await connection
      .raw(`RELEASE SAVEPOINT ${this.#guard}1; PREPARE TRANSACTION ${quoteLiteral(name)}`)
      .catch((error) => {
        // The transaction is gone with it.
        this.#lost = isNoSavepoint(error) ? this.#loss(error) : notPrepared(connection, error)
        throw this.#lost
      })
    this.#prepared = name
  }

  async #hasTemporary(): Promise<boolean> {
    const [row] = await this.#host.connection.run<{ schema: number }>('SELECT pg_my_temp_schema() AS schema')
    return row?.schema !== 0
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
      // One that overlapped with another may end after the one around it.
      if (level === 1 || this.#depth === level) this.#depth = level - 1
    }
  }

  /** The begin travels with the first statement; the end takes one round trip. */
  async #outermost<T>(work: () => Promise<T>, { asIs = false }: TransactionOptions): Promise<T> {
    const { connection } = this.#host
    const guard = this.#guard + 1
    this.#lost = undefined
    const begin = connection.defer(['BEGIN', ...(asIs ? [] : [this.#restoring]), `SAVEPOINT ${guard}`])
    this.#pristineAt = asIs ? undefined : connection.touched.settings
    this.#begun = true
    try {
      const result = await this.#worked(work, 1)
      if (!connection.takeBack(begin)) await this.#commit(guard)
      return result
    } catch (error) {
      if (connection.takeBack(begin)) throw error
      throw await this.#undo(error, { guard, statement: 'ROLLBACK' })
    } finally {
      this.#begun = false
      this.#prepared = undefined
      this.#pristineAt = undefined
      if (connection.status !== 'none') await this.#quietly('ROLLBACK')
    }
  }

  async #nested<T>(work: () => Promise<T>, level: number): Promise<T> {
    const { connection } = this.#host
    const guard = this.#guard + level
    const { touched } = connection
    const wasPristine = this.#isPristine()
    const begin = connection.defer([...(wasPristine ? [] : [keeping(guard)]), `SAVEPOINT ${guard}`])
    try {
      const result = await this.#worked(work, level)
      if (connection.takeBack(begin)) return result
      const restore = wasPristine ? this.#restoring : restoringKept(guard)
      const mayBeSet = touched.settings !== connection.touched.settings
      await this.#release(guard, {
        restore: mayBeSet ? [restore] : [],
        isWhole: touched.transactions === connection.touched.transactions,
      })
      if (wasPristine) this.#pristineAt = connection.touched.settings
      return result
    } catch (error) {
      if (connection.takeBack(begin)) throw error
      const first = await this.#undo(error, { guard, statement: `RELEASE SAVEPOINT ${guard}` })
      if (wasPristine) this.#pristineAt = connection.touched.settings
      throw first
    }
  }

  /** Nothing has been set since the begin put everything back, as far as anybody can tell. */
  #isPristine(): boolean {
    return this.#pristineAt === this.#host.connection.touched.settings
  }

  /** Goes with the next statement, unless statements played with the transaction and the guard may be gone. */
  async #release(
    guard: string,
    { restore, isWhole }: { readonly restore: readonly string[]; readonly isWhole: boolean },
  ): Promise<void> {
    const { connection } = this.#host
    const statements = [`RELEASE SAVEPOINT ${guard}`, ...restore]
    if (isWhole && connection.status === 'open') {
      connection.defer(statements)
      return
    }
    await this.#send(statements.join('; ')).catch((error) => {
      throw this.#ended(error)
    })
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
      if (this.#prepared !== undefined) await connection.raw(endPrepared(this.#prepared, 'commit'))
      else await connection.raw(`RELEASE SAVEPOINT ${guard}; COMMIT`)
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
    if (this.#prepared !== undefined) {
      // What failed at its commit is there still, and was decided: whoever recovers the run ends it.
      const isDecided = MigrateError.is(error) && error.details.commit === true
      if (!isDecided) await this.#quietly(endPrepared(this.#prepared, 'undo'))
      return error
    }
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
  return `SELECT ${calls.join(', ')}`
}

/** Puts all settings aside, on the server itself. */
function keeping(guard: string): string {
  const values = keptSettings.map((name) => `'${name}', current_setting('${name}')`)
  return `SELECT set_config('whimbrel.${guard}', json_build_object(${values.join(', ')})::text, true)`
}

function restoringKept(guard: string): string {
  return `SELECT count(set_config(key, value, true)) FROM json_each_text(current_setting('whimbrel.${guard}')::json)`
}

/** An error at COMMIT does not mean "not kept": `details.commit` tells the caller to look. */
function atCommit(connection: Connection, error: unknown): MigrateError {
  const { code, message, hint, details, cause } =
    deferredViolation(connection, error) ?? connection.translate(error)
  return new MigrateError(code, message, { hint, details: { ...details, commit: true }, cause })
}

/** What the engine cannot prepare, notifications above all, it has undone. */
function notPrepared(connection: Connection, error: unknown): MigrateError {
  if (engineCode(error) !== '0A000')
    return deferredViolation(connection, error) ?? connection.translate(error)
  const { message, details } = connection.translate(error)
  return new MigrateError(
    'ATOMIC_IMPOSSIBLE',
    `${connection.place.location} cannot be kept or undone together with others: ${message}`,
    {
      hint: 'Run the command with --independent, or set "transaction" of this database to "each": it stands alone then',
      details,
      cause: error,
    },
  )
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
