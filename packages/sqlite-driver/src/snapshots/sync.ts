import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Bytes of the header that say how a file is written and read: 1 is a rollback journal, 2 a WAL. */
const FORMAT_AT = 18
const ROLLBACK_JOURNAL = Buffer.from([1, 1])

/**
 * Makes a file durable that nobody has open, as a database in one single file: one that says it has a WAL would get
 * -wal and -shm beside it as soon as somebody looks. https://www.sqlite.org/fileformat2.html#file_format_version_numbers
 */
export function syncAsSingleFile(path: string): void {
  const descriptor = openSync(path, 'r+')
  try {
    writeSync(descriptor, ROLLBACK_JOURNAL, 0, ROLLBACK_JOURNAL.length, FORMAT_AT)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes the content of any file durable that is no database: opening one by hand drops the locks on it. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes the names in the directory of a file durable. */
export function syncDirectoryOf(path: string): void {
  syncFile(dirname(path))
}
