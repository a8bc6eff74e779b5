import type { LintRule } from '../lint-rule.ts'

export const rowsBreakRule: LintRule = {
  code: 'ROWS_BREAK_RULE',
  title: 'Rows that are there may break a new rule',
  level: 'warning',
  harm: 'A CHECK, NOT NULL, UNIQUE or key that did not exist before is applied to rows that were written without it. Where one of them breaks it, the statement fails.',
  hint: 'Correct the rows first, in the same migration; if none can break it, say why in an ignore comment',
  refused({ statement: { verb }, message, becauseOfRows }) {
    if (!becauseOfRows || !/constraint failed|datatype mismatch|cannot store \w+ value in/.test(message))
      return undefined
    const rows = verb === 'ALTER' ? 'Rows' : 'Rows that it reads or writes'
    return { message: `${rows} may break a rule: ${message}` }
  },
}
