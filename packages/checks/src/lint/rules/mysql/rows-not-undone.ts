import type { LintRule } from '../../lint-rule.ts'
import { objectOf } from '../../rehearsed-migration.ts'

const engines = /^ENGINE=(?:MyISAM|Aria|MEMORY|CSV|ARCHIVE|MERGE|MRG_MyISAM)$/i

export const rowsNotUndone: LintRule = {
  code: 'ROWS_NOT_UNDONE',
  title: 'Rows are written to a table whose engine knows no transactions',
  level: 'warning',
  harm: 'Where the migration fails, these rows stay as they are by then, although everything else is undone, and the record says that nothing was changed.',
  hint: 'Change the table to ENGINE = InnoDB in an earlier migration, or write these rows in a migration of their own',
  ran({ action }, { after }) {
    if (action.does !== 'insert' && action.does !== 'update' && action.does !== 'delete') return undefined
    const engine = objectOf(after, 'table', action.table)?.options?.find((option) => engines.test(option))
    if (engine === undefined) return undefined
    return {
      message: `${action.table} is a table of ${engine.slice('ENGINE='.length)}: what is written to it is not undone`,
    }
  },
}
