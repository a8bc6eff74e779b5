import { MigrateError, type Migration } from '@whimbrel/core'

function recordLost(migration: Pick<Migration, 'id'>, message: string, hint: string): MigrateError {
  return new MigrateError('RECORD_LOST', message, { hint, details: { migration: migration.id } })
}

/** The engine took the statement, and no row came of it. */
export function notWritten(migration: Pick<Migration, 'id'>, table: string): MigrateError {
  return recordLost(
    migration,
    `The record of ${migration.id} did not arrive in "${table}": the database accepted it and kept no row`,
    `Look for a trigger on "${table}" that ignores rows, drop it, and run the command again`,
  )
}

/** Somebody else's row has the place of a record. */
export function alreadyThere(migration: Pick<Migration, 'id' | 'version'>, table: string): MigrateError {
  return recordLost(
    migration,
    `"${table}" already holds a record of version ${migration.version}, although ${migration.id} is only running now`,
    'Something else wrote that row: compare it with "whimbrel history", delete it if nothing explains it, and run the command again',
  )
}

/** The record that a step changes is gone. */
export function notThere(migration: Pick<Migration, 'id'>, table: string): MigrateError {
  return recordLost(
    migration,
    `The record of ${migration.id} is no longer in "${table}", although its step is running now`,
    'Something else deleted that row: compare the table with "whimbrel history", and look at the database before going on',
  )
}
