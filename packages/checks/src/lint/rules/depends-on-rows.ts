import type { LintRule } from '../lint-rule.ts'

export const dependsOnRows: LintRule = {
  code: 'DEPENDS_ON_ROWS',
  title: 'Whether a statement works depends on what the rows hold',
  level: 'warning',
  harm: 'It works on empty tables, and failed on the rows that lint made up. Real rows may be as it expects: lint cannot know.',
  hint: 'Let it pass over rows that it cannot read, WHERE json_valid(column) for instance; if there can be none, say why in an ignore comment',
  refused({ statement: { verb }, message, becauseOfRows }) {
    if (!becauseOfRows || verb === 'ALTER' || verb === 'CREATE' || verb === 'DROP') return undefined
    return { message: `It works only for rows of a certain kind: ${message}` }
  },
}
