import { type ErrorCode, MigrateError } from '@whimbrel/core'
import { type ErrorPlace, errorPosition, failedFunction } from './error-position.ts'
import type { Place } from './place.ts'
import { statementHint } from './statement-hint.ts'

/** What pg says about an error of the server. */
interface ServerError extends Error, ErrorPlace {
  /** SQLSTATE: `42P01`. */
  readonly code?: string
  readonly detail?: string
  readonly hint?: string
  readonly table?: string
  readonly constraint?: string
}

/** The engine's code of an error, SQLSTATE; empty for other errors. */
export function engineCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : ''
}

/** Every error of pg as a MigrateError that says what happened to which database; `sql` is the statement that failed. */
export function translateError(error: unknown, place: Place, sql = ''): MigrateError {
  if (MigrateError.is(error)) return error
  const code = engineCode(error)
  // Without a code of the server it is an error of the network or of pg, which sends nothing further then.
  if (code === '') return connectionLost(error, place)
  const found = translations.find(({ pattern }) => pattern.test(code))
  if (found !== undefined) return found.translate(error as ServerError, place)
  return statementFailed(error as ServerError, sql)
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
  const code = engineCode(error)
  const hint = connectHints.find(([pattern]) => pattern.test(code || reason(error)))?.[1]
  return engineError('DATABASE_UNREACHABLE', `${location} cannot be reached: ${reason(error)}`, {
    hint: hint ?? 'Check that the server runs, and host, port and network',
    error,
  })
}

const connectHints: readonly (readonly [RegExp, string])[] = [
  [/^28|password/i, 'Check user and password in the URL, and what pg_hba.conf of the server allows'],
  [/^3D000/, 'Check the name of the database, or make it: createdb'],
  [/^53300/, 'End connections that nobody needs, or raise max_connections'],
  [/^57P03/, 'Wait until the server has started, then run the command again'],
  [
    /SSL|TLS|certificate|self.signed/i,
    'Check sslmode and sslrootcert in the URL: "disable" is for servers without TLS',
  ],
  [/ENOENT/, 'Check the path of the socket or of the certificates'],
]

type Translate = (error: ServerError, place: Place) => MigrateError

const translations: readonly { pattern: RegExp; translate: Translate }[] = [
  { pattern: /^25006/, translate: readOnly },
  { pattern: /^2BP01/, translate: stillNeeded },
  { pattern: /^55P03/, translate: notGiven },
  { pattern: /^40P01/, translate: deadlock },
  { pattern: /^40001/, translate: overtaken },
  { pattern: /^53100/, translate: full },
  { pattern: /^58030/, translate: inputOutput },
  { pattern: /^XX00[12]/, translate: corrupt },
  { pattern: /^(08|57P0)/, translate: (error, place) => connectionLost(error, place) },
]

function readOnly(error: ServerError, { location }: Place): MigrateError {
  return engineError('DATABASE_READ_ONLY', `${location} cannot be changed: ${error.message}`, {
    hint: 'Give the URL of the primary server, where default_transaction_read_only is off, and open the session for writing',
    error,
  })
}

/** A lock that others have. What waits for it is undone to its savepoint, and may be tried again from there. */
function notGiven(error: ServerError, { location }: Place): MigrateError {
  return engineError('DATABASE_BUSY', `${location} is in use by another connection: ${error.message}`, {
    hint: 'Find the transaction that holds the lock in pg_stat_activity and let it finish, or wait longer with --busy-timeout',
    error,
    details: { transient: true },
  })
}

/** Whoever loses a deadlock gives back what it got since its savepoint: the others get on, and so may this one then. */
function deadlock(error: ServerError, { location }: Place): MigrateError {
  return engineError('DATABASE_BUSY', `${location} is in use by another connection: ${error.message}`, {
    hint: 'Let the statements take their locks in the order in which other programs take them, or run this when these rest',
    error,
    details: { transient: true, detail: error.detail },
  })
}

/** The whole transaction saw rows as they were at its begin: no savepoint in it sees newer ones. */
function overtaken(error: ServerError, { location }: Place): MigrateError {
  return engineError('DATABASE_BUSY', `${location} is in use by another connection: ${error.message}`, {
    hint: 'Run the command again; with default_transaction_isolation = "read committed" for this user it does not happen',
    error,
  })
}

function full(error: ServerError, { location }: Place): MigrateError {
  return engineError('DATABASE_FULL', `There is no space left for ${location}`, {
    hint: 'Free space on the disk of the server, then run the command again',
    error,
  })
}

function inputOutput(error: ServerError, { location }: Place): MigrateError {
  return engineError('DATABASE_IO', `Reading or writing ${location} failed: ${error.message}`, {
    hint: 'Look at the disk and the log of the server, then run the command again: it continues from what is recorded',
    error,
  })
}

function corrupt(error: ServerError, { location }: Place): MigrateError {
  return engineError('DATABASE_CORRUPT', `${location} is damaged: ${error.message}`, {
    hint: 'Stop every program that uses it, keep a copy of the files of the server, and restore the newest good backup',
    error,
  })
}

/** What depends on it stands only in the detail; the advice of the server is to drop all of that, too. */
function stillNeeded(error: ServerError): MigrateError {
  const dependents = error.detail?.replaceAll('\n', ', ')
  const message = dependents === undefined ? error.message : `${error.message} (${dependents})`
  return engineError('STATEMENT_FAILED', message, { hint: statementHint(engineCode(error)), error })
}

function statementFailed(error: ServerError, sql: string): MigrateError {
  const { detail, table, constraint } = error
  const inside = failedFunction(error)
  return engineError(
    'STATEMENT_FAILED',
    inside === undefined ? error.message : `${error.message} (in ${inside})`,
    {
      hint: error.hint ?? statementHint(engineCode(error)),
      error,
      details: { position: errorPosition(error, sql), detail, table, constraint, ...passing(error) },
    },
  )
}

/** Says that the same statement may succeed the next time: resources, somebody who stopped it, a right that is missing. */
function passing(error: ServerError): { readonly passes?: true } {
  return /^(53|57|58|42501)/.test(engineCode(error)) ? { passes: true } : {}
}

/** Node.js wraps what it tried at several addresses of one host, without a message. */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return reason(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

function engineError(
  code: ErrorCode,
  message: string,
  more: { hint: string; error: unknown; details?: Record<string, unknown> },
): MigrateError {
  const details = { ...more.details, engineCode: engineCode(more.error) || undefined }
  return new MigrateError(code, message, { hint: more.hint, details, cause: more.error })
}
