import { MigrateError, type SqlValue } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'
import { translateError } from './error-translation.ts'
import type { Place } from './place.ts'
import { readPragma, setPragma } from './pragmas.ts'

type Handle = BetterSqlite3.Database
type Prepared = BetterSqlite3.Statement<unknown[]>

export interface ConnectionOptions {
  readonly place: Place
  /** Refuses every statement that could write. */
  readonly readOnly: boolean
  /** How long SQLite waits for other connections outside of transactions, in milliseconds. */
  readonly busyTimeoutMs: number
  /** Second look at a file that SQLite calls damaged: what is wrong, undefined when nothing is. */
  readonly lookAgain?: () => string | undefined
}

/** Statements of our own are few; a caller that builds SQL must not grow the cache without end. */
const CACHE_SIZE = 200

/** One handle of better-sqlite3 with its errors translated and its own statements compiled once. */
export class Connection {
  readonly handle: Handle
  readonly place: Place
  readonly readOnly: boolean
  readonly #busyTimeoutMs: number
  readonly #lookAgain: (() => string | undefined) | undefined
  readonly #prepared = new Map<string, Prepared>()

  constructor(handle: Handle, { place, readOnly, busyTimeoutMs, lookAgain }: ConnectionOptions) {
    this.handle = handle
    this.place = place
    this.readOnly = readOnly
    this.#busyTimeoutMs = busyTimeoutMs
    this.#lookAgain = lookAgain
  }

  get inTransaction(): boolean {
    return this.handle.inTransaction
  }

  /** Runs one statement of somebody else's, whatever it returns. */
  execute(sql: string): void {
    try {
      if (sql.includes('\0')) throw nulCharacter()
      // Only preparing notices a second statement, and it costs three times as much as running directly.
      if (!this.readOnly && !sql.includes(';')) this.handle.exec(sql)
      else stepThrough(this.#allowed(this.handle.prepare(sql)))
    } catch (error) {
      throw this.translate(error)
    }
  }

  /** Runs one statement of our own, compiled once. */
  run(sql: string, params: readonly SqlValue[] = []): void {
    try {
      stepThrough(this.#prepare(sql), params)
    } catch (error) {
      throw this.translate(error)
    }
  }

  /** Runs text of our own without parameters; errors stay as the engine throws them. */
  raw(sql: string): void {
    this.handle.exec(sql)
  }

  rows<Row>(sql: string, params: readonly SqlValue[] = []): Row[] {
    try {
      const statement = this.#prepare(sql)
      if (!statement.reader) {
        statement.run(...params)
        return []
      }
      return statement
        .safeIntegers(true)
        .all(...params)
        .map(withPlainNumbers) as Row[]
    } catch (error) {
      throw this.translate(error)
    }
  }

  /** Rows of a query one by one, as arrays of exact values: integers are bigints. Nothing else may run meanwhile. */
  *each(sql: string): Iterable<readonly SqlValue[]> {
    try {
      const rows = this.handle.prepare<unknown[]>(sql).raw().safeIntegers(true).iterate()
      for (const row of rows) yield row as SqlValue[]
    } catch (error) {
      throw this.translate(error)
    }
  }

  /** First column of the first row. */
  value(sql: string, params: readonly SqlValue[] = []): SqlValue | undefined {
    const [row] = this.rows<Record<string, SqlValue>>(sql, params)
    return row === undefined ? undefined : Object.values(row)[0]
  }

  pragma(name: string): string | number | undefined {
    try {
      return readPragma(this.handle, name)
    } catch (error) {
      throw this.translate(error)
    }
  }

  setPragma(name: string, value: string | number): void {
    try {
      setPragma(this.handle, name, value)
    } catch (error) {
      throw this.translate(error)
    }
  }

  translate(error: unknown, waitedMs?: number): MigrateError {
    if (error instanceof TypeError && /not open/.test(error.message)) return closed(this.place)
    return translateError(error, this.place, {
      waitedMs: waitedMs ?? (this.inTransaction ? 0 : this.#busyTimeoutMs),
      ...(this.#lookAgain === undefined ? {} : { lookAgain: this.#lookAgain }),
      tables: () => this.#tables(),
    })
  }

  #tables(): readonly string[] {
    const sql = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
    return this.handle.prepare(sql).pluck().all() as string[]
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.#allowed(this.handle.prepare<unknown[]>(sql))
    if (this.#prepared.size >= CACHE_SIZE) this.#prepared.clear()
    // A PRAGMA answers with the value it had when it was compiled.
    if (!/^\s*pragma/i.test(sql)) this.#prepared.set(sql, statement)
    return statement
  }

  #allowed(statement: Prepared): Prepared {
    if (!this.readOnly || statement.readonly) return statement
    throw new MigrateError('DATABASE_READ_ONLY', `${this.place.location} is open for reading only`, {
      hint: 'Open a session for writing to change something',
    })
  }
}

/** The error of a session that is used after its end. */
export function closed({ location }: Place): MigrateError {
  return new MigrateError('USAGE', `This session of ${location} is closed`, {
    hint: 'Open a new session, and await everything that uses one before closing it',
  })
}

function stepThrough(statement: Prepared, params: readonly SqlValue[] = []): void {
  if (!statement.reader) {
    statement.run(...params)
    return
  }
  // Rows are looked at one by one: nobody wants them, and there may be many.
  for (const _ of statement.raw().iterate(...params));
}

function withPlainNumbers(row: unknown): unknown {
  const record = row as Record<string, unknown>
  for (const name in record) {
    const value = record[name]
    if (typeof value !== 'bigint') continue
    const plain = Number(value)
    if (Number.isSafeInteger(plain)) record[name] = plain
  }
  return record
}

function nulCharacter(): MigrateError {
  return new MigrateError('STATEMENT_FAILED', 'The statement holds a NUL character', {
    hint: 'Remove the character: SQLite would silently ignore everything after it',
  })
}
