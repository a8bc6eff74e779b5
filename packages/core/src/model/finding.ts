import type { ErrorCode } from '../error-codes.ts'
import { type ErrorDetails, MigrateError } from '../migrate-error.ts'

/** Something that was noticed while planning: data, not yet an error. */
export interface Finding {
  readonly code: ErrorCode
  /** Id of the migration it is about. */
  readonly migration?: string | undefined
  readonly message: string
  /** The next command to run or the edit to make. */
  readonly hint: string
  /** True where the plan must not be carried out because of it. */
  readonly blocking: boolean
  readonly details?: ErrorDetails | undefined
}

/** The error that refuses a plan: the first blocking finding, with all of them in `details.findings`. */
export function refusal(findings: readonly Finding[]): MigrateError | undefined {
  const blocking = findings.filter((finding) => finding.blocking)
  const [first] = blocking
  if (first === undefined) return undefined
  const rest = blocking.length > 1 ? ` (and ${blocking.length - 1} more)` : ''
  return new MigrateError(first.code, first.message + rest, {
    hint: first.hint,
    details: { ...first.details, migration: first.migration, findings: blocking },
  })
}

/** An error as a finding, where a command lists everything instead of stopping at the first. */
export function findingOf(error: MigrateError): Finding {
  const { code, message, hint, details } = error
  return { code, migration: details.migration, message, hint, blocking: true, details }
}
