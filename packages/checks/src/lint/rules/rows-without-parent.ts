import type { LintRule } from '../lint-rule.ts'

export const rowsWithoutParent: LintRule = {
  code: 'ROWS_WITHOUT_PARENT',
  title: 'Rows may be left without the row they refer to',
  level: 'warning',
  harm: 'Foreign keys are checked before a migration is committed, and a row whose parent is missing undoes it.',
  hint: 'Delete or correct the children in the same migration, or insert the parents first',
  finished({ damage, statements }) {
    return damage.violations.map(({ table, parent }) => ({
      message: `Rows of ${table} may have no row in ${parent} afterwards, and the run would undo the migration`,
      statement: statements.findLast(({ tokens }) =>
        tokens.some(({ value }) =>
          [table, parent].some((name) => value.toLowerCase() === name.toLowerCase()),
        ),
      ),
    }))
  },
}
