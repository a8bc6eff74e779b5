import { constants, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import type { DatabaseFile } from './database-file.ts'
import { unreachable } from './error-translation.ts'
import type { ReadingHandle, ReadingOptions } from './open-for-reading.ts'

/** SQLite takes no database larger than this into memory. */
const MEMORY_LIMIT = 1024 ** 3
const companions = ['', '-wal', '-journal'] as const
const ATTEMPTS = 3

/**
 * Reads the whole file into memory. For a database in WAL mode without a WAL, where nothing may be written: the
 * file is then complete, and two bytes of the header say that it has a rollback journal.
 * https://www.sqlite.org/fileformat2.html#file_format_version_numbers
 */
export function readIntoMemory(file: DatabaseFile, options: ReadingOptions): ReadingHandle {
  if (statSync(file.path).size > MEMORY_LIMIT) return copyApart(file, options)
  const bytes = unmoved(file, () => readFileSync(file.path))
  if (bytes.length > 20) bytes.fill(1, 18, 20)
  const handle = new options.engine(bytes, { timeout: options.busyTimeoutMs })
  handle.exec('PRAGMA query_only = 1')
  return { handle, dispose: () => handle.close() }
}

/** Copies the file with its WAL or journal into a directory of its own and lets SQLite recover it there. */
export function copyApart(file: DatabaseFile, options: ReadingOptions): ReadingHandle {
  const directory = mkdtempSync(join(tmpdir(), 'whimbrel-read-'))
  const dispose = () => rmSync(directory, { recursive: true, force: true })
  try {
    const copy = join(directory, 'database')
    unmoved(file, () => {
      for (const suffix of companions) copyWherePresent(file.beside(suffix), copy + suffix)
    })
    const handle = new options.engine(copy, { timeout: options.busyTimeoutMs })
    handle.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()
    handle.exec('PRAGMA query_only = 1')
    return {
      handle,
      dispose: () => {
        handle.close()
        dispose()
      },
    }
  } catch (error) {
    dispose()
    throw error
  }
}

/** Does `work` while nobody else changes the files, or throws DATABASE_BUSY. */
function unmoved<T>(file: DatabaseFile, work: () => T): T {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = signature(file)
    const result = readable(file, work)
    if (signature(file) === before) return result
  }
  throw new MigrateError('DATABASE_BUSY', `${file.location} is being changed while it is read`, {
    hint: 'Run the command again when the program that writes to it has finished',
  })
}

function readable<T>(file: DatabaseFile, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unreachable(error, file)
  }
}

function signature(file: DatabaseFile): string {
  return companions
    .map((suffix) => {
      const found = statSync(file.beside(suffix), { bigint: true, throwIfNoEntry: false })
      return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeNs}`
    })
    .join(' ')
}

function copyWherePresent(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false }) === undefined) return
  copyFileSync(from, to, constants.COPYFILE_FICLONE)
}
