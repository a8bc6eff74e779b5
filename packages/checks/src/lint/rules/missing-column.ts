import type { LintRule } from '../lint-rule.ts'

const missing =
  /^no such column: |has no column named |^unknown column .* in foreign key definition|has \d+ columns but \d+ values were supplied|^\d+ values for \d+ columns|^unable to identify the object/

export const missingColumn: LintRule = {
  code: 'MISSING_COLUMN',
  title: 'A column is named that is not there',
  level: 'error',
  harm: 'The statement fails: the column is misspelt, has another name by now, or is added later.',
  hint: 'Correct the name, or add the column in an earlier statement; name the columns of every INSERT',
  refused({ message }) {
    return missing.test(message) ? { message } : undefined
  },
}
