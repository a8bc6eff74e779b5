import type { LintRule } from '../lint-rule.ts'

export const statementFails: LintRule = {
  code: 'STATEMENT_FAILS',
  title: 'The engine refuses a statement',
  level: 'error',
  harm: 'A run would fail at this statement, and undo the migration.',
  hint: 'Correct the SQL at the place that the message names',
  refused({ message, becauseOfRows }) {
    return { message: becauseOfRows ? `It fails as soon as there are rows: ${message}` : message }
  },
}
