import type { LintRule } from '../lint-rule.ts'

export const unknownFunction: LintRule = {
  code: 'UNKNOWN_FUNCTION',
  title: 'A function is called that SQLite does not have',
  level: 'error',
  harm: 'The statement fails. In a DEFAULT it is accepted, and every INSERT that needs the default fails later. A function that the application brings is not there when migrations run.',
  hint: 'Use a function of SQLite, or compute the value in the application',
  refused({ message }) {
    return /^(?:no such|unknown) function: /.test(message) ? { message } : undefined
  },
  broken({ kind, object, message }) {
    if (kind !== 'default') return undefined
    // The application may well bring it along.
    return {
      level: 'warning',
      message: `A row of ${object} that needs its defaults cannot be added: ${message}`,
    }
  },
}
