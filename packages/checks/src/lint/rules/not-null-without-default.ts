import type { LintRule } from '../lint-rule.ts'
import { rowsHere } from '../rows-here.ts'

export const notNullWithoutDefault: LintRule = {
  code: 'NOT_NULL_WITHOUT_DEFAULT',
  title: 'A NOT NULL column is added without a default',
  level: 'error',
  harm: 'Rows that are there have nothing to put into the column. SQLite accepts it while the table is empty, in a test for instance, and refuses it as soon as there is one row.',
  hint: 'Add DEFAULT with a constant; where there is no sensible one, rebuild the table and give every row its value in the copy',
  refused({ statement, message }, rehearsed) {
    const { action } = statement
    if (action.does !== 'add-column' || !/Cannot add a NOT NULL column/.test(message)) return undefined
    const { table, column } = action
    const filled = `${column} would be NULL in the rows that ${table} has`
    return rowsHere(table, rehearsed, { filled, said: message })
  },
}
