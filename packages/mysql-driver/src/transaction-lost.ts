import { MigrateError } from '@whimbrel/core'
import { engineNumber } from './error-translation.ts'
import type { Place } from './place.ts'

/** A statement ended the transaction it ran in. `first` is the error it ended with, where there was one. */
export function transactionLost({ location }: Place, first: unknown): MigrateError {
  return new MigrateError('TRANSACTION_LOST', `A statement ended the transaction of ${location} by itself`, {
    hint: 'Remove COMMIT, ROLLBACK, BEGIN and START TRANSACTION from the SQL: what ran before them is kept and has to be looked at',
    cause: first,
  })
}

/** The server's answer where a savepoint was to be released or undone that is gone, or the transaction with it. */
export function isNoSavepoint(error: unknown): boolean {
  return engineNumber(MigrateError.is(error) ? error.cause : error) === 1305
}
