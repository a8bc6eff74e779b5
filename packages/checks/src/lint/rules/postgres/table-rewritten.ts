import type { LintRule } from '../../lint-rule.ts'
import { existingTable } from './existing-table.ts'

export const tableRewritten: LintRule = {
  code: 'TABLE_REWRITTEN',
  title: 'An ALTER TABLE writes every row of the table anew',
  level: 'warning',
  harm: 'A default that has to be computed for each row, and most changes of a type, make the server write the whole table again. Nobody can read or write it meanwhile, and it needs room on the disk for a second one.',
  hint: 'Add a new column with NULL allowed, fill it in small steps, and drop the old one in a later release; a default that is set afterwards counts for new rows only',
  ran(statement, rehearsed) {
    const table = existingTable(statement, rehearsed)
    if (table === undefined || !rehearsed.copying.has(statement)) return undefined
    return { message: `${table.name} is written anew, row by row, and locked meanwhile` }
  },
}
