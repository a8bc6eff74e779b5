import { type Dialect, type Script, type SqlToken, sqlTokens } from '@whimbrel/core'
import { type StatementAction, statementAction } from './statement-action.ts'

/** One statement of an up part, understood as far as lint needs it. */
export interface LintStatement {
  /** 1-based position in the up part. */
  readonly number: number
  /** 1-based lines of the file on which it begins and ends. */
  readonly line: number
  readonly lastLine: number
  /** First keyword in upper case. */
  readonly verb: string
  readonly sql: string
  readonly tokens: readonly SqlToken[]
  readonly action: StatementAction
}

/** The statements of a script, in order; none where it is code, which is not run for lint. */
export function lintStatements(script: Script, dialect: Dialect): readonly LintStatement[] {
  if (script.run !== undefined) return []
  return script.statements.map(({ start, end, line, verb }, index) => {
    const sql = script.sql.slice(start, end)
    const tokens = sqlTokens(sql, dialect)
    const lastLine = line + (sql.match(/\n/g)?.length ?? 0)
    return { number: index + 1, line, lastLine, verb, sql, tokens, action: statementAction(tokens) }
  })
}
