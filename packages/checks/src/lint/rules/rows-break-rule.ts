import type { LintRule } from '../lint-rule.ts'
import { rowsToday } from '../rows-today.ts'

export const rowsBreakRule: LintRule = {
  code: 'ROWS_BREAK_RULE',
  title: 'Rows that are there may break a new rule',
  level: 'warning',
  harm: 'A CHECK, NOT NULL, UNIQUE or key that did not exist before is applied to rows that were written without it. Where one of them breaks it, the statement fails.',
  hint: 'Correct the rows first, in the same migration; if none can break it, say why in an ignore comment',
  refused({ statement, message, becauseOfRows }, rehearsed) {
    if (!becauseOfRows || !/constraint failed|datatype mismatch|cannot store \w+ value in/.test(message))
      return undefined
    const { action } = statement
    if (action.does !== 'alter')
      return { message: `Rows that it reads or writes may break a rule: ${message}` }
    const { table } = action
    return rowsToday(
      { table, message: `Rows of ${table} may break the rule: ${message}` },
      statement,
      rehearsed,
    )
  },
}
