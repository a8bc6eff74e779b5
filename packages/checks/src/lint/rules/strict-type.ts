import type { LintRule } from '../lint-rule.ts'

export const strictType: LintRule = {
  code: 'STRICT_TYPE',
  title: 'A STRICT table has a column of an unknown type',
  level: 'error',
  harm: 'A STRICT table knows INT, INTEGER, REAL, TEXT, BLOB and ANY, and nothing else.',
  hint: 'Use INTEGER for whole numbers and booleans, REAL for fractions, TEXT for text, times and JSON, BLOB for bytes, ANY for anything; limit the values with CHECK',
  refused({ message }) {
    return /^(?:unknown|missing) datatype for /.test(message) ? { message } : undefined
  },
}
