import type { LintRule } from '../lint-rule.ts'

export const noDown: LintRule = {
  code: 'NO_DOWN',
  title: 'There is no way back, and no reason why',
  level: 'warning',
  harm: 'A migration without a down cannot be rolled back, and nobody can tell whether that was meant.',
  hint: 'Write the down, or say in the header why there is none: -- Irreversible: the reason',
  finished({ migration: { reversible, irreversible, empty, id } }) {
    if (reversible || empty || irreversible !== undefined) return []
    return [{ message: `${id} has no down, and its header gives no reason` }]
  },
}
