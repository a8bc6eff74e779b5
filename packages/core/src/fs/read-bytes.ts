import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { MigrateError } from '../migrate-error.ts'

/** Largest file that is read, in bytes. */
const LARGEST_FILE = 32 * 1024 * 1024

const READ_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

export interface FileToRead {
  readonly path: string
  /** The file as shown to people. */
  readonly shown: string
  readonly migration: string
}

/** Reads a whole file. Throws MIGRATION_UNREADABLE, and MIGRATION_TOO_LARGE before it reads anything. */
export function readBytes(file: FileToRead): Uint8Array {
  let descriptor: number | undefined
  try {
    descriptor = openSync(file.path, READ_WITHOUT_WAITING)
    const status = fstatSync(descriptor)
    if (!status.isFile()) throw notAFile(file, status.isDirectory())
    if (status.size > LARGEST_FILE) throw tooLarge(file, status.size)
    return readAll(descriptor, status.size, file)
  } catch (error) {
    throw MigrateError.is(error) ? error : unreadable(file, error)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** Asks for one byte more than there should be, to see whether somebody is still writing. */
function readAll(descriptor: number, size: number, file: FileToRead): Uint8Array {
  const bytes = Buffer.allocUnsafe(size + 1)
  let length = 0
  while (length < size) {
    const read = readSync(descriptor, bytes, length, bytes.length - length, null)
    if (read === 0) break
    length += read
  }
  if (length !== size) throw stillWritten(file)
  return bytes.subarray(0, length)
}

function stillWritten({ shown, migration }: FileToRead): MigrateError {
  return new MigrateError('MIGRATION_UNREADABLE', `${shown} changed while it was read`, {
    hint: 'Wait until it is written, then run the same command again',
    details: { migration, file: shown },
  })
}

function tooLarge({ shown, migration }: FileToRead, size: number): MigrateError {
  const mebibytes = (size / 1024 / 1024).toFixed(1)
  return new MigrateError(
    'MIGRATION_TOO_LARGE',
    `${shown} has ${mebibytes} MiB, and a migration may have ${LARGEST_FILE / 1024 / 1024} MiB`,
    {
      hint: 'Load bulk data outside the migrations, or split the file into several migrations',
      details: { migration, file: shown, size },
    },
  )
}

function notAFile({ shown, migration }: FileToRead, isDirectory: boolean): MigrateError {
  const what = isDirectory ? 'a folder' : 'neither a file nor a folder'
  return new MigrateError('MIGRATION_UNREADABLE', `${shown} is ${what}, and a migration is a file`, {
    hint: 'Move it out of the migrations, or give it a name that does not end in .sql',
    details: { migration, file: shown },
  })
}

const REASONS: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  EACCES: ['may not be read by this user', 'Give this user the right to read it'],
  EPERM: ['may not be read by this user', 'Give this user the right to read it'],
  ENOENT: ['is not there, or is a link to a file that is not', 'Restore the file, or remove the link'],
  ELOOP: ['is a link that leads back to itself', 'Replace the link with the file it should lead to'],
  EMFILE: ['cannot be opened because too many files are open', 'Raise the limit of open files (ulimit -n)'],
}

/** MIGRATION_UNREADABLE in plain words for what the system said. */
export function unreadable({ shown, migration }: FileToRead, error: unknown): MigrateError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  const [message, hint] = REASONS[code] ?? [
    `cannot be read (${code})`,
    'Check the file and the disk it is on',
  ]
  return new MigrateError('MIGRATION_UNREADABLE', `${shown} ${message}`, {
    hint,
    details: { migration, file: shown, systemCode: code },
    cause: error,
  })
}
