import type { LintRule } from '../lint-rule.ts'
import { partOf } from '../schema-problems.ts'

const missing = /^(?:no such|unknown) function: /

export const unknownFunction: LintRule = {
  code: 'UNKNOWN_FUNCTION',
  title: 'A function is called that SQLite does not have',
  level: 'error',
  harm: 'The statement fails. In a DEFAULT, a view or a trigger it is accepted, and whatever uses that fails later. A function that the application brings is not there when migrations run.',
  hint: 'Use a function of SQLite, or compute the value in the application',
  refused({ message }) {
    return missing.test(message) ? { message } : undefined
  },
  broken(problem) {
    if (!missing.test(problem.message)) return undefined
    // The application may well bring it along.
    return { level: 'warning', message: `${partOf(problem)} cannot be used: ${problem.message}` }
  },
}
