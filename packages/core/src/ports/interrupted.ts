import { MigrateError } from '../migrate-error.ts'

/** The error of something that was asked to stop, and changed nothing. */
export function interrupted(what: string): MigrateError {
  return new MigrateError('INTERRUPTED', `Somebody asked to stop while ${what}`, {
    hint: 'Nothing was changed; run the command again when there is time for it',
  })
}
