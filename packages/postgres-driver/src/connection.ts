import { MigrateError, type SqlValue, type StatementOptions, statementInterrupted } from '@whimbrel/core'
import type { Client, QueryArrayConfig, QueryArrayResult, QueryConfig, QueryResult } from 'pg'
import { connectionLost, engineCode, translateError } from './error-translation.ts'
import type { Place } from './place.ts'
import { PreparedStatements } from './prepared-statements.ts'
import { type Ahead, queryBehind } from './query-behind.ts'
import { CopyIn } from './snapshots/copy-in.ts'
import { exactTypes, plainTypes } from './value-types.ts'

/** Between statements: no transaction, one that works, one in which a statement failed. */
export type TransactionStatus = 'none' | 'open' | 'failed'

/** What statements so far may have changed of the connection itself, as far as their kind tells. */
export interface Touched {
  /** How many began, ended or divided a transaction. */
  readonly transactions: number
  /** How many may have changed a setting, by SET or in a function. */
  readonly settings: number
}

/** Statements of our own that travel with the next one. */
export interface Deferred {
  readonly statements: readonly Ahead[]
  isSent: boolean
}

const counting: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY'])
const dividing: ReadonlySet<string> = new Set(
  'ABORT BEGIN COMMIT END PREPARE RELEASE ROLLBACK SAVEPOINT START'.split(' '),
)
/** First words of what changes the schema and nothing else. */
const changing: ReadonlySet<string> = new Set('ALTER COMMENT CREATE DROP GRANT REVOKE TRUNCATE'.split(' '))
/** First words of what does not take away what was prepared. */
const keeping: ReadonlySet<string> = new Set([...counting, ...dividing, ...changing, 'SET', 'RESET'])

export interface ConnectionOptions {
  readonly place: Place
  /** Stops the statement that runs now. */
  readonly cancel: () => Promise<void>
}

/** One connection of pg with its errors translated, that does one thing after the other. */
export class Connection {
  readonly place: Place
  /** A comment in front of every statement of `run`, for those who look at it in `pg_stat_activity`. */
  remark = ''
  readonly #client: Client
  readonly #cancel: () => Promise<void>
  readonly #onError: (error: Error) => void
  #before: Promise<unknown> = Promise.resolve()
  #working = 0
  #closed = false
  /** The statement that may be given up, while there is one. */
  #atStatement: { isInterrupted: boolean } | undefined
  #interrupting: Promise<void> = Promise.resolve()
  #changes = 0
  #touched: Touched = { transactions: 0, settings: 0 }
  #deferred: Deferred[] = []
  readonly #prepared = new PreparedStatements()
  #lost: MigrateError | undefined

  constructor(client: Client, { place, cancel }: ConnectionOptions) {
    this.#client = client
    this.#cancel = cancel
    this.place = place
    this.#onError = (error) => {
      this.#lost ??= connectionLost(error, place)
    }
    client.on('error', this.#onError)
  }

  /** The number that the server gave for this connection when it began. */
  get backend(): number | undefined {
    return (this.#client as { processID?: number | null }).processID ?? undefined
  }

  /** The error that ended the connection, undefined while it lives. */
  get lost(): MigrateError | undefined {
    return this.#lost
  }

  /** What is deferred counts as done: it only ever begins a transaction or goes on with one. */
  get status(): TransactionStatus {
    if (this.#deferred.length > 0) return 'open'
    const status = this.#client.getTransactionStatus()
    return status === 'T' ? 'open' : status === 'E' ? 'failed' : 'none'
  }

  /** Rows that statements have changed so far, as they report them. */
  get changes(): number {
    return this.#changes
  }

  get touched(): Touched {
    return this.#touched
  }

  /** Nothing is under way, nothing waits to be sent, and it lives. */
  get isIdle(): boolean {
    const isUsable = !this.#closed && this.#lost === undefined
    return isUsable && this.#working === 0 && this.status === 'none'
  }

  /** The same as somebody else will have it: whoever has this one cannot use it any more. It keeps no process from its end. */
  handOver(): Connection {
    this.#closed = true
    ;(this.#client as unknown as Holding).unref()
    const next = new Connection(this.#client, { place: this.place, cancel: this.#cancel })
    this.#client.removeListener('error', this.#onError)
    return next
  }

  /** It is in use again, and a process that waits for it does not end. */
  hold(): void {
    ;(this.#client as unknown as Holding).ref()
  }

  /** Lets statements of our own travel with the next one, in front of it and without a round trip. They end no transaction. */
  defer(statements: readonly string[]): Deferred {
    return this.#defer(statements.map((text) => ({ text })))
  }

  /** The same for a question: what it returns is there when the next statement was answered. */
  deferQuestion(sql: string): () => string | undefined {
    let answer: string | undefined
    const onRow = ([value]: readonly (string | null)[]) => {
      answer = value ?? undefined
    }
    this.#defer([{ text: sql, onRow }])
    return () => answer
  }

  #defer(statements: readonly Ahead[]): Deferred {
    const deferred = { statements, isSent: false }
    this.#deferred.push(deferred)
    return deferred
  }

  /** Takes back what was deferred, and what was deferred behind it. False where it was sent already. */
  takeBack(deferred: Deferred): boolean {
    if (deferred.isSent) return false
    this.#deferred.splice(this.#deferred.indexOf(deferred))
    return true
  }

  /** Runs exactly one statement: text of several is refused as a whole. */
  async run<Row extends object>(
    sql: string,
    params: readonly SqlValue[] = [],
    { recurs = false }: StatementOptions = {},
  ): Promise<Row[]> {
    return this.#translated(async () => {
      if (sql.includes('\0')) throw nulCharacter()
      const query = {
        text: `${this.remark}${sql}`,
        values: [...params],
        types: plainTypes,
        queryMode: 'extended' as const,
      }
      const result: QueryResult = await this.#send(query, recurs)
      // What recurs and only reads is the question of a tracker about its tables, and sets nothing.
      if (!recurs || result.command !== 'SELECT') this.#note(result)
      if (!recurs && !keeping.has(result.command)) this.#prepared.forget()
      return result.rows as Row[]
    }, sql)
  }

  /** Rows of a query of our own as arrays of exact values. */
  async exact(sql: string): Promise<readonly (readonly SqlValue[])[]> {
    return this.#translated(async () => {
      const query = { text: sql, rowMode: 'array' as const, types: exactTypes }
      const result: QueryArrayResult<SqlValue[]> = await this.#send(query)
      return result.rows
    })
  }

