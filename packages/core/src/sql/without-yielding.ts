import type { Dialect } from '../model/dialect.ts'
import { sqlTokens } from './sql-tokens.ts'

/**
 * A statement as it can run where nobody else is: without the words that only spare others the waiting. As long as
 * before, with blanks where they stood.
 */
export function withoutYielding(statement: string, dialect: Dialect): string {
  if (dialect.yieldingWords.size === 0) return statement
  const words = sqlTokens(statement, dialect).filter(
    ({ kind, text }) => kind === 'word' && dialect.yieldingWords.has(text.toUpperCase()),
  )
  return words.reduce(
    (blanked, { text }) => blanked.replace(new RegExp(`\\b${text}\\b`), ' '.repeat(text.length)),
    statement,
  )
}
