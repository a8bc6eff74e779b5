import type { LintRule } from '../lint-rule.ts'

export const copyWithoutColumns: LintRule = {
  code: 'COPY_WITHOUT_COLUMNS',
  title: 'Rows are copied with SELECT * and no list of columns',
  level: 'warning',
  harm: 'The order of columns is what ALTER TABLE made of it over the years, and not the same everywhere: values end up in the wrong column, without an error where the types allow it.',
  hint: 'Write both lists out: INSERT INTO new (a, b) SELECT a, b FROM old',
  ran({ action }) {
    if (action.does !== 'insert' || !action.star || action.columns !== undefined) return undefined
    return { message: `The columns of ${action.table} are filled in whatever order the other table has` }
  },
}
