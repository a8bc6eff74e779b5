import type { Dialect } from '../model/dialect.ts'
import { Lexer } from '../sql/lexer.ts'
import { BLOCK_COMMENT, END_OF_TEXT, LINE_COMMENT, QUOTED_NAME, SEMICOLON, WORD } from '../sql/token.ts'
import { unquote } from '../sql/unquote.ts'
import { foldName, nameKey } from './fold-name.ts'

/** One token of a statement that defines something. */
export interface SchemaWord {
  /** Kind of token, see token.ts. */
  readonly kind: number
  readonly text: string
  /** In the one spelling in which it is compared. */
  readonly canonical: string
  /** White space or a comment stands in front of it. */
  readonly spaced: boolean
}

/** The tokens of a statement without comments and, unless they are asked for, semicolons. Throws MIGRATION_SQL. */
export function schemaWords(
  sql: string,
  dialect: Dialect,
  { semicolons = false }: { readonly semicolons?: boolean } = {},
): readonly SchemaWord[] {
  const words: SchemaWord[] = []
  const lexer = new Lexer(sql, dialect)
  let end = 0
  for (let kind = lexer.next(); kind !== END_OF_TEXT; kind = lexer.next()) {
    if (kind === LINE_COMMENT || kind === BLOCK_COMMENT || (kind === SEMICOLON && !semicolons)) continue
    const text = lexer.slice()
    words.push({ kind, text, canonical: canonicalToken(kind, text, dialect), spaced: lexer.start > end })
    end = lexer.end
  }
  return words
}

/** Whether it is this keyword, which a name in quotation marks never is. */
export function isKeyword(word: SchemaWord | undefined, ...keywords: readonly string[]): boolean {
  return word !== undefined && word.kind === WORD && keywords.includes(word.canonical)
}

/** Tokens as one line, as they were written but for comments and line breaks. */
export function textOf(words: readonly SchemaWord[]): string {
  return words.map(({ text, spaced }, index) => (spaced && index > 0 ? ` ${text}` : text)).join('')
}

export function canonicalOf(words: readonly SchemaWord[]): string {
  return words.map(({ canonical }) => canonical).join(' ')
}

/** The name that a word stands for where only a name can stand: then a string is one, too. */
export function nameOf({ kind, text }: SchemaWord, dialect: Dialect): string {
  return kind === WORD && !dialect.foldsQuotedNames ? foldName(text) : unquote(text, dialect)
}

function canonicalToken(kind: number, text: string, dialect: Dialect): string {
  if (kind === WORD) return foldName(text)
  return kind === QUOTED_NAME ? canonicalName(unquote(text, dialect), dialect) : text
}

/** Words that mean a value where they have no quotation marks. */
const values = new Set(['current_date', 'current_time', 'current_timestamp', 'false', 'null', 'true'])

/** The one spelling of a name: quotation marks only where it needs them. */
export function canonicalName(name: string, dialect: Dialect): string {
  const folded = nameKey(name, dialect)
  const needsNone = /^[a-z_\u0080-\uffff][\w$\u0080-\uffff]*$/.test(folded) && !values.has(folded)
  return needsNone ? folded : JSON.stringify(folded)
}
