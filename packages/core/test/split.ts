import type { Dialect } from '../src/model/dialect.ts'
import { Lexer } from '../src/sql/lexer.ts'
import { toScript } from '../src/sql/to-script.ts'
import { END_OF_TEXT } from '../src/sql/token.ts'

/** The texts of the statements of a script. */
export function split(sql: string, dialect: Dialect): string[] {
  return toScript(sql, { dialect, file: 'a.sql' }).statements.map(({ start, end }) => sql.slice(start, end))
}

/** The tokens of a text as written, comments included. */
export function tokensOf(sql: string, dialect: Dialect): string[] {
  const lexer = new Lexer(sql, dialect, { file: 'a.sql' })
  const tokens: string[] = []
  while (lexer.next() !== END_OF_TEXT) tokens.push(lexer.slice())
  return tokens
}
