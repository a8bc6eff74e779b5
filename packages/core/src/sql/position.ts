import type { ErrorCode } from '../error-codes.ts'
import { type ErrorDetails, MigrateError } from '../migrate-error.ts'

/** Which text an error speaks of. */
export interface Origin {
  /** The file, as shown to people. */
  readonly file?: string | undefined
  /** Id of the migration. */
  readonly migration?: string | undefined
}

/** 1-based line of an offset; LF ends a line. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

/** 1-based column of an offset, in UTF-16 units. */
export function columnAt(text: string, offset: number): number {
  return offset === 0 ? 1 : offset - text.lastIndexOf('\n', offset - 1)
}

/** `003_add_roles.sql, line 12`, or `line 12` for a text without a file. */
export function placeName(origin: Origin, line: number): string {
  return origin.file === undefined ? `line ${line}` : `${origin.file}, line ${line}`
}

export interface Complaint {
  readonly message: string
  readonly hint: string
  readonly details?: ErrorDetails
}

/** An error about one line of a text: the place comes first in its message and is in its details. */
export function errorAtLine(
  code: ErrorCode,
  at: Origin & { line: number },
  complaint: Complaint,
): MigrateError {
  const { file, migration, line } = at
  return new MigrateError(code, `${placeName(at, line)}: ${complaint.message}`, {
    hint: complaint.hint,
    details: { migration, file, line, ...complaint.details },
  })
}

/** What the SQL says at an offset is wrong: MIGRATION_SQL with line and column. */
export function sqlErrorAt(
  place: { readonly text: string; readonly offset: number; readonly origin: Origin },
  complaint: Complaint,
): MigrateError {
  const { text, offset, origin } = place
  const details = { column: columnAt(text, offset), ...complaint.details }
  return errorAtLine('MIGRATION_SQL', { ...origin, line: lineAt(text, offset) }, { ...complaint, details })
}
