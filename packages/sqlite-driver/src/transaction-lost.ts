import { MigrateError } from '@whimbrel/core'
import type { Place } from './place.ts'

/** A statement ended the transaction it ran in. `first` is the error it ended with, where there was one. */
export function transactionLost({ location }: Place, first: unknown): MigrateError {
  if (!(first instanceof Error) || isNoSavepoint(first)) {
    return new MigrateError(
      'TRANSACTION_LOST',
      `A statement ended the transaction of ${location} by itself`,
      {
        hint: 'Remove COMMIT, END, ROLLBACK and BEGIN from the SQL: what ran before them is kept and has to be looked at',
        cause: first,
      },
    )
  }
  const details = MigrateError.is(first) ? first.details : {}
  return new MigrateError(
    'TRANSACTION_LOST',
    `A statement failed and undid the whole transaction of ${location}: ${first.message}`,
    {
      hint: 'Use ABORT instead of ROLLBACK in ON CONFLICT, INSERT OR and RAISE: then only the one migration is undone',
      details,
      cause: first,
    },
  )
}

/** The engine's answer where a savepoint was to be released or undone that is gone. */
export function isNoSavepoint(error: unknown): boolean {
  return error instanceof Error && /no such savepoint/.test(error.message)
}
