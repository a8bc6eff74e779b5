import { dropsParentUnderKeys } from '../drops-parent.ts'
import type { LintRule } from '../lint-rule.ts'

export const rowsLost: LintRule = {
  code: 'ROWS_LOST',
  title: 'Rows are deleted from a table that the migration never names',
  level: 'error',
  harm: 'ON DELETE CASCADE or a trigger takes rows along that nobody spoke of. A run notices and undoes the migration.',
  hint: 'Keep the rows, or declare the loss in the header: -- Expect-Loss: table',
  finished(rehearsed) {
    if (dropsParentUnderKeys(rehearsed) !== undefined) return []
    return rehearsed.damage.losses.map(({ table }) => ({
      message: `Rows of ${table} are deleted, which this migration never names`,
    }))
  },
}
