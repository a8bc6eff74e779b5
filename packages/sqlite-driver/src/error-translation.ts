import { accessSync, constants, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ErrorCode, MigrateError } from '@whimbrel/core'
import { databaseReplaced } from './database-replaced.ts'
import type { Place } from './place.ts'
import { statementHint } from './statement-hint.ts'

export interface TranslationContext {
  /** How long it was waited for, in milliseconds. */
  readonly waitedMs?: number
  /** Second look at a file that SQLite calls damaged: what is wrong, undefined when nothing is. */
  readonly lookAgain?: () => string | undefined
  /** Names of tables, to suggest one. */
  readonly tables?: () => readonly string[]
}

/** The engine's code of an error: `SQLITE_BUSY`, `SQLITE_CONSTRAINT_UNIQUE`; empty for other errors. */
export function engineCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : ''
}

/** True where waiting may help. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(engineCode(error))
}

/** Every error of better-sqlite3 as a MigrateError that says what happened to which database. */
export function translateError(error: unknown, place: Place, context: TranslationContext = {}): MigrateError {
  if (MigrateError.is(error)) return error
  const code = engineCode(error)
  const found = translations.find(({ pattern }) => pattern.test(code))
  if (found !== undefined) return found.translate(error, place, context)
  return statementFailed(error, context)
}

/** The engine makes room for so much of it at a time. */
const SHARED_MEMORY_BYTES = 32 * 1024

type Translate = (error: unknown, place: Place, context: TranslationContext) => MigrateError

const translations: readonly { pattern: RegExp; translate: Translate }[] = [
  { pattern: /^SQLITE_(BUSY|LOCKED|PROTOCOL)/, translate: busy },
  { pattern: /^SQLITE_FULL/, translate: full },
  { pattern: /^SQLITE_IOERR_SHMSIZE/, translate: noSharedMemory },
  // SQLite sees by itself, before it writes to its journal, that the file has been moved away.
  { pattern: /^SQLITE_READONLY_DBMOVED/, translate: (error, place) => databaseReplaced(place, error) },
  { pattern: /^SQLITE_(READONLY|PERM)/, translate: readOnly },
  { pattern: /^SQLITE_IOERR/, translate: inputOutput },
  { pattern: /^SQLITE_CORRUPT/, translate: corrupt },
  { pattern: /^SQLITE_NOTADB/, translate: noDatabase },
  { pattern: /^SQLITE_CANTOPEN/, translate: (error, place) => unreachable(error, place) },
]

function busy(error: unknown, { location }: Place, { waitedMs }: TranslationContext): MigrateError {
  const waited = waitedMs === undefined ? '' : ` after waiting ${Math.round(waitedMs)} ms`
  return engineError('DATABASE_BUSY', `${location} is still in use by another connection${waited}`, {
    hint: 'Find the program that writes to it and let it finish, or wait longer with --busy-timeout',
    error,
    details: { waitedMs },
  })
}

function full(error: unknown, { location }: Place): MigrateError {
  return engineError('DATABASE_FULL', `There is no space left for ${location}`, {
    hint: 'Free space on its disk (or raise max_page_count), then run the command again',
    error,
  })
}

/** The file of shared memory (-shm) could not be given its size: with a WAL that is how a full disk shows. */
function noSharedMemory(error: unknown, place: Place): MigrateError {
  return hasRoom(place.path) ? inputOutput(error, place) : full(error, place)
}

function hasRoom(path: string | undefined): boolean {
  if (path === undefined) return true
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    return bavail * bsize >= SHARED_MEMORY_BYTES
  } catch {
    // Whoever cannot be asked has not said that it is full.
    return true
  }
}

function readOnly(error: unknown, { location, path }: Place): MigrateError {
  const directory = path === undefined ? undefined : dirname(path)
  const what =
    directory !== undefined && !permits(directory, constants.W_OK)
      ? `the directory ${directory} cannot be written to`
      : 'the file cannot be written to'
  return engineError('DATABASE_READ_ONLY', `${location} cannot be changed: ${what}`, {
    hint: 'Give the user who runs this the right to write to the file and to its directory',
    error,
  })
}

function inputOutput(error: unknown, { location }: Place): MigrateError {
  return engineError('DATABASE_IO', `Reading or writing ${location} failed: ${engineCode(error)}`, {
    hint: 'Look at the disk and the system log, then run the command again: it continues from what is recorded',
    error,
  })
}

function corrupt(error: unknown, place: Place, { lookAgain }: TranslationContext): MigrateError {
  const finding = lookAgain === undefined ? messageOf(error) : lookAgain()
  // A single failed read is reported as damage, although the file is whole.
  if (finding === undefined) return inputOutput(error, place)
  return engineError('DATABASE_CORRUPT', `${place.location} is damaged: ${finding}`, {
    hint: 'Stop every program that uses it, keep a copy of the file, and restore the newest good backup',
    error,
  })
}

function noDatabase(error: unknown, { location }: Place): MigrateError {
  return engineError('DATABASE_INVALID', `${location} is not a SQLite database`, {
    hint: 'Check the path; an encrypted database cannot be opened either',
    error,
  })
}

/** DATABASE_UNREACHABLE with the reason that the file system gives. */
export function unreachable(error: unknown, { location, path }: Place): MigrateError {
  return engineError('DATABASE_UNREACHABLE', `${location} cannot be opened: ${reasonFor(path)}`, {
    hint: 'Check the path and the rights of the user who runs this',
    error,
  })
}

function reasonFor(path: string | undefined): string {
  if (path === undefined) return 'SQLite gave no reason'
  const directory = dirname(path)
  const parent = statSync(directory, { throwIfNoEntry: false })
  if (parent === undefined) return `the directory ${directory} does not exist`
  if (!parent.isDirectory()) return `${directory} is a file, not a directory`
  if (!permits(directory, constants.X_OK)) return `the directory ${directory} may not be entered`
  const file = statSync(path, { throwIfNoEntry: false })
  if (file === undefined) {
    return permits(directory, constants.W_OK)
      ? 'the file does not exist'
      : `nothing may be created in ${directory}`
  }
  if (file.isDirectory()) return 'it is a directory'
  if (!file.isFile()) return 'it is not a file'
  return permits(path, constants.R_OK)
    ? 'a file beside it (-wal, -shm or -journal) cannot be used'
    : 'it may not be read'
}

function permits(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

function statementFailed(error: unknown, { tables }: TranslationContext): MigrateError {
  const message = messageOf(error)
  return engineError('STATEMENT_FAILED', message, { hint: statementHint(message, tables), error })
}

function messageOf(error: unknown): string {
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
