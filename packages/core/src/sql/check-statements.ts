import type { Dialect, ScriptMode } from '../model/dialect.ts'
import { Lexer } from './lexer.ts'
import { checkProtectedTables } from './protected-tables.ts'
import { readSection } from './section-reader.ts'

export interface StatementRules {
  readonly dialect: Dialect
  /** Whether the statement runs inside a transaction. */
  readonly mode: ScriptMode
  /** Tables that it may not change. */
  readonly protectedTables: readonly string[]
}

/**
 * Refuses SQL of an application's code by the rules for the text of migrations; other than there, parameters are fine.
 * Throws MIGRATION_FORBIDDEN and MIGRATION_SQL.
 */
export function checkStatements(sql: string, { dialect, mode, protectedTables }: StatementRules): void {
  const lenient = withParameters(dialect)
  const { statements } = readSection(new Lexer(sql, lenient), lenient, { mode })
  checkProtectedTables({ sql, statements }, protectedTables, lenient)
}

const known = new WeakMap<Dialect, Dialect>()

function withParameters(dialect: Dialect): Dialect {
  const existing = known.get(dialect)
  if (existing !== undefined) return existing
  const made = { ...dialect, lexis: { ...dialect.lexis, parameters: '' } }
  known.set(dialect, made)
  return made
}
