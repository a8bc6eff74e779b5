import { existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import { MigrateError, type SnapshotOptions } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'
import { DatabaseFile } from '../database-file.ts'
import { engineCode, isBusy, translateError } from '../error-translation.ts'
import { openForReading } from '../open-for-reading.ts'
import { openForWriting, type WritingOptions } from '../open-for-writing.ts'
import { type Patience, patiently } from '../patience.ts'
import { readPragma, setPragma } from '../pragmas.ts'
import { syncAsSingleFile, syncDirectoryOf, syncFile } from './sync.ts'
import { transfer } from './transfer.ts'

export interface RestoreOptions extends SnapshotOptions {
  readonly writing: WritingOptions
}

type Handle = BetterSqlite3.Database

/** Puts the content of a saved file in the place of the database. */
export async function restoreSnapshot(
  live: DatabaseFile,
  path: string,
  options: RestoreOptions,
): Promise<void> {
  const { handle: source, dispose } = openForReading(new DatabaseFile(path, path), options.writing)
  try {
    if (live.exists()) await replaceContent(live, source, options)
    else await makeDatabase(live, source, options)
  } catch (error) {
    throw translateError(error, live, { waitedMs: options.writing.busyTimeoutMs })
  } finally {
    dispose()
  }
}

/**
 * SQLite writes the pages through the journal or the WAL of the database, as one transaction. Its own connection for
 * that cannot be configured: a second one is open meanwhile, so that nothing is checkpointed before we see to it.
 */
async function replaceContent(live: DatabaseFile, source: Handle, options: RestoreOptions): Promise<void> {
  live.checkKind()
  live.checkWritable()
  const identity = live.identity()
  const { engine, busyTimeoutMs } = options.writing
  const guard = new engine(live.path, { fileMustExist: true, timeout: busyTimeoutMs })
  try {
    refuseDamaged(guard, live)
    setPragma(guard, 'synchronous', 'EXTRA')
    const replace = () => overwrite(live, source, options)
    if (needsOtherPages(guard, source)) await withoutWal(guard, { live, busyTimeoutMs }, replace)
    else await replace()
    if (existsSync(live.beside('-wal'))) syncFile(live.beside('-wal'))
    syncDirectoryOf(live.beside(''))
  } finally {
    guard.close()
  }
  live.checkIdentity(identity)
}

/** A file that SQLite cannot even begin to write to stays what it is. */
function refuseDamaged(guard: Handle, live: DatabaseFile): void {
  try {
    readPragma(guard, 'schema_version')
  } catch (error) {
    if (!/^SQLITE_(NOTADB|CORRUPT)/.test(engineCode(error))) throw error
    throw new MigrateError(
      engineCode(error) === 'SQLITE_NOTADB' ? 'DATABASE_INVALID' : 'DATABASE_CORRUPT',
      `${live.location} is no database that could be written to, and nothing is put over it`,
      {
        hint: `Stop every program that uses it, move it away (mv ${live.path} ${live.path}.damaged), and restore again`,
        cause: error,
      },
    )
  }
}

/** In WAL mode the size of a page cannot change. */
function needsOtherPages(guard: Handle, source: Handle): boolean {
  if (readPragma(guard, 'journal_mode') !== 'wal') return false
  return readPragma(guard, 'page_size') !== readPragma(source, 'page_size')
}

/** Changing the journal mode takes the database for itself. */
async function withoutWal(
  guard: Handle,
  { live, busyTimeoutMs }: { live: DatabaseFile; busyTimeoutMs: number },
  work: () => Promise<void>,
): Promise<void> {
  setPragma(guard, 'busy_timeout', 0)
  const change = (mode: string) =>
    patiently(() => setPragma(guard, 'journal_mode', mode), whileBusy(live, busyTimeoutMs))
  await change('DELETE')
  try {
    await work()
  } finally {
    await change('WAL')
  }
}

function overwrite(live: DatabaseFile, source: Handle, options: RestoreOptions): Promise<void> {
  const attempt = async () => {
    // As the engine says it elsewhere.
    if (!(await transfer(source, live.path, options)))
      throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
  }
  return patiently(attempt, whileBusy(live, options.writing.busyTimeoutMs))
}

function whileBusy(live: DatabaseFile, timeoutMs: number): Patience {
  return {
    timeoutMs,
    worthWaiting: isBusy,
    givingUp: (cause, waitedMs) =>
      new MigrateError(
        'DATABASE_BUSY',
        `${live.location} is in use, so that its content cannot be replaced (waited ${Math.round(waitedMs)} ms)`,
        {
          hint: 'Let the program that reads or writes it finish or stop it, or wait longer with --busy-timeout',
          details: { waitedMs },
          cause,
        },
      ),
  }
}

/**
 * Nobody can have a database open that is not there, so a whole file may be moved to its place; a link never replaces
 * one that somebody else made meanwhile. What is left of another one beside it would be taken for a part of it.
 */
async function makeDatabase(live: DatabaseFile, source: Handle, options: RestoreOptions): Promise<void> {
  live.makeDirectory()
  const target = live.beside('')
  const temporary = `${target}.restoring`
  const clear = () => {
    for (const suffix of ['', '-journal']) rmSync(temporary + suffix, { force: true })
  }
  clear()
  try {
    await transfer(source, temporary, options)
    syncAsSingleFile(temporary)
    setAside(target)
    linkSync(temporary, target)
  } finally {
    clear()
  }
  syncDirectoryOf(target)
  // What a database keeps in its file, its journal mode above all, is configured like that of a new one.
  const { handle } = await openForWriting(live, { ...options.writing, create: false })
  handle.close()
}

/** A WAL or journal without its database may be all that is left of something: it is renamed, not removed. */
function setAside(target: string): void {
  rmSync(`${target}-shm`, { force: true })
  for (const name of [`${target}-wal`, `${target}-journal`]) {
    if (existsSync(name)) renameSync(name, `${name}.orphan-${Date.now()}`)
  }
}
