import { type ErrorCode, MigrateError } from '@whimbrel/core'
import type { Place } from './place.ts'
import { statementHint } from './statement-hint.ts'

/** The server's number of an error, 0 for errors of the network and of mysql2. */
export function engineNumber(error: unknown): number {
  if (!(error instanceof Error) || !('errno' in error) || !('sqlState' in error)) return 0
  return typeof error.errno === 'number' && error.errno >= 1000 ? error.errno : 0
}

/** Every error of mysql2 as a MigrateError that says what happened to which database; `sql` is what was sent. */
export function translateError(error: unknown, place: Place, sql = ''): MigrateError {
  if (MigrateError.is(error)) return error
  const number = engineNumber(error)
  if (number === 0 || endings.has(number)) return connectionLost(error, place)
  const found = translations.get(number)
  if (found !== undefined) {
    const { code, message, hint, transient } = found
    const details = transient === undefined ? {} : { transient }
    return engineError(code, message(place.location, reason(error)), { hint, error, details })
  }
  const details = { position: positionOf(reason(error), sql) }
  return engineError('STATEMENT_FAILED', reason(error), { hint: statementHint(number), error, details })
}

/** The error of a connection that ended in the middle of something. */
export function connectionLost(error: unknown, { location }: Place): MigrateError {
  return engineError('DATABASE_UNREACHABLE', `The connection to ${location} was lost: ${reason(error)}`, {
    hint: 'Look at the log of the server, then run the command again: it continues from what is recorded',
    error,
  })
}

/** The error of a connection that could not be made. Names no password. */
export function unreachable(error: unknown, { location }: Place): MigrateError {
  if (MigrateError.is(error)) return error
  const hint = connectHints.get(engineNumber(error))
  return engineError('DATABASE_UNREACHABLE', `${location} cannot be reached: ${reason(error)}`, {
    hint: hint ?? 'Check that the server runs, and host, port, ssl-mode and network',
    error,
  })
}

/** Numbers with which the server says that it ends the connection. */
const endings: ReadonlySet<number> = new Set([1053, 1927, 3168, 4031])

const user = 'Check user and password in the URL, and what the server grants this user from this host'
const connectHints: ReadonlyMap<number, string> = new Map([
  [1040, 'End connections that nobody needs, or raise max_connections'],
  [1044, 'Grant the user rights on the database'],
  [1045, user],
  [1049, 'Check the name of the database, or make it: CREATE DATABASE'],
  [1698, user],
])

interface Translation {
  readonly code: ErrorCode
  readonly message: (location: string, reason: string) => string
  readonly hint: string
  /** Whether it is of use to run the statement again. */
  readonly transient?: boolean
}

const readOnly: Translation = {
  code: 'DATABASE_READ_ONLY',
  message: (location, why) => `${location} cannot be changed: ${why}`,
  hint: 'Give the URL of the primary server, where read_only is off, and open the session for writing',
}

const busy: Translation = {
  code: 'DATABASE_BUSY',
  message: (location, why) => `${location} is in use by another connection: ${why}`,
  hint: 'Find the transaction that holds the lock in information_schema.innodb_trx and let it finish, or wait longer with --busy-timeout',
}

/** It undoes the whole transaction: whether that is lost is for those to say who began it. */
const deadlock: Translation = {
  code: 'DATABASE_BUSY',
  message: (location, why) => `${location} is in use by another connection: ${why}`,
  hint: 'Run the command again when the other transaction is through; SHOW ENGINE INNODB STATUS tells of both',
}

const tooLong: Translation = {
  code: 'STATEMENT_FAILED',
  message: (location, why) =>
    `${location} stopped the statement, which took longer than statementTimeout: ${why}`,
  hint: 'Let one statement do less at once, or raise "statementTimeout" of this database in the manifest',
}

const stopped: Translation = {
  code: 'STATEMENT_FAILED',
  message: (location, why) => `The statement was stopped on ${location}: ${why}`,
  hint: 'Somebody ended it with KILL QUERY: look at the log of the server, then run the command again',
}

const full: Translation = {
  code: 'DATABASE_FULL',
  message: (location) => `There is no space left for ${location}`,
  hint: 'Free space on the disk of the server, then run the command again',
}

const translations: ReadonlyMap<number, Translation> = new Map([
  [1290, readOnly],
  [1792, readOnly],
  [1836, readOnly],
  [1205, { ...busy, transient: true }],
  [1213, deadlock],
  [1317, stopped],
  [1969, tooLong],
  [3024, tooLong],
  [1021, full],
  [1114, full],
])

/**
 * Where a syntax error is, as a 1-based number of characters in the statement. The server says its line and the text
 * that begins there, cut off.
 */
function positionOf(message: string, sql: string): number | undefined {
  const [, near = '', line] = /near '([\s\S]*)' at line (\d+)$/.exec(message) ?? []
  if (line === undefined) return undefined
  let start = 0
  for (let at = 1; at < Number(line); at += 1) start = sql.indexOf('\n', start) + 1
  const found = near === '' ? sql.length : sql.indexOf(near, start)
  return (found === -1 ? start : found) + 1
}

/** Node.js wraps what it tried at several addresses of one host, without a message. */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return reason(error.errors[0])
  const message = error instanceof Error ? error.message : String(error)
  // The name of a scratch database says nothing to anybody.
  return message.replace(/\bwhimbrel_scratch_[0-9a-f]{16}\./g, '')
}

function engineError(
  code: ErrorCode,
  message: string,
  more: { hint: string; error: unknown; details?: Record<string, unknown> },
): MigrateError {
  const details = { ...more.details, engineCode: engineNumber(more.error) || undefined }
  return new MigrateError(code, message, { hint: more.hint, details, cause: more.error })
}
