import type { LintRule } from '../lint-rule.ts'

export const ignoreWithoutReason: LintRule = {
  code: 'IGNORE_WITHOUT_REASON',
  title: 'A comment ignores a rule without saying why',
  level: 'warning',
  harm: 'Nobody can judge later whether it still holds, so the comment has no effect.',
  hint: 'Write the reason behind the code',
}
