import type { Capabilities, Session, SqlValue, TransactionOptions } from '@whimbrel/core'
import { type Connection, closed } from './connection.ts'
import { ConnectionState } from './connection-state.ts'
import { SqliteInspector } from './inspection/sqlite-inspector.ts'
import { Transactions } from './transactions.ts'

export interface SessionOptions {
  readonly busyTimeoutMs: number
  /** Foreign keys are enforced outside of transactions. */
  readonly foreignKeys: boolean
  /** Throws where the file is not the one that was opened. */
  readonly checkFile: () => void
  /** Called once, when the session ends: gives back or closes the connection. */
  readonly onClose: () => void
}

/** One connection of better-sqlite3 behind the port of core. */
export class SqliteSession implements Session {
  readonly capabilities: Capabilities = { transactionalDdl: true, savepoints: true }
  readonly inspector: SqliteInspector
  readonly #connection: Connection
  readonly #state: ConnectionState
  readonly #transactions: Transactions
  readonly #options: SessionOptions
  #closed = false

  constructor(connection: Connection, options: SessionOptions) {
    this.#connection = connection
    this.#options = options
    const { busyTimeoutMs, foreignKeys, checkFile } = options
    this.#state = new ConnectionState(connection, {
      foreign_keys: Number(foreignKeys),
      busy_timeout: busyTimeoutMs,
    })
    this.inspector = new SqliteInspector(connection)
    this.#transactions = new Transactions({
      connection,
      state: this.#state,
      busyTimeoutMs,
      foreignKeys,
      checkFile,
      onBegin: () => this.inspector.onBegin(),
      onCommit: () => this.inspector.onCommit(),
      onUndo: () => this.inspector.onUndo(),
    })
  }

  async execute(sql: string, params?: readonly SqlValue[]): Promise<void> {
    this.#checkUsable()
    this.#state.notice(sql)
    this.inspector.notice(sql)
    if (params === undefined) this.#connection.execute(sql)
    else this.#connection.run(sql, params)
  }

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    this.#checkUsable()
    this.#state.notice(sql)
    this.inspector.notice(sql)
    return this.#connection.rows<Row>(sql, params)
  }

  async changes(): Promise<number> {
    this.#checkUsable()
    return Number(this.#connection.value('SELECT total_changes()'))
  }

  async transaction<T>(work: () => Promise<T>, options?: TransactionOptions): Promise<T> {
    this.#checkUsable()
    return this.#transactions.run(work, options)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const { handle } = this.#connection
    try {
      if (handle.open && handle.inTransaction) handle.exec('ROLLBACK')
      if (handle.open) this.#state.restore()
    } finally {
      this.#options.onClose()
    }
  }

  #checkUsable(): void {
    if (this.#closed) throw closed(this.#connection.place)
    this.#transactions.checkAlive()
  }
}
