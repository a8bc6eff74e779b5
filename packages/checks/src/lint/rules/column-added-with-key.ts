import type { LintRule } from '../lint-rule.ts'

export const columnAddedWithKey: LintRule = {
  code: 'COLUMN_ADDED_WITH_KEY',
  title: 'A column is added that is UNIQUE, a PRIMARY KEY or STORED',
  level: 'error',
  harm: 'ALTER TABLE cannot add such a column: SQLite would have to write an index, or a value into every row.',
  hint: 'Add the column plain and CREATE UNIQUE INDEX for it; make a generated column VIRTUAL; for another primary key rebuild the table',
  refused({ message }) {
    return /cannot add a (?:UNIQUE|PRIMARY KEY|STORED) column/i.test(message) ? { message } : undefined
  },
}
