import { MigrateError, type SqlValue } from '@whimbrel/core'
import type { Client, QueryArrayResult, QueryResult } from 'pg'
import { connectionLost, translateError } from './error-translation.ts'
import type { Place } from './place.ts'
import { exactTypes, plainTypes } from './value-types.ts'

/** Between statements: no transaction, one that works, one in which a statement failed. */
export type TransactionStatus = 'none' | 'open' | 'failed'

const counting: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY'])

/** One connection of pg with its errors translated, that does one thing after the other. */
export class Connection {
  readonly place: Place
  readonly #client: Client
  #before: Promise<unknown> = Promise.resolve()
  #closed = false
  #changes = 0
  #lost: MigrateError | undefined

  constructor(client: Client, place: Place) {
    this.#client = client
    this.place = place
    client.on('error', (error) => {
      this.#lost ??= connectionLost(error, place)
    })
  }

  /** The number that the server gave for this connection when it began. */
  get backend(): number | undefined {
    return (this.#client as { processID?: number | null }).processID ?? undefined
  }

  /** The error that ended the connection, undefined while it lives. */
  get lost(): MigrateError | undefined {
    return this.#lost
  }

  get status(): TransactionStatus {
    const status = this.#client.getTransactionStatus()
    return status === 'T' ? 'open' : status === 'E' ? 'failed' : 'none'
  }

  /** Rows that statements have changed so far, as they report them. */
  get changes(): number {
    return this.#changes
  }

  /** Runs exactly one statement: text of several is refused as a whole. */
  async run<Row extends object>(sql: string, params: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#translated(async () => {
      if (sql.includes('\0')) throw nulCharacter()
      const query = { text: sql, values: [...params], types: plainTypes, queryMode: 'extended' as const }
      const result: QueryResult = await this.#client.query(query)
      if (counting.has(result.command)) this.#changes += result.rowCount ?? 0
      return result.rows as Row[]
    })
  }

  /** Rows of a query of our own as arrays of exact values. */
  async exact(sql: string): Promise<readonly (readonly SqlValue[])[]> {
    return this.#translated(async () => {
      const query = { text: sql, rowMode: 'array' as const, types: exactTypes }
      const result: QueryArrayResult<SqlValue[]> = await this.#client.query(query)
      return result.rows
    })
  }

  /** Runs statements of our own in one message, up to the first that fails; errors stay as pg throws them. */
  async raw(sql: string): Promise<void> {
    await this.#inTurn(() => this.#client.query(sql))
  }

  translate(error: unknown): MigrateError {
    return translateError(error, this.place)
  }

  /** Ends the connection, and with it what is not committed; harmless when it has ended. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#client.end().catch(() => undefined)
  }

  async #translated<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#inTurn(work)
    } catch (error) {
      throw this.translate(error)
    }
  }

  /** pg wants to be asked for one thing at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#before.then(() => {
      if (this.#closed) throw closed(this.place)
      if (this.#lost !== undefined) throw this.#lost
      return work().catch(async (error) => {
        await this.#settled()
        throw error
      })
    })
    this.#before = turn.catch(() => undefined)
    return turn
  }

  /** pg passes an error on before the server says what became of the transaction: the next answer comes after that. */
  async #settled(): Promise<void> {
    await this.#client.query('').catch(() => undefined)
  }
}

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
