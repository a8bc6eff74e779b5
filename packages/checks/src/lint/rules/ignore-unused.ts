import type { LintRule } from '../lint-rule.ts'

export const ignoreUnused: LintRule = {
  code: 'IGNORE_UNUSED',
  title: 'A comment ignores something that is not found',
  level: 'note',
  harm: 'It would hide the next thing of that kind, which is another one.',
  hint: 'Remove the comment, or put it above the statement that it is about',
}
