import type { LintRule } from '../lint-rule.ts'

export const missingParent: LintRule = {
  code: 'MISSING_PARENT',
  title: 'A foreign key refers to a table that is not there',
  level: 'error',
  harm: 'SQLite does not look at the parent when it creates the child. With foreign keys on, every INSERT into the child fails later.',
  hint: 'Correct the name behind REFERENCES, or create the parent in one of the same migrations',
  broken({ kind, object, parent }) {
    if (kind !== 'missing-parent') return undefined
    return {
      message: `${object} refers to ${parent}, and there is no such table when all migrations have run`,
    }
  },
}
