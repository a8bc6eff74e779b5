import type BetterSqlite3 from 'better-sqlite3'
import type { DatabaseFile } from './database-file.ts'
import type { Engine } from './engine.ts'
import { engineCode, translateError } from './error-translation.ts'
import { missing } from './open-for-writing.ts'
import { copyApart, readIntoMemory } from './private-copy.ts'
import { secondLook } from './second-look.ts'

type Handle = BetterSqlite3.Database

export interface ReadingOptions {
  readonly engine: Engine
  readonly busyTimeoutMs: number
}

/** A connection for reading and what is left to do when it ends. */
export interface ReadingHandle {
  readonly handle: Handle
  readonly dispose: () => void
}

/**
 * Opens a file such that nothing is changed, made or left behind.
 *
 * The trap is a database in WAL mode. A read-only connection makes -wal and -shm and cannot remove them. A writable one
 * removes them when it was the last, but then it also moves a left-over WAL into the file. So, by what is there:
 *
 * | beside the file   | opened as                                                              |
 * |-------------------|------------------------------------------------------------------------|
 * | -wal and -shm     | read-only: somebody has it open or crashed; both are there anyway      |
 * | one of them       | private copy of what a crash left, unless somebody has it for himself  |
 * | -journal          | read-only; where it is left over from a crash, a private copy          |
 * | nothing, writable | writable with query_only: leaves nothing and has nothing to move       |
 * | nothing, else     | read-only, if an exclusive read works, which it never does in WAL mode;|
 * |                   | otherwise in memory                                                    |
 *
 * Decided by names and sizes alone: a file that was opened and closed by hand would take the locks of any other
 * connection of this process with it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
export function openForReading(file: DatabaseFile, options: ReadingOptions): ReadingHandle {
  if (!file.exists()) throw missing(file)
  file.checkKind()
  try {
    return openWithoutTrace(file, options)
  } catch (error) {
    throw translateError(error, file, {
      waitedMs: options.busyTimeoutMs,
      lookAgain: () => secondLook(file, options),
    })
  }
}

/** The same with the errors of the engine. */
export function openWithoutTrace(file: DatabaseFile, options: ReadingOptions): ReadingHandle {
  const wal = file.sizeBeside('-wal') !== undefined
  const shm = file.sizeBeside('-shm') !== undefined
  if (wal && shm) return readOnlyOr(file, options, () => copyApart(file, options))
  if (wal || shm) return readOnlyOr(file, { ...options, exclusive: true }, () => copyApart(file, options))
  if (file.sizeBeside('-journal') !== undefined)
    return readOnlyOr(file, options, () => copyApart(file, options))
  if (file.isWritable()) return withQueryOnly(file, options)
  return readOnlyOr(file, { ...options, exclusive: true }, () => readIntoMemory(file, options))
}

function withQueryOnly(file: DatabaseFile, { engine, busyTimeoutMs }: ReadingOptions): ReadingHandle {
  const handle = new engine(file.path, { fileMustExist: true, timeout: busyTimeoutMs })
  try {
    handle.exec('PRAGMA query_only = 1')
    firstRead(handle)
  } catch (error) {
    handle.close()
    throw error
  }
  return { handle, dispose: () => handle.close() }
}

/** Reads without any right to write; `instead` where that would have to repair or make something first. */
function readOnlyOr(
  file: DatabaseFile,
  { engine, busyTimeoutMs, exclusive = false }: ReadingOptions & { exclusive?: boolean },
  instead: () => ReadingHandle,
): ReadingHandle {
  const handle = new engine(file.path, { readonly: true, timeout: busyTimeoutMs })
  try {
    // In WAL mode an exclusive connection needs no -shm, but a lock that a read-only one cannot get: it fails early.
    if (exclusive) handle.exec('PRAGMA locking_mode = EXCLUSIVE')
    firstRead(handle)
    if (exclusive) {
      handle.exec('PRAGMA locking_mode = NORMAL')
      firstRead(handle)
    }
    return { handle, dispose: () => handle.close() }
  } catch (error) {
    handle.close()
    if (!/^SQLITE_(READONLY|CANTOPEN|IOERR_LOCK)/.test(engineCode(error))) throw error
    return instead()
  }
}

function firstRead(handle: Handle): void {
  handle.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()
}
