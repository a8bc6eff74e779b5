import type { LintRule } from '../lint-rule.ts'
import { rowsToday } from '../rows-today.ts'

export const duplicateValues: LintRule = {
  code: 'DUPLICATE_VALUES',
  title: 'A unique index is made over columns that may repeat',
  level: 'warning',
  harm: 'Nothing has kept the rows that are there from having the same values. Where two have, the statement fails.',
  hint: 'Merge or delete such rows in front of it, in the same migration; if there can be none, say why in an ignore comment',
  refused({ statement, message, becauseOfRows }, rehearsed) {
    const { action } = statement
    if (
      !becauseOfRows ||
      action.does !== 'create' ||
      !action.unique ||
      !/^UNIQUE constraint failed/.test(message)
    )
      return undefined
    const { on: table = '', name } = action
    const said = `Rows of ${table} may have the same values, and the index ${name} then fails`
    return rowsToday({ table, message: said }, statement, rehearsed)
  },
}