  /** Runs statements of our own in one message, up to the first that fails; errors stay as pg throws them. */
  async raw(sql: string): Promise<void> {
    await this.#inTurn(() =>
      this.#client.query([...this.#takeDeferred().map(({ text }) => text), sql].join('; ')),
    )
  }

  /** Runs `COPY … FROM STDIN` with rows as the server reads them. */
  async copyIn(sql: string, rows: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#translated(async () => {
      const ahead = this.#takeDeferred().map(({ text }) => text)
      if (ahead.length > 0) await this.#client.query(ahead.join('; '))
      const copy = new CopyIn(sql, rows)
      this.#client.query(copy)
      await copy.done
    })
  }

  translate(error: unknown): MigrateError {
    return translateError(error, this.place)
  }

  /**
   * Ends the connection, and with it what is not committed; harmless when it has ended. A statement that runs is stopped
   * first: the server would not notice before its end that nobody waits for it.
   */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#working > 0 && this.#lost === undefined) await this.#stop()
    await this.#client.end().catch(() => undefined)
  }

  /** Asks the server to give up the statement that it is at, where that is none of our own that end a transaction. */
  async interrupt(): Promise<void> {
    if (this.#atStatement === undefined || this.#atStatement.isInterrupted) return
    this.#atStatement.isInterrupted = true
    this.#interrupting = this.#cancel().catch(() => undefined)
    await this.#interrupting
  }

  async #stop(): Promise<void> {
    const given = new Promise<void>((resolve) => setTimeout(resolve, LONGEST_STOP_MS).unref())
    await Promise.race([this.#cancel().then(() => this.#before), given])
    if (this.#working === 0) return
    // It does not let itself be stopped; without its client the server gives up sooner or later.
    const { connection } = this.#client as unknown as { connection: { stream: { destroy(): void } } }
    connection.stream.destroy()
  }

  #note({ command, rowCount }: QueryResult): void {
    if (counting.has(command)) this.#changes += rowCount ?? 0
    const { transactions, settings } = this.#touched
    this.#touched = {
      transactions: transactions + Number(dividing.has(command)),
      settings: settings + Number(!changing.has(command)),
    }
  }

  async #translated<T>(work: () => Promise<T>, sql?: string): Promise<T> {
    const statement = { isInterrupted: false }
    const given = async () => {
      this.#atStatement = statement
      try {
        return await work()
      } finally {
        this.#atStatement = undefined
        // Whatever comes next must not be what the server gives up.
        await this.#interrupting
      }
    }
    try {
      return await this.#inTurn(given)
    } catch (error) {
      const translated = translateError(error, this.place, sql)
      const isGivenUp = statement.isInterrupted && engineCode(error) === CANCELLED
      throw isGivenUp ? statementInterrupted(this.place.location, translated) : translated
    }
  }

  #send<Result extends { command: string }>(
    query: QueryConfig | QueryArrayConfig,
    recurs = false,
  ): Promise<Result> {
    const ahead = this.#takeDeferred()
    const behind = { ahead, prepared: this.#prepared, recurs }
    if (ahead.length > 0 || recurs) return queryBehind(this.#client, behind, query)
    return this.#client.query(query) as unknown as Promise<Result>
  }

  #takeDeferred(): readonly Ahead[] {
    const taken = this.#deferred
    this.#deferred = []
    return taken.flatMap((deferred) => {
      deferred.isSent = true
      return deferred.statements
    })
  }

  /** pg wants to be asked for one thing at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#before.then(async () => {
      if (this.#closed) throw closed(this.place)
      if (this.#lost !== undefined) throw this.#lost
      this.#working += 1
      try {
        return await work()
      } catch (error) {
        await this.#settled()
        throw error
      } finally {
        this.#working -= 1
      }
    })
    this.#before = turn.catch(() => undefined)
    return turn
  }

  /** pg passes an error on before the server says what became of the transaction: the next answer comes after that. */
  async #settled(): Promise<void> {
    await this.#client.query('').catch(() => undefined)
  }
}

const CANCELLED = '57014'

/** What the types of pg leave out. */
interface Holding {
  ref(): void
  unref(): void
}

/** How long a statement that is stopped may take to notice, in milliseconds. */
const LONGEST_STOP_MS = 5_000

/** The error of a session that is used after its end. */
export function closed({ location }: Place): MigrateError {
  return new MigrateError('USAGE', `This session of ${location} is closed`, {
    hint: 'Open a new session, and await everything that uses one before closing it',
  })
}

function nulCharacter(): MigrateError {
  return new MigrateError('STATEMENT_FAILED', 'The statement holds a NUL character', {
    hint: 'Remove the character: it would end the text for the server',
  })
}
