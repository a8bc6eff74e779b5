import { randomBytes } from 'node:crypto'
import { MigrateError, type TransactionOptions } from '@whimbrel/core'
import type { Connection } from './connection.ts'
import type { ConnectionState } from './connection-state.ts'
import { engineCode, isBusy } from './error-translation.ts'
import { patiently } from './patience.ts'
import { isNoSavepoint, transactionLost } from './transaction-lost.ts'

export interface TransactionHost {
  readonly connection: Connection
  readonly state: ConnectionState
  readonly busyTimeoutMs: number
  /** Foreign keys are enforced outside of transactions. */
  readonly foreignKeys: boolean
  /** Throws where the file is not the one that was opened. */
  readonly checkFile: () => void
  /** Called when the outermost transaction begins. */
  readonly onBegin: () => void
  /** Called when the outermost transaction is about to be committed. */
  readonly onCommit: () => void
  /** Called when a transaction or a savepoint was undone. */
  readonly onUndo: () => void
}

/** Nested transactions of one connection: a real one outside, savepoints inside, a guard in each. */
export class Transactions {
  readonly #host: TransactionHost
  // Nobody releases a guard by accident whose name nobody can guess.
  readonly #guard = `guard_${randomBytes(9).toString('hex')}_`
  #depth = 0
  #begun = false
  /** Settings stay as statements have left them. */
  #asIs = false
  #lost: MigrateError | undefined

  constructor(host: TransactionHost) {
    this.#host = host
  }

  /** Throws when a statement ended the transaction: what ran now would be kept for good. */
  checkAlive(): void {
    if (this.#begun && !this.#host.connection.inTransaction) throw this.#loss()
  }

  async run<T>(work: () => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const level = this.#depth + 1
    if (level > 1 && !this.#begun) throw overlapped()
    checkOptions(options, level)
    this.#depth = level
    try {
      if (level > 1) return await this.#guarded(work)
      return await this.#outermost(work, options)
    } finally {
      this.#depth = level - 1
    }
  }

  async #outermost<T>(
    work: () => Promise<T>,
    { foreignKeys = false, asIs = false }: TransactionOptions,
  ): Promise<T> {
    const { connection, onBegin, busyTimeoutMs } = this.#host
    this.#asIs = asIs
    this.#restore()
    onBegin()
    this.#lost = undefined
    const switched = !asIs && !connection.readOnly && foreignKeys !== this.#host.foreignKeys
    const patience = asIs ? (connection.pragma('busy_timeout') ?? busyTimeoutMs) : busyTimeoutMs
    // Waiting is done here and not inside SQLite, where it would stop the whole process.
    connection.setPragma('busy_timeout', 0)
    if (switched) connection.setPragma('foreign_keys', Number(foreignKeys))
    try {
      await this.#retry(connection.readOnly ? 'BEGIN' : 'BEGIN IMMEDIATE')
      this.#begun = true
      const result = await this.#guarded(work)
      await this.#commit()
      return result
    } finally {
      this.#begun = false
      this.#settle(switched, patience)
      this.#asIs = false
    }
  }

  #restore(): void {
    if (!this.#asIs) this.#host.state.restore()
  }

  /** Leaves the connection as it was found; there may be an error under way already, which says more. */
  #settle(switched: boolean, busyTimeout: string | number): void {
    const { connection, foreignKeys, onUndo } = this.#host
    if (!connection.handle.open) return
    if (connection.inTransaction) {
      onUndo()
      this.#quietly('ROLLBACK')
    }
    if (switched) connection.setPragma('foreign_keys', Number(foreignKeys))
    connection.setPragma('busy_timeout', busyTimeout)
    this.#restore()
  }

  /** Runs `work` behind a savepoint that only we can name. */
  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    const level = this.#depth
    const guard = this.#guard + level
    this.#raw(`SAVEPOINT ${guard}`)
    try {
      const result = await work()
      if (this.#depth !== level) throw overlapped()
      this.#restore()
      this.#release(guard)
      return result
    } catch (error) {
      throw this.#undo(guard, error)
    }
  }

  #release(guard: string): void {
    const { connection } = this.#host
    try {
      this.#raw(`RELEASE ${guard}`)
    } catch (error) {
      throw connection.inTransaction && !isNoSavepoint(error) ? error : this.#loss(error)
    }
  }

  /** Undoes to the guard. Returns the error to throw: the first one, unless the guard is gone. */
  #undo(guard: string, error: unknown): unknown {
    const { connection, onUndo } = this.#host
    onUndo()
    if (!connection.handle.open) return error
    if (!connection.inTransaction) return endedByEngine(error) ? this.#remember(error) : this.#loss(error)
    try {
      connection.raw(`ROLLBACK TO ${guard}`)
      connection.raw(`RELEASE ${guard}`)
      this.#restore()
      return error
    } catch (second) {
      return isNoSavepoint(second) ? this.#loss(error) : error
    }
  }

  async #commit(): Promise<void> {
    const { connection, checkFile, onCommit, onUndo } = this.#host
    if (!connection.readOnly) checkFile()
    try {
      onCommit()
      await this.#retry('COMMIT')
    } catch (error) {
      onUndo()
      throw atCommit(connection, error)
    }
  }

  /** Runs `sql`, again and again while another connection is in the way. */
  async #retry(sql: string): Promise<void> {
    const { connection, busyTimeoutMs } = this.#host
    try {
      await patiently(() => connection.raw(sql), {
        timeoutMs: busyTimeoutMs,
        worthWaiting: isBusy,
        givingUp: (error, waitedMs) => connection.translate(error, waitedMs),
      })
    } catch (error) {
      throw connection.translate(error)
    }
  }

  #raw(sql: string): void {
    try {
      this.#host.connection.raw(sql)
    } catch (error) {
      throw this.#host.connection.translate(error)
    }
  }

  #quietly(sql: string): void {
    try {
      this.#host.connection.raw(sql)
    } catch {
      // SQLite may have undone it by itself a moment ago.
    }
  }

  #remember(error: unknown): unknown {
    if (MigrateError.is(error)) this.#lost ??= error
    return error
  }

  #loss(first?: unknown): MigrateError {
    this.#lost ??= transactionLost(this.#host.connection.place, first)
    return this.#lost
  }
}

/** Some failures make SQLite itself undo the transaction: they are the news, not that it is gone. */
function endedByEngine(error: unknown): boolean {
  const codes = ['DATABASE_FULL', 'DATABASE_IO', 'DATABASE_CORRUPT', 'DATABASE_BUSY', 'TRANSACTION_LOST']
  return MigrateError.is(error) && codes.includes(error.code)
}

/** An error at COMMIT does not mean "not kept": `details.commit` tells the caller to look. */
function atCommit(connection: Connection, error: unknown): MigrateError {
  const { code, message, hint, details, cause } = connection.translate(error)
  const more = { details: { ...details, commit: true }, cause }
  if (engineCode(cause) !== 'SQLITE_CONSTRAINT_FOREIGNKEY')
    return new MigrateError(code, message, { hint, ...more })
  const text = `Rows of ${connection.place.location} still have no parent at the commit: nothing was kept`
  return new MigrateError('FOREIGN_KEYS_VIOLATED', text, {
    hint: 'A deferred foreign key was not satisfied in time: insert the parents, or delete the rows that refer to none',
    ...more,
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
      hint: 'Give it to the outermost transaction: SQLite cannot switch inside one',
    })
  }
  if (foreignKeys === undefined || asIs !== true) return
  throw new MigrateError('USAGE', 'foreignKeys and asIs contradict each other', {
    hint: 'Give only one of them',
  })
}
