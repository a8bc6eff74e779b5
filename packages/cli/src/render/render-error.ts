import type { MigrateError } from '@whimbrel/core'
import { redactUrl } from '@whimbrel/manifest'
import { findingsOf } from '../describe-error.ts'
import type { Style } from './style.ts'

/** What happened, to what, and what to do next. */
export function renderError(
  error: MigrateError,
  { style, database }: { style: Style; database?: string },
): string {
  const where = database === undefined ? '' : `${style.bold(database)}: `
  const findings = findingsOf(error)
  const lines = findings.length > 1 ? findings : [{ message: error.message, hint: error.hint }]
  const text = lines.map(
    ({ message, hint }) =>
      `${style.red('error')}: ${where}${redactUrl(message)}\n  ${style.cyan('next')}: ${redactUrl(hint)}\n`,
  )
  return text.join('') + renderStack(error, style)
}

/** Only for what should never happen: everything else speaks for itself. */
function renderStack(error: MigrateError, style: Style): string {
  if (error.code !== 'INTERNAL' || !(error.cause instanceof Error)) return ''
  return `${style.dim(error.cause.stack ?? '')}\n`
}
