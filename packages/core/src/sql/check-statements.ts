import type { Dialect, ScriptMode } from '../model/dialect.ts'
import type { ScriptFacts } from '../ports/driver.ts'
import { Lexer } from './lexer.ts'
import { checkProtectedTables } from './protected-tables.ts'
import { scriptFacts } from './script-facts.ts'
import { readSection } from './section-reader.ts'

export interface StatementRules {
  readonly dialect: Dialect
  /** Whether the statement runs inside a transaction. */
  readonly mode: ScriptMode
  /** Tables that it may not change. */
  readonly protectedTables: readonly string[]
}

export interface CheckedStatement {
  /** First keyword of the first statement, in upper case; empty where there is none. */
  readonly verb: string
  readonly facts: ScriptFacts
}

/**
 * Refuses SQL of an application's code by the rules for the text of migrations; other than there, parameters are fine.
 * Returns what it is about. Throws MIGRATION_FORBIDDEN and MIGRATION_SQL.
 */
export function checkStatements(
  sql: string,
  { dialect, mode, protectedTables }: StatementRules,
): CheckedStatement {
  const lenient = withParameters(dialect)
  const { statements } = readSection(new Lexer(sql, lenient), lenient, { mode })
  const script = { sql, statements }
  checkProtectedTables(script, protectedTables, lenient)
  return { verb: statements[0]?.verb ?? '', facts: scriptFacts(script, lenient) }
}

const known = new WeakMap<Dialect, Dialect>()

/** The dialect of statements that get their values beside their text. */
export function withParameters(dialect: Dialect): Dialect {
  const existing = known.get(dialect)
  if (existing !== undefined) return existing
  const made = { ...dialect, lexis: { ...dialect.lexis, parameters: '' } }
  known.set(dialect, made)
  return made
}
