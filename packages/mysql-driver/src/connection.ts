import { MigrateError, type SqlValue, statementInterrupted } from '@whimbrel/core'
import type { FieldPacket, ResultSetHeader } from 'mysql2'
import type { Connection as Client } from 'mysql2/promise'
import { bindParameters } from './bind-parameters.ts'
import { connectionLost, engineNumber, translateError } from './error-translation.ts'
import type { Place } from './place.ts'
import { statementHint } from './statement-hint.ts'
import { statementVerb } from './statement-verb.ts'
import { exactTypes, plainTypes } from './value-types.ts'

/** Statements whose rows count as changed; ALTER TABLE reports those that it copied. */
const counting: ReadonlySet<string> = new Set([
  'CALL',
  'DELETE',
  'INSERT',
  'LOAD',
  'REPLACE',
  'SET',
  'UPDATE',
  'WITH',
])

/** Statements that return rows and leave a transaction as it is. */
const reading: ReadonlySet<string> = new Set([
  ...['DELETE', 'DESC', 'DESCRIBE', 'EXPLAIN', 'INSERT', 'REPLACE', 'SELECT', 'SHOW', 'TABLE', 'VALUES'],
  'WITH',
])

/** First words of what keeps or undoes a transaction, or a part of it. */
const ending: ReadonlySet<string> = new Set(['COMMIT', 'RELEASE', 'ROLLBACK'])

/** What may end without an error when it is given up: a function in it that waits returns NULL or 1 then. */
const silent: ReadonlySet<string> = new Set(['CALL', 'DO', 'EXECUTE', 'SELECT', 'SET', 'VALUES', 'WITH'])

const IN_TRANSACTION = 1
/** The number of the error of a statement that was ended by KILL QUERY. */
const INTERRUPTED = 1317
/** How long the end of a statement that was killed is waited for, in milliseconds. */
const PATIENCE_MS = 5_000

/** Ends what a connection is at, or all of it, by its number and on another one. */
export type Kill = (what: 'QUERY' | 'CONNECTION', id: number) => Promise<void>

interface Answer {
  readonly rows: readonly object[]
  /** Undefined where the server sent rows and nothing else. */
  readonly header: ResultSetHeader | undefined
}

/** One connection of mysql2 with its errors translated, that does one thing after the other. */
export class Connection {
  readonly place: Place
  readonly #client: Client
  readonly #kill: Kill | undefined
  /** The statement that may be given up, while there is one. */
  #atStatement: { isInterrupted: boolean } | undefined
  #interrupting: Promise<void> = Promise.resolve()
  /** How many statements were begun and have no answer yet. */
  #waiting = 0
  #before: Promise<unknown> = Promise.resolve()
  #closed = false
  #changes = 0
  #inTransaction = false
  #warnings = 0
  #lost: MigrateError | undefined
  /** How many bytes of a statement the server takes. */
  #longest = Number.MAX_SAFE_INTEGER

  constructor(client: Client, place: Place, kill?: Kill) {
    this.#client = client
    this.#kill = kill
    this.place = place
    client.on('error', (error) => {
      this.#lost ??= connectionLost(error, place)
    })
  }

  /** The error that ended the connection, undefined while it lives. */
  get lost(): MigrateError | undefined {
    return this.#lost
  }

  /** Whether a transaction was open behind the last statement. */
  get inTransaction(): boolean {
    return this.#inTransaction
  }

  /** How many warnings the last statement had that returned no rows. */
  get warnings(): number {
    return this.#warnings
  }

  /** Rows that statements have changed so far, as they report them. */
  get changes(): number {
    return this.#changes
  }

