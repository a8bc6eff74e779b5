import type { MigrateError } from '@whimbrel/core'
import { findingsOf, problemsOf } from '../describe-error.ts'
import { redactText } from '../redact-text.ts'
import type { Style } from './style.ts'

/** What happened, to what, and what to do next; everything that is wrong where there is more than one thing. */
export function renderError(
  error: MigrateError,
  { style, database }: { style: Style; database?: string },
): string {
  const where = (message: string) =>
    database === undefined || message.startsWith(`${database}:`) ? '' : `${style.bold(database)}: `
  const findings = findingsOf(error)
  const all = findings.length > 1 ? findings : [{ message: error.message, hint: error.hint }]
  const text = all.map(
    ({ message, hint }) =>
      `${style.red('error')}: ${where(message)}${redactText(message)}\n  ${style.cyan('next')}: ${redactText(hint)}\n`,
  )
  const others = problemsOf(error).map((problem) => `  ${style.yellow('also')}: ${redactText(problem)}\n`)
  return text.join('') + others.join('') + renderStack(error, style)
}

/** Only for what should never happen: everything else speaks for itself. */
function renderStack(error: MigrateError, style: Style): string {
  if (error.code !== 'INTERNAL' || !(error.cause instanceof Error)) return ''
  return `${style.dim(redactText(error.cause.stack ?? ''))}\n`
}
