import { checkOptionNames, usage } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'
import { completePragmas, type Pragmas, type PragmaValue } from './pragmas.ts'

export interface SqliteDriverOptions {
  /** Path of the file, or `:memory:`. With `handle` it is only shown to people. */
  readonly path?: string
  /** A better-sqlite3 handle that the application opened and keeps: it is never closed here. */
  readonly handle?: BetterSqlite3.Database
  /** Settings of the database; default: WAL, foreign keys on, synchronous NORMAL. Not applied to a given handle. */
  readonly pragmas?: Pragmas
  /** How long to wait while another connection is in the way, in milliseconds; default 5,000. */
  readonly busyTimeoutMs?: number
  /** The database as shown to people; default: the path. */
  readonly label?: string
  /** Opening for writing makes the file where there is none; default true. */
  readonly create?: boolean
}

export interface CheckedOptions {
  readonly path: string
  readonly handle: BetterSqlite3.Database | undefined
  readonly pragmas: ReadonlyMap<string, PragmaValue>
  readonly busyTimeoutMs: number
  readonly label: string
  readonly create: boolean
}

const names = [
  'path',
  'handle',
  'pragmas',
  'busyTimeoutMs',
  'label',
  'create',
] satisfies (keyof SqliteDriverOptions)[]

/** Options with their defaults. Throws USAGE before anything is opened. */
export function checkOptions(options: SqliteDriverOptions): CheckedOptions {
  checkOptionNames('sqliteDriver', Object.keys(options), names)
  const { handle, create = true } = options
  const path = handle === undefined ? checkPath(options.path) : handle.memory ? ':memory:' : handle.name
  const pragmas = completePragmas(options.pragmas)
  const busyTimeoutMs = options.busyTimeoutMs ?? Number(pragmas.get('busy_timeout'))
  if (!Number.isSafeInteger(busyTimeoutMs) || busyTimeoutMs < 0 || busyTimeoutMs > 0x7fffffff) {
    throw usage(`busyTimeoutMs is ${busyTimeoutMs}`, 'Give a whole number of milliseconds, 0 or more')
  }
  return { path, handle, pragmas, busyTimeoutMs, label: options.label ?? options.path ?? path, create }
}

/** A path that SQLite opens as it is written. Throws USAGE. */
export function checkPath(path: unknown): string {
  if (typeof path !== 'string') throw usage('There is no path to a database', 'Give a file, or ":memory:"')
  if (path === '') {
    throw usage(
      'The path of the database is empty',
      'Give a file, or ":memory:" for a database that is thrown away',
    )
  }
  if (path.trim() !== path || path.includes('\0')) {
    const shown = JSON.stringify(path)
    throw usage(`The path ${shown} begins or ends with white space or holds a NUL`, 'Remove those characters')
  }
  return path
}
