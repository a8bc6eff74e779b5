import type {
  Capabilities,
  Session,
  SqlValue,
  StatementOptions,
  TransactionOptions,
  TwoPhase,
} from '@whimbrel/core'
import { BlockerWatch } from './blocker-watch.ts'
import { closed } from './connection.ts'
import type { ConnectionTarget } from './connection-url.ts'
import { PostgresInspector } from './inspection/postgres-inspector.ts'
import type { Observer } from './observer.ts'
import type { OpenedConnection } from './open-connection.ts'
import { preparedName } from './prepared-transaction.ts'
import { PostgresSettler } from './settling/postgres-settler.ts'
import { timeLimited } from './time-limit.ts'
import { Transactions } from './transactions.ts'

export interface SessionOptions {
  readonly statementTimeoutMs: number
  readonly lockTimeoutMs: number
  /** On which something can be asked while this one waits; the session closes it. */
  readonly observer: Observer
  /** By which a prepared transaction of this database is known. */
  readonly schema: string
  readonly target: Pick<ConnectionTarget, 'database'>
  /** Throws where the lock of this driver is gone although nobody gave it back. */
  readonly checkLock: () => void
  /** How its connection ends, where it is not just closed. */
  readonly end?: () => Promise<void>
  /** Called once, when the session has ended. */
  readonly onClose: () => void | Promise<void>
}

/** One connection of pg behind the port of core. */
export class PostgresSession implements Session {
  readonly capabilities: Capabilities = { transactionalDdl: true, savepoints: true }
  readonly inspector: PostgresInspector
  readonly settler: PostgresSettler
  readonly twoPhase: TwoPhase = { prepare: (run) => this.#prepare(run) }
  readonly #opened: OpenedConnection
  readonly #transactions: Transactions
  readonly #options: SessionOptions
  readonly #blockers: BlockerWatch
  #closed = false

  constructor(opened: OpenedConnection, options: SessionOptions) {
    this.#opened = opened
    this.#options = options
    const { connection, backend } = opened
    const observer = () => options.observer.connection()
    this.#blockers = new BlockerWatch({ ...options, place: connection.place, backend, observer })
    this.inspector = new PostgresInspector(connection)
    this.settler = new PostgresSettler(connection)
    this.#transactions = new Transactions({ ...opened, checkLock: options.checkLock })
  }

  async execute(sql: string, params?: readonly SqlValue[], options?: StatementOptions): Promise<void> {
    await this.#run(sql, params, options)
  }

  async query<Row extends object>(
    sql: string,
    params?: readonly SqlValue[],
    options?: StatementOptions,
  ): Promise<Row[]> {
    return this.#run<Row>(sql, params, options)
  }

  async changes(): Promise<number> {
    this.#checkUsable()
    return this.#opened.connection.changes
  }

  async transaction<T>(work: () => Promise<T>, options?: TransactionOptions): Promise<T> {
    this.#checkUsable()
    return this.#transactions.run(work, options)
  }

  async #prepare(run: string | undefined): Promise<void> {
    this.#checkUsable()
    const { schema, target } = this.#options
    const isWanted = run !== undefined && this.#opened.canPrepare
    const name = isWanted ? preparedName(run, { schema, database: target.database }) : undefined
    await this.#transactions.prepare(name)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      const { end = () => this.#opened.connection.close() } = this.#options
      await end()
      await this.#options.observer.close()
    } finally {
      await this.#options.onClose()
    }
  }

  #run<Row extends object>(
    sql: string,
    params?: readonly SqlValue[],
    options?: StatementOptions,
  ): Promise<Row[]> {
    this.#checkUsable()
    const { connection } = this.#opened
    const limit = { place: connection.place, statementTimeoutMs: this.#options.statementTimeoutMs }
    return timeLimited(limit, () => this.#blockers.run(() => connection.run<Row>(sql, params, options)))
  }

  #checkUsable(): void {
    if (this.#closed) throw closed(this.#opened.connection.place)
    this.#transactions.checkAlive()
  }
}
