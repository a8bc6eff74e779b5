import type { LintRule } from '../../lint-rule.ts'

/** From how many rows on others notice. */
const MANY_ROWS = 100_000

export const tableCopied: LintRule = {
  code: 'TABLE_COPIED',
  title: 'An ALTER TABLE writes every row of the table anew',
  level: 'note',
  harm: 'The server cannot do it in place. Until the copy is complete nobody else writes to the table, and it needs room on the disk for a second one.',
  hint: 'Run it when few write; on a big table add a new column, fill it in small steps and drop the old one later',
  ran(statement, { copying, liveRows }) {
    const { action } = statement
    if (!copying.has(statement) || !('table' in action)) return undefined
    const rows = liveRows.get(action.table.toLowerCase())
    if (rows === undefined || rows < MANY_ROWS) return { message: `${action.table} is copied, row by row` }
    return {
      level: 'warning',
      message: `${action.table} is copied, all of its ${rows.toLocaleString('en')} rows`,
    }
  },
}
