import { MigrateError } from '@whimbrel/core'
import type { Connection } from './connection.ts'
import { engineCode } from './error-translation.ts'

/** FOREIGN_KEYS_VIOLATED for a foreign key that was to be checked later, undefined for any other error. */
export function deferredViolation(connection: Connection, error: unknown): MigrateError | undefined {
  if (engineCode(error) !== '23503') return undefined
  const { message, details } = connection.translate(error)
  return new MigrateError(
    'FOREIGN_KEYS_VIOLATED',
    `Rows of ${connection.place.location} still have no parent at the end: ${message}`,
    {
      hint: 'A deferred foreign key was not satisfied in time: insert the parents, or delete the rows that refer to none',
      details,
      cause: error,
    },
  )
}
