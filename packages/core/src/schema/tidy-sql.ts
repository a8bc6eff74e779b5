import type { Dialect } from '../model/dialect.ts'
import { bracketEnd, splitAtCommas } from './clauses.ts'
import { isKeyword, type SchemaWord, schemaWords, textOf } from './schema-word.ts'

/**
 * A statement as it was written, but for comments and line breaks: what makes a table has a line for each column and
 * constraint, everything else is one line. Text that cannot be read stays as it is.
 */
export function tidySql(sql: string, dialect: Dialect): string {
  let words: readonly SchemaWord[]
  try {
    words = schemaWords(sql, dialect, { semicolons: true }).map(withoutNeedlessSpace)
  } catch {
    return sql.trim()
  }
  const open = words.findIndex(({ text }) => text === '(')
  if (open === -1 || !makesOrdinaryTable(words.slice(0, open))) return textOf(words)
  const close = bracketEnd(words, open)
  const parts = splitAtCommas(words.slice(open + 1, close)).map((part) => `  ${textOf(part)}`)
  const options = textOf(words.slice(close + 1))
  return `${textOf(words.slice(0, open))} (\n${parts.join(',\n')}\n)${options === '' ? '' : ` ${options}`}`
}

function makesOrdinaryTable([create, next]: readonly SchemaWord[]): boolean {
  return isKeyword(create, 'create') && isKeyword(next, 'table')
}

/** A comment or a line break may have stood inside of brackets or in front of a comma. */
function withoutNeedlessSpace(word: SchemaWord, at: number, words: readonly SchemaWord[]): SchemaWord {
  const isNeedless = [',', ';', ')'].includes(word.text) || words[at - 1]?.text === '('
  return word.spaced && isNeedless ? { ...word, spaced: false } : word
}
