import type { Dialect } from '../model/dialect.ts'
import type { Script } from '../model/script.ts'
import { Lexer } from './lexer.ts'
import { readSection } from './section-reader.ts'

export interface ToScriptOptions {
  readonly dialect: Dialect
  /** Where the SQL came from, as shown to people. */
  readonly file?: string
}

/** Splits SQL that was kept or made somewhere into its statements. Throws MIGRATION_SQL. */
export function toScript(sql: string, { dialect, file }: ToScriptOptions): Script {
  const { statements } = readSection(new Lexer(sql, dialect, { file }), dialect)
  return { sql, file, statements }
}
