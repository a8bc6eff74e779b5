import type { Dialect } from '../model/dialect.ts'
import { Lexer } from './lexer.ts'
import { END_OF_TEXT, SEMICOLON, WORD } from './token.ts'

/**
 * The first tokens of a statement for a rule to look at: keywords in upper case, all else as written; without comments
 * and the borders of comments that hold SQL.
 */
export function leadingTokens(
  statement: string,
  dialect: Pick<Dialect, 'lexis'>,
  count: number,
): readonly string[] {
  const tokens: string[] = []
  const lexer = new Lexer(statement, dialect)
  while (tokens.length < count && lexer.next() !== END_OF_TEXT) {
    if (lexer.kind > SEMICOLON) continue
    tokens.push(lexer.kind === WORD ? lexer.slice().toUpperCase() : lexer.slice())
  }
  return tokens
}
