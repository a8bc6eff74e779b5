import type { Dialect } from '../model/dialect.ts'
import { Lexer } from '../sql/lexer.ts'
import { BLOCK_COMMENT, END_OF_TEXT, LINE_COMMENT, QUOTED_NAME, SEMICOLON, WORD } from '../sql/token.ts'
import { unquote } from '../sql/unquote.ts'

/**
 * The tokens of a statement in one spelling: white space, comments, case and needless quotation marks do not count,
 * because an engine adds and removes them when it renames. Text that cannot be read stays as it is.
 */
export function canonicalSql(sql: string, dialect: Dialect): string {
  try {
    return canonicalTokens(sql, dialect).join(' ')
  } catch {
    return sql.trim()
  }
}

function canonicalTokens(sql: string, dialect: Dialect): readonly string[] {
  const tokens: string[] = []
  const lexer = new Lexer(sql, dialect)
  for (let kind = lexer.next(); kind !== END_OF_TEXT; kind = lexer.next()) {
    if (kind === LINE_COMMENT || kind === BLOCK_COMMENT || kind === SEMICOLON) continue
    const text = lexer.slice()
    if (kind === WORD) tokens.push(text.toLowerCase())
    else if (kind === QUOTED_NAME) tokens.push(plainName(unquote(text, dialect)))
    else tokens.push(text)
  }
  return tokens
}

/** A name that needs its quotation marks keeps them, in one form. */
function plainName(name: string): string {
  const folded = name.toLowerCase()
  return /^[a-z_\u0080-\uffff][\w$\u0080-\uffff]*$/.test(folded) ? folded : JSON.stringify(folded)
}
