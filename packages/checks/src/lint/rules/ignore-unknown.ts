import type { LintRule } from '../lint-rule.ts'

export const ignoreUnknown: LintRule = {
  code: 'IGNORE_UNKNOWN',
  title: 'A comment ignores a rule that there is not',
  level: 'warning',
  harm: 'The comment has no effect, and what it was meant to let through is reported.',
  hint: 'Write the code as it stands in the finding',
}
