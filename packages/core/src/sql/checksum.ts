import type { Dialect } from '../model/dialect.ts'
import { Lexer } from './lexer.ts'
import { readSection } from './section-reader.ts'

/**
 * Checksum of a piece of SQL, `sha256:<hex>`, over what the engine sees of it: white space, comments, line endings
 * between tokens, empty statements and the last semicolon do not count. Throws MIGRATION_SQL.
 */
export function tokenChecksum(sql: string, dialect: Dialect): string {
  return readSection(new Lexer(sql, dialect), dialect).checksum
}