  /** Runs exactly one statement: text of several is refused as a whole. */
  run<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    const text = bindParameters(sql, params)
    this.#checkLength(text)
    const verb = statementVerb(text)
    return this.#inTurn(text, async () => {
      const { rows, header } = ending.has(verb) ? await this.#asked(text) : await this.#givenUp(text, verb)
      if (header !== undefined && counting.has(verb)) this.#changes += header.affectedRows
      if (header === undefined && !reading.has(verb)) await this.#asked('DO 0')
      return rows as Row[]
    })
  }

  /** Refuses what is longer than that many bytes: the server would say so and hang up, of which only the second may arrive. */
  limitTo(bytes: number): void {
    this.#longest = bytes
  }

  /** Asks the server whether a transaction is open: an error does not say. */
  async refresh(): Promise<void> {
    await this.run('DO 0')
  }

  /** Lets the server put the connection into the state of a new one, its number and what waits before left alone. */
  async reset(): Promise<void> {
    await this.#inTurn('', () => this.#client.changeUser({}))
    this.#inTransaction = false
    this.#warnings = 0
  }

  /** Rows of a query of our own as arrays of exact values, one by one. */
  async *exact(sql: string): AsyncIterable<readonly SqlValue[]> {
    let finish: () => void = () => undefined
    const isRead = new Promise<void>((resolve) => {
      finish = resolve
    })
    const rows = await new Promise<AsyncIterableIterator<SqlValue[]>>((resolve, reject) => {
      const work = async () => {
        const core = (this.#client as unknown as { connection: StreamingClient }).connection
        const stream = core.query({ sql, rowsAsArray: true, typeCast: exactTypes }).stream()
        resolve(stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<SqlValue[]>)
        await isRead
      }
      this.#inTurn(sql, work).catch(reject)
    })
    try {
      for (let row = await rows.next(); !row.done; row = await rows.next()) yield row.value
    } catch (error) {
      throw translateError(error, this.place, sql)
    } finally {
      // The next answer comes behind the rows that nobody wanted.
      for (let row = await rows.next().catch(() => end); !row.done; row = await rows.next());
      finish()
    }
  }

  /**
   * Ends the connection, and with it what is not committed; harmless when it has ended. A statement that the server is at
   * is ended with it: it would go on without anybody who waits for it.
   */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#waiting > 0) await this.#killOwn()
    else await this.#client.end().catch(() => this.#client.destroy())
  }

  /** Asks the server to give up the statement that it is at, where that does not end a transaction. */
  async interrupt(): Promise<void> {
    if (this.#atStatement === undefined || this.#atStatement.isInterrupted) return
    this.#atStatement.isInterrupted = true
    this.#interrupting = this.#killing('QUERY').catch(() => undefined)
    await this.#interrupting
  }

  /** Asks for something that may be interrupted. */
  async #givenUp(text: string, verb: string): Promise<Answer> {
    const statement = { isInterrupted: false }
    this.#atStatement = statement
    try {
      const answer = await this.#asked(text)
      if (statement.isInterrupted && silent.has(verb)) throw statementInterrupted(this.place.location)
      return answer
    } catch (error) {
      if (!statement.isInterrupted || engineNumber(error) !== INTERRUPTED) throw error
      throw statementInterrupted(this.place.location, translateError(error, this.place, text))
    } finally {
      this.#atStatement = undefined
      if (statement.isInterrupted) {
        await this.#interrupting
        // What came too late for the statement is for this one, and for nothing that matters.
        await this.#client.query('DO 0').catch(() => undefined)
      }
    }
  }

  async #killing(what: 'QUERY' | 'CONNECTION'): Promise<void> {
    await this.#kill?.(what, (this.#client as unknown as { threadId: number }).threadId)
  }

  async #killOwn(): Promise<void> {
    try {
      await this.#killing('CONNECTION')
      const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())
      await Promise.race([this.#before, patience])
    } catch {
      // The server is gone, or lets nobody in: there is nothing more to do.
    } finally {
      this.#client.destroy()
    }
  }

  #checkLength(text: string): void {
    // A character takes up to four bytes, and the command itself one.
    if (text.length * 4 < this.#longest) return
    const bytes = Buffer.byteLength(text) + 1
    if (bytes > this.#longest) throw tooLong({ bytes, longest: this.#longest, location: this.place.location })
  }

  async #asked(sql: string): Promise<Answer> {
    const [result, fields] = await this.#client.query({ sql, typeCast: plainTypes })
    const answer = answerOf(result, fields as unknown)
    const status = (answer.header as { serverStatus?: number } | undefined)?.serverStatus
    if (answer.header !== undefined) this.#warnings = answer.header.warningStatus
    if (status !== undefined) this.#inTransaction = (status & IN_TRANSACTION) !== 0
    return answer
  }

  #inTurn<T>(sql: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#before.then(async () => {
      if (this.#closed) throw closed(this.place)
      if (this.#lost !== undefined) throw this.#lost
      this.#waiting += 1
      try {
        return await work()
      } catch (error) {
        const translated = translateError(error, this.place, sql)
        if (translated.code === 'DATABASE_UNREACHABLE') this.#lost ??= translated
        throw translated
      } finally {
        this.#waiting -= 1
      }
    })
    this.#before = turn.catch(() => undefined)
    return turn
  }
}

interface StreamingClient {
  query(options: object): { stream(): import('node:stream').Readable }
}

const end = { done: true, value: undefined } as const

/** CALL answers with the rows of each query in the procedure and a header behind them: the first rows count. */
function answerOf(result: unknown, fields: unknown): Answer {
  if (!Array.isArray(result)) return { rows: [], header: result as ResultSetHeader }
  const isSeveral =
    Array.isArray(fields) && fields.some((each: FieldPacket | FieldPacket[]) => Array.isArray(each))
  if (!isSeveral) return { rows: result as object[], header: undefined }
  return { rows: result[0] as object[], header: result.at(-1) as ResultSetHeader }
}

/** The error of a session that is used after its end. */
export function closed({ location }: Place): MigrateError {
  return new MigrateError('USAGE', `This session of ${location} is closed`, {
    hint: 'Open a new session, and await everything that uses one before closing it',
  })
}

function tooLong({
  bytes,
  longest,
  location,
}: {
  bytes: number
  longest: number
  location: string
}): MigrateError {
  const message = `The statement has ${bytes} bytes, and ${location} takes ${longest} at most (max_allowed_packet)`
  return new MigrateError('STATEMENT_FAILED', message, {
    hint: statementHint(1153),
    details: { engineCode: 1153 },
  })
}
