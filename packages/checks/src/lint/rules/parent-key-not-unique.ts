import type { LintRule } from '../lint-rule.ts'

export const parentKeyNotUnique: LintRule = {
  code: 'PARENT_KEY_NOT_UNIQUE',
  title: 'A foreign key refers to columns that are no key',
  level: 'error',
  harm: 'The columns behind REFERENCES must be the primary key or have a UNIQUE index of their own. SQLite does not look when it creates the child; later every change of either table fails with "foreign key mismatch".',
  hint: 'Refer to the primary key, or CREATE UNIQUE INDEX on exactly the columns that are referred to',
  broken({ kind, object, parent, message }) {
    if (kind !== 'parent-key') return undefined
    return { message: `${object} refers to columns of ${parent} that are not unique there: ${message}` }
  },
}
