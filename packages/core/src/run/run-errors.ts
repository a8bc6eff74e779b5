import { MigrateError } from '../migrate-error.ts'
import { waysOut } from '../plan/doubt.ts'
import type { Step } from '../plan/plan.ts'
import { whyOutside } from '../plan/why-outside.ts'
import { asMigrateError } from './step-error.ts'

/** Somebody else changed the records although the lock was held. */
export function movedError(location: string): MigrateError {
  return new MigrateError(
    'STATE_MOVED',
    `The migrations of ${location} changed between planning and running`,
    { hint: 'Run the command again: it plans from what is there now' },
  )
}

/** A change that is there without its record. */
export function recordLostError(id: string, location: string): MigrateError {
  return new MigrateError('RECORD_LOST', `${location} was changed, but the record of ${id} is not there`, {
    hint: 'Look for a trigger on the tracking table or another process that writes to it, and compare the schema',
    details: { migration: id },
  })
}

/** A step that worked and whose record could not be written. */
export function notRecordedError(step: Step, error: unknown): MigrateError {
  const cause = asMigrateError(error)
  return new MigrateError(cause.code, `The record of ${step.id} could not be written: ${cause.message}`, {
    hint: 'Look for a trigger or a lack of room that keeps the tracking table from being written, then run it again',
    details: { ...cause.details, migration: step.id },
    cause,
  })
}

/** A step outside a transaction leaves what its finished statements did. */
export function leftInDoubtError(step: Step, error: unknown): MigrateError {
  const cause = asMigrateError(error)
  return new MigrateError(cause.code, `${cause.message}; ${step.id} is in doubt now`, {
    hint: `${whyTheyStand(step)}, so the statements before stand. ${correction(cause)}${waysOut(step)}`,
    details: { ...cause.details, migration: step.id },
    cause,
  })
}

/** A statement that was refused fails again until its file is corrected; where it was cut off, nothing is wrong with it. */
function correction({ code, details }: MigrateError): string {
  if (code !== 'STATEMENT_FAILED' || details.statement === undefined) return ''
  return 'Correct in the file what failed, and nothing before it. '
}

function whyTheyStand({ id, migration }: Step): string {
  return migration.commits === undefined
    ? 'It runs outside a transaction'
    : (whyOutside({ ...migration, id }) ?? id)
}

/** A commit that failed, and nobody could see whether the database kept it. */
export function commitUnknownError(error: MigrateError): MigrateError {
  const { code, message, details } = error
  return new MigrateError(code, `${message}; whether the changes were kept could not be seen`, {
    hint: 'Run "whimbrel status" when the database can be read again, before anything else',
    details,
    cause: error,
  })
}

/** The same error with one more fact. */
export function withDetail(error: MigrateError, details: Record<string, unknown>): MigrateError {
  const { code, message, hint, cause } = error
  return new MigrateError(code, message, { hint, details: { ...error.details, ...details }, cause })
}
