import { mysqlDialect } from '@whimbrel/core'
import type { LintRule } from '../../lint-rule.ts'
import type { LintStatement } from '../../lint-statement.ts'
import { objectOf } from '../../rehearsed-migration.ts'

export const mixesRowsAndSchema: LintRule = {
  code: 'MIXES_ROWS_AND_SCHEMA',
  title: 'A migration changes the schema and rows that are there',
  level: 'warning',
  harm: 'A change of the schema commits what ran before it. Where a later statement fails, the rows that were changed stay changed, and the migration can only be gone on with by retry.',
  hint: 'Split it: one migration for the schema, one for the rows, which is undone as a whole where it fails',
  finished({ statements, before }) {
    const commits = statements.find(({ verb, sql }) => mysqlDialect.commits.get(verb)?.(sql))
    const writes = statements.find((statement) => {
      const table = writtenTable(statement)
      return table !== undefined && objectOf(before, 'table', table) !== undefined
    })
    if (commits === undefined || writes === undefined) return []
    const table = writtenTable(writes)
    return [
      {
        message: `It writes rows of ${table}, and ${commits.verb} at line ${commits.line} commits`,
        statement: writes,
      },
    ]
  },
}

function writtenTable({ action }: LintStatement): string | undefined {
  return action.does === 'insert' || action.does === 'update' || action.does === 'delete'
    ? action.table
    : undefined
}
