import { primaryKey } from '@whimbrel/core'
import type { LintRule } from '../lint-rule.ts'
import { objectOf } from '../rehearsed-migration.ts'

export const noPrimaryKey: LintRule = {
  code: 'NO_PRIMARY_KEY',
  title: 'A table has no primary key',
  level: 'note',
  harm: 'Nothing names a row for good: rowids change with VACUUM. Rows that a rollback takes away are kept by key, and cannot be returned to a table without one.',
  hint: 'Give it an INTEGER PRIMARY KEY, or a PRIMARY KEY over the columns that name a row',
  ran({ action }, { before, after }) {
    if (action.does !== 'create' || action.kind !== 'table') return undefined
    const table = objectOf(after, 'table', action.name)
    if (table?.storage !== 'ordinary' || objectOf(before, 'table', action.name) !== undefined)
      return undefined
    return primaryKey(table).length > 0 ? undefined : { message: `${table.name} has no primary key` }
  },
}
