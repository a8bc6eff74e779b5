import type { Dialect } from '../model/dialect.ts'
import { schemaWords } from './schema-word.ts'

/**
 * The tokens of a statement in one spelling: white space, comments, case and needless quotation marks do not count,
 * because an engine adds and removes them when it renames. Text that cannot be read stays as it is.
 */
export function canonicalSql(sql: string, dialect: Dialect): string {
  return canonicalTokens(sql, dialect).join(' ')
}

/** The same, token by token. */
export function canonicalTokens(sql: string, dialect: Dialect): readonly string[] {
  try {
    return schemaWords(sql, dialect).map(({ canonical }) => canonical)
  } catch {
    return [sql.trim()]
  }
}
