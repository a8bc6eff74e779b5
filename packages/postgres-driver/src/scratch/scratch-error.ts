import { MigrateError, type SchemaObject } from '@whimbrel/core'
import { engineCode } from '../error-translation.ts'
import type { Place } from '../place.ts'

/** The server makes no database. */
export function noScratch(error: unknown, { role, place }: { role: string; place: Place }): unknown {
  const cause = MigrateError.is(error) ? error.cause : error
  if (engineCode(cause) !== '42501') return error
  return new MigrateError(
    'SCRATCH_REFUSED',
    `${place.location} is on a server where ${role} may not make a database to try things out on`,
    {
      hint: `Let an administrator run: ALTER ROLE ${role} CREATEDB; or name a database of another server with --url`,
      details: { engineCode: '42501', role },
      cause: error,
    },
  )
}

/** The schema cannot be made a second time. */
export function notCopied({ kind, name }: SchemaObject, error: unknown, { location }: Place): MigrateError {
  const reason = error instanceof Error ? error.message : String(error)
  return new MigrateError(
    'SCRATCH_REFUSED',
    `The schema of ${location} cannot be made again on a scratch database: ${kind} ${name}: ${reason}`,
    {
      hint: 'What it needs may exist only there: an extension, a role, a language. Install it on that server, or make the object anew as it is now',
      details: { kind, object: name },
      cause: error,
    },
  )
}
