import type { LintRule } from '../lint-rule.ts'
import { refersTo } from '../refers-to.ts'
import { objectOf, sameName } from '../rehearsed-migration.ts'

export const replaceDeletesRows: LintRule = {
  code: 'REPLACE_DELETES_ROWS',
  title: 'INSERT OR REPLACE deletes the row that is there',
  level: 'warning',
  harm: 'The old row is deleted, with ON DELETE actions of its children where foreign keys are on, and columns that are not listed go back to their defaults.',
  hint: 'Use INSERT … ON CONFLICT (key) DO UPDATE SET column = excluded.column, which changes the row in place',
  ran({ action }, { before }) {
    if (action.does !== 'insert' || !action.replaces) return undefined
    const table = objectOf(before, 'table', action.table)
    if (table === undefined || table.storage !== 'ordinary') return undefined
    const stored = table.columns.filter(({ generated }) => !generated)
    const listed = action.columns ?? stored.map(({ name }) => name)
    const forgotten = stored.filter(({ name }) => !listed.some((column) => sameName(column, name)))
    const children = before.objects.filter(
      ({ kind, name, sql }) => kind === 'table' && name !== table.name && refersTo(sql, table.name),
    )
    if (forgotten.length + children.length === 0) return undefined
    const what = [
      ...forgotten.map(({ name }) => `loses its ${name}`),
      ...children.map(({ name }) => `leaves its rows in ${name} behind`),
    ]
    return { message: `A row of ${table.name} that is there already ${what.join(' and ')}` }
  },
}
