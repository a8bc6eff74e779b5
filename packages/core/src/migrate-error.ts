import { type ErrorCode, errorCodes } from './error-codes.ts'

/** Facts about an error, by name, for programs: `migration`, `file`, `line`, `statement` where they apply. */
export interface ErrorDetails {
  readonly migration?: string | undefined
  readonly file?: string | undefined
  /** 1-based line in `file`. */
  readonly line?: number | undefined
  /** 1-based column in `line`. */
  readonly column?: number | undefined
  /** 1-based position of the statement in its section. */
  readonly statement?: number | undefined
  readonly [name: string]: unknown
}

export interface MigrateErrorOptions {
  /** The next command to run or the edit to make. */
  readonly hint: string
  readonly details?: ErrorDetails
  readonly cause?: unknown
}

/** The one error class: `message` says what happened and to what, `hint` what to do next, `code` is stable. */
export class MigrateError extends Error {
  override readonly name = 'MigrateError'
  readonly code: ErrorCode
  readonly hint: string
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: MigrateErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? {}
  }

  /** Exit code of a command that ends with this error. */
  get exitCode(): number {
    return errorCodes[this.code]
  }

  /** True for a MigrateError of any copy of this package that is loaded in the process. */
  static is(error: unknown): error is MigrateError {
    return error instanceof Error && error.name === 'MigrateError' && 'hint' in error && 'code' in error
  }
}
