import { type Finding, MigrateError } from '@whimbrel/core'
import { redactUrl } from '@whimbrel/manifest'
import type { ErrorOutput, FindingOutput } from './output.ts'

/** Everything that can be thrown as the one error class. */
export function toMigrateError(error: unknown): MigrateError {
  if (MigrateError.is(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new MigrateError('INTERNAL', `Something unexpected happened: ${message}`, {
    hint: 'Run it again with --log-level debug and report what it prints',
    cause: error,
  })
}

/** An error as `--json` prints it. */
export function errorOutput(error: MigrateError): ErrorOutput {
  const { migration, file, line, statement } = error.details
  const cause = error.cause instanceof Error ? redactUrl(error.cause.message) : undefined
  return {
    code: error.code,
    message: redactUrl(error.message),
    hint: redactUrl(error.hint),
    ...(migration === undefined ? {} : { migration }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(statement === undefined ? {} : { statement }),
    ...(cause === undefined ? {} : { cause }),
  }
}

/** A finding as `--json` prints it. */
export function findingOutput({ code, migration, message, hint }: Finding): FindingOutput {
  return { code, ...(migration === undefined ? {} : { migration }), message, hint }
}

/** All findings behind an error that refused a plan, or none. */
export function findingsOf(error: MigrateError): readonly Finding[] {
  const { findings } = error.details
  return Array.isArray(findings) ? (findings as Finding[]) : []
}
