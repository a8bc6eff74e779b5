import { type Finding, MigrateError } from '@whimbrel/core'
import { completeHint } from './complete-hint.ts'
import type { ErrorOutput, FindingOutput } from './output.ts'
import { redactText } from './redact-text.ts'

/** Everything that can be thrown as the one error class. */
export function toMigrateError(error: unknown): MigrateError {
  if (MigrateError.is(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new MigrateError('INTERNAL', `Something unexpected happened: ${message}`, {
    hint: 'This is a defect of whimbrel: report it with everything that is printed here',
    cause: error,
  })
}

/** An error as `--json` prints it. */
export function errorOutput(error: MigrateError): ErrorOutput {
  const { migration, file, line, statement } = error.details
  const cause = error.cause instanceof Error ? redactText(error.cause.message) : undefined
  return {
    code: error.code,
    message: redactText(error.message),
    hint: redactText(error.hint),
    ...(migration === undefined ? {} : { migration }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(statement === undefined ? {} : { statement }),
    ...(cause === undefined ? {} : { cause }),
  }
}

/** A finding as `--json` prints it. */
export function findingOutput(
  { code, migration, message, hint, details }: Finding,
  flags = '',
): FindingOutput {
  const { file, line } = details ?? {}
  return {
    code,
    ...(migration === undefined ? {} : { migration }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    message: redactText(message),
    hint: redactText(completeHint(hint, flags)),
  }
}

/** Other things that are wrong with the same manifest, each with what to do about it. */
export function problemsOf(error: MigrateError): readonly string[] {
  const { problems } = error.details
  return Array.isArray(problems) ? problems.map(String) : []
}

/** All findings behind an error that refused a plan, or none. */
export function findingsOf(error: MigrateError): readonly Finding[] {
  const { findings } = error.details
  return Array.isArray(findings) ? (findings as Finding[]) : []
}
