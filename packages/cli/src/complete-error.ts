import { MigrateError } from '@whimbrel/core'
import { completeHint } from './complete-hint.ts'
import { findingsOf } from './describe-error.ts'

/** The same error with hints that can be copied, its findings' too. */
export function completeError(error: MigrateError, flags: string): MigrateError {
  const { code, message, hint, details, cause } = error
  const findings = findingsOf(error).map((finding) => ({
    ...finding,
    hint: completeHint(finding.hint, flags),
  }))
  return new MigrateError(code, message, {
    hint: completeHint(hint, flags),
    details: { ...details, ...(findings.length > 0 && { findings }) },
    cause,
  })
}
