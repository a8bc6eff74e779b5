import type { LintRule } from '../lint-rule.ts'

export const brokenView: LintRule = {
  code: 'BROKEN_VIEW',
  title: 'A view no longer compiles',
  level: 'error',
  harm: 'SQLite keeps a view whose tables or columns are gone, and every query of it fails from then on.',
  hint: 'Drop the view in the same migration and create it again for the new schema',
  broken({ kind, object, message }) {
    return kind === 'view'
      ? { message: `The view ${object} does not compile afterwards: ${message}` }
      : undefined
  },
}
