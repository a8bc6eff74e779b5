import type { Dialect } from '../model/dialect.ts'
import { Lexer } from './lexer.ts'
import { END_OF_TEXT, LINE_COMMENT, NUMBER, QUOTED_NAME, STRING, WORD } from './token.ts'
import { unquote } from './unquote.ts'

/** One token of SQL that means something. */
export interface SqlToken {
  /** A word is a keyword or a name without quotation marks; a sign is everything else, a semicolon too. */
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'sign'
  /** As written. */
  readonly text: string
  /** What it stands for: a name or string without its quotation marks. */
  readonly value: string
}

/** The tokens of a text, without comments. Throws MIGRATION_SQL for what an engine would misread. */
export function sqlTokens(sql: string, dialect: Dialect): readonly SqlToken[] {
  const tokens: SqlToken[] = []
  const lexer = new Lexer(sql, dialect)
  for (let code = lexer.next(); code !== END_OF_TEXT; code = lexer.next()) {
    if (code >= LINE_COMMENT) continue
    const text = lexer.slice()
    const kind = kinds.get(code) ?? 'sign'
    tokens.push({ kind, text, value: kind === 'name' || kind === 'string' ? unquote(text, dialect) : text })
  }
  return tokens
}

const kinds = new Map<number, SqlToken['kind']>([
  [WORD, 'word'],
  [QUOTED_NAME, 'name'],
  [STRING, 'string'],
  [NUMBER, 'number'],
])
