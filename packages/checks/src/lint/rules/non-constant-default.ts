import type { LintRule } from '../lint-rule.ts'
import { rowsHere } from '../rows-here.ts'

export const nonConstantDefault: LintRule = {
  code: 'NON_CONSTANT_DEFAULT',
  title: 'A column is added whose default has to be computed',
  level: 'error',
  harm: 'SQLite does not touch the rows when it adds a column, so their value must be the same for all. CURRENT_TIMESTAMP and expressions in parentheses pass on an empty table and fail on a filled one.',
  hint: 'Add the column with a constant default or without one, fill it with UPDATE in the same migration, and let the application or a trigger set it from then on',
  refused({ statement, message }, rehearsed) {
    const { action } = statement
    if (action.does !== 'add-column' || !/Cannot add a column with non-constant default/.test(message))
      return undefined
    const { table, column } = action
    const filled = `The default of ${column} cannot be computed for the rows that ${table} has`
    return rowsHere(table, rehearsed, { filled, said: message })
  },
}
