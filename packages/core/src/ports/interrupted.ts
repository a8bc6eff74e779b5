import { MigrateError } from '../migrate-error.ts'

/** The error of a statement that the server gave up because somebody asked to stop; `location` as shown to people. */
export function statementInterrupted(location: string, cause?: MigrateError): MigrateError {
  return new MigrateError('INTERRUPTED', `Somebody asked to stop while ${location} was at a statement`, {
    hint: 'Run the same command again when there is time for it',
    details: cause?.details ?? {},
    cause: cause?.cause,
  })
}

/** The error of something that was asked to stop, and changed nothing. */
export function interrupted(what: string): MigrateError {
  return new MigrateError('INTERRUPTED', `Somebody asked to stop while ${what}`, {
    hint: 'Nothing was changed; run the command again when there is time for it',
  })
}
