import { MigrateError } from '@whimbrel/core'

/** Codes that say more than that a backup failed. */
const telling = [
  'INTERRUPTED',
  'LOCK_TIMEOUT',
  'DATABASE_BUSY',
  'DATABASE_MISSING',
  'DATABASE_UNREACHABLE',
  'BACKUP_FAILED',
]

/** A backup that could not be made. */
export function backupFailed(database: string, error: unknown): MigrateError {
  if (MigrateError.is(error) && telling.includes(error.code)) return error
  const reason = error instanceof Error ? error.message : String(error)
  const hint = MigrateError.is(error)
    ? error.hint
    : 'Make room, or let the user who runs this write there, or give another directory under "backup" in the manifest'
  return new MigrateError('BACKUP_FAILED', `No backup of ${database} could be made: ${reason}`, {
    hint,
    cause: error,
  })
}

/** A directory that cannot be made or used. */
export function noDirectory(directory: string, error: unknown): MigrateError {
  return new MigrateError(
    'BACKUP_FAILED',
    `The directory ${directory} cannot hold backups: ${(error as Error).message}`,
    {
      hint: 'Give a directory that can be made and written to as backup.directory in the manifest',
      cause: error,
    },
  )
}

/** A driver without the role. */
export function noSnapshots(database: string): MigrateError {
  return new MigrateError('BACKUP_FAILED', `${database} is not a database that backups can be made of`, {
    hint: 'A database in memory is gone with its process: give it a file, or leave it out',
  })
}

export function unknownBackup(
  query: string,
  { directory, ids }: { directory: string; ids: readonly string[] },
) {
  const known =
    ids.length === 0
      ? 'There are none yet; make one with "whimbrel backup"'
      : `The newest is ${ids.at(-1)}; "whimbrel backups" lists all`
  return new MigrateError('BACKUP_UNKNOWN', `There is no backup "${query}" in ${directory}`, { hint: known })
}

export function ambiguousBackup(query: string, found: readonly { readonly id: string }[]) {
  return new MigrateError('BACKUP_UNKNOWN', `"${query}" is the beginning of ${found.length} backups`, {
    hint: `Give more of it: ${found
      .slice(0, 5)
      .map(({ id }) => id)
      .join(', ')}`,
  })
}

/** A backup that is not what was written. */
export function damagedBackup(path: string, what: string, cause?: unknown): MigrateError {
  return new MigrateError('BACKUP_DAMAGED', `${path} cannot be used: ${what}`, {
    hint: 'Take another one: "whimbrel backups" lists them with their state',
    details: { file: path },
    ...(cause !== undefined && { cause }),
  })
}

export function newerBackup(path: string, { made, here }: { made: string; here: string }): MigrateError {
  return new MigrateError('BACKUP_NEWER', `${path} was made by ${made}, and here is ${here}`, {
    hint: 'Restore it with the release and the engine that made it, or newer ones',
    details: { file: path },
  })
}

export function foreignBackup(path: string, { of, here }: { of: string; here: string }): MigrateError {
  return new MigrateError('BACKUP_FOREIGN', `${path} is a backup of ${of}, and this is ${here}`, {
    hint: 'Select the database it belongs to with --db and --env; if it is to take the place of this one all the same, move this one away first',
    details: { file: path },
  })
}
