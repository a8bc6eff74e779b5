import type { Capabilities, Session, SqlValue, TransactionOptions } from '@whimbrel/core'
import { closed } from './connection.ts'
import { withBlockers } from './in-the-way.ts'
import { MysqlInspector } from './inspection/mysql-inspector.ts'
import type { OpenedConnection } from './open-connection.ts'
import { MysqlSettler } from './settling/mysql-settler.ts'
import { Transactions } from './transactions.ts'

export interface SessionOptions {
  /** Throws where the lock of this driver is gone although nobody gave it back. */
  readonly checkLock: () => void
  /** Names of the locks that a new connection takes. */
  readonly locks?: () => readonly string[]
  /** Called once, when the session ends. */
  readonly onClose: () => void
  /** Called once before that, while the connection can still be used. */
  readonly beforeClose?: () => Promise<void>
}

/** One connection of mysql2 behind the port of core. */
export class MysqlSession implements Session {
  readonly capabilities: Capabilities = { transactionalDdl: false, savepoints: true }
  readonly inspector: MysqlInspector
  readonly settler: MysqlSettler
  readonly #opened: OpenedConnection
  readonly #transactions: Transactions
  readonly #options: SessionOptions
  #closed = false

  constructor(opened: OpenedConnection, options: SessionOptions) {
    this.#opened = opened
    this.#options = options
    this.inspector = new MysqlInspector(opened.connection)
    this.settler = new MysqlSettler(opened.connection)
    this.#transactions = new Transactions({ ...opened, checkLock: options.checkLock })
  }

  async execute(sql: string, params?: readonly SqlValue[]): Promise<void> {
    this.#checkUsable()
    await this.#transactions.during(sql, () => this.#run(sql, params))
  }

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    this.#checkUsable()
    return this.#transactions.during(sql, () => this.#run<Row>(sql, params))
  }

  async changes(): Promise<number> {
    this.#checkUsable()
    return this.#opened.connection.changes
  }

  async transaction<T>(work: () => Promise<T>, options?: TransactionOptions): Promise<T> {
    this.#checkUsable()
    return this.#transactions.run(work, options)
  }

  /**
   * The server forgets settings, variables, temporary tables and locks. A role that was set stays on some servers, and
   * nothing but a new connection is certain to have none.
   */
  async reset(): Promise<boolean> {
    this.#checkUsable()
    return this.#transactions.renewed(() => this.#renewed().catch(() => false))
  }

  async #renewed(): Promise<boolean> {
    const { connection, first, role } = this.#opened
    await connection.reset()
    const locks = [...(this.#options.locks?.() ?? []), ...this.settler.locks]
    const taken = locks.map(() => ', get_lock(?, 0)').join('')
    const [now] = await connection.run<{ role: string | null }>(
      `SELECT current_role() AS role${taken}`,
      locks,
    )
    if (now?.role !== role) return false
    for (const statement of first) await connection.run(statement)
    return true
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      await this.#options.beforeClose?.()
      await this.#opened.connection.close()
    } finally {
      this.#options.onClose()
    }
  }

  async #run<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    const { connection } = this.#opened
    return connection.run<Row>(sql, params).catch(async (error: unknown) => {
      throw await withBlockers(connection, error)
    })
  }

  #checkUsable(): void {
    if (this.#closed) throw closed(this.#opened.connection.place)
    this.#transactions.checkAlive()
  }
}
