import type { LintRule } from '../../lint-rule.ts'
import { objectOf } from '../../rehearsed-migration.ts'

export const implicitDefault: LintRule = {
  code: 'IMPLICIT_DEFAULT',
  title: 'A NOT NULL column is added without a default to a table with rows',
  level: 'warning',
  harm: "MySQL and MariaDB do not refuse it: the rows that are there get '', 0 or 0000-00-00, and nobody can tell such a value from one that was meant.",
  hint: 'Say the value: DEFAULT …; or add the column with NULL allowed, fill it, and set NOT NULL in a later migration',
  ran({ action }, { before, after, liveRows }) {
    if (action.does !== 'add-column' || objectOf(before, 'table', action.table) === undefined)
      return undefined
    const column = objectOf(after, 'table', action.table)?.columns.find(
      ({ name }) => name.toLowerCase() === action.column.toLowerCase(),
    )
    if (column === undefined || !column.notNull || column.default !== null || column.generated)
      return undefined
    if (/ AUTO_INCREMENT\b/i.test(column.definition ?? '') || liveRows.get(action.table.toLowerCase()) === 0)
      return undefined
    return { message: `Rows that ${action.table} has get a value of ${column.name} that nobody gave` }
  },
}
