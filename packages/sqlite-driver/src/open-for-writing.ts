import { MigrateError } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'
import type { DatabaseFile } from './database-file.ts'
import type { Engine } from './engine.ts'
import { isBusy, translateError } from './error-translation.ts'
import { patiently } from './patience.ts'
import { type PragmaValue, readPragma, samePragma, setPragma } from './pragmas.ts'
import { secondLook } from './second-look.ts'

export interface WritingOptions {
  readonly engine: Engine
  readonly pragmas: ReadonlyMap<string, PragmaValue>
  readonly busyTimeoutMs: number
  /** Make the file, and its directory, where there is none. */
  readonly create: boolean
}

/** A connection for writing and the file that it is about. */
export interface WritingHandle {
  readonly handle: BetterSqlite3.Database
  /** As `DatabaseFile.identity` tells it. */
  readonly identity: string
}

/** Opens a file for writing and configures the connection. Throws DATABASE_… codes. */
export async function openForWriting(file: DatabaseFile, options: WritingOptions): Promise<WritingHandle> {
  const { create } = options
  if (create) file.makeDirectory()
  else if (!file.exists()) throw missing(file)
  file.checkKind()
  file.checkWritable()
  let opened: WritingHandle | undefined
  try {
    opened = openKnown(file, options)
    await applyPragmas(opened.handle, file, options)
    return opened
  } catch (error) {
    opened?.handle.close()
    throw translateError(error, file, {
      waitedMs: options.busyTimeoutMs,
      lookAgain: () => secondLook(file, options),
    })
  }
}

/** Looks at the file before and after: which one it was in between nobody could tell later. */
function openKnown(file: DatabaseFile, { engine, busyTimeoutMs, create }: WritingOptions): WritingHandle {
  const before = file.identity()
  const handle = new engine(file.path, { timeout: busyTimeoutMs, fileMustExist: !create })
  const identity = file.identity()
  if (identity !== undefined && (before === undefined || before === identity)) return { handle, identity }
  handle.close()
  throw file.replaced()
}

async function applyPragmas(handle: BetterSqlite3.Database, file: DatabaseFile, options: WritingOptions) {
  for (const [name, value] of options.pragmas) {
    if (name === 'busy_timeout') continue
    if (name === 'journal_mode') await applyJournalMode(handle, file, { ...options, mode: String(value) })
    else setPragma(handle, name, value)
  }
}

/** Only where it differs: it is a property of the file, and changing it takes the file for itself. */
async function applyJournalMode(
  handle: BetterSqlite3.Database,
  file: DatabaseFile,
  { mode, busyTimeoutMs }: WritingOptions & { mode: string },
): Promise<void> {
  if (samePragma('journal_mode', mode, readPragma(handle, 'journal_mode'))) return
  setPragma(handle, 'busy_timeout', 0)
  await patiently(() => setPragma(handle, 'journal_mode', mode), {
    timeoutMs: busyTimeoutMs,
    worthWaiting: isBusy,
    givingUp: (cause, waitedMs) =>
      new MigrateError(
        'DATABASE_BUSY',
        `${file.location} is in use, so that its journal mode cannot become ${mode} (waited ${Math.round(waitedMs)} ms)`,
        {
          hint: 'Stop the programs that use it, or configure the pragma journal_mode as it is',
          details: { waitedMs },
          cause,
        },
      ),
  })
  setPragma(handle, 'busy_timeout', busyTimeoutMs)
}

/** The error where there is no database and none may be made. */
export function missing({ location, path }: DatabaseFile): MigrateError {
  return new MigrateError('DATABASE_MISSING', `There is no database at ${location}`, {
    hint: 'Check the path; "up" makes a new database',
    details: { path },
  })
}
