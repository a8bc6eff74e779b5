import type { LintRule } from '../lint-rule.ts'

const blocked =
  /^cannot drop (?:UNIQUE|PRIMARY KEY) column|^error in (?:index|view|trigger|table) .* after drop column/

export const columnInUse: LintRule = {
  code: 'COLUMN_IN_USE',
  title: 'A column is dropped that something else uses',
  level: 'error',
  harm: 'An index, view, trigger, CHECK, foreign key or key that names the column stops DROP COLUMN.',
  hint: 'Drop the index, view or trigger first and create it again without the column; where a constraint of the table names it, rebuild the table',
  refused({ statement, message }) {
    const { action } = statement
    if (action.does !== 'drop-column' || !blocked.test(message)) return undefined
    return { message: `${action.table}.${action.column} cannot be dropped: ${message}` }
  },
}
