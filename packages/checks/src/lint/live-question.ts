import { type Dialect, quoteName, type SqlToken } from '@whimbrel/core'
import type { LintStatement } from './lint-statement.ts'
import { keywordOf } from './statement-action.ts'
import { tableName } from './table-name.ts'

/** A question to the real database about the rule that a statement makes. */
export interface LiveQuestion {
  readonly table: string
  /** Has a row where rows that are there break the rule. */
  readonly sql: string
}

/** What to ask about a unique index, SET NOT NULL or a CHECK; undefined for every other statement. */
export function liveQuestion({ action, tokens }: LintStatement, dialect: Dialect): LiveQuestion | undefined {
  if (action.does === 'create' && action.kind === 'index' && action.unique && action.on !== undefined)
    return aboutIndex(action.on, tokens, dialect)
  return action.does === 'alter' ? aboutRule(action.table, tokens, dialect) : undefined
}

function aboutIndex(table: string, tokens: readonly SqlToken[], dialect: Dialect): LiveQuestion | undefined {
  const open = tokens.findIndex(({ text }) => text === '(')
  const close = closing(tokens, open)
  if (close === -1) return undefined
  const terms = split(tokens.slice(open + 1, close)).map(withoutOrder)
  const where = tokens[close + 1]
  const condition = keywordOf(where) === 'WHERE' ? [`(${write(tokens.slice(close + 2))})`] : []
  const filled = terms.map((term) => `(${term}) IS NOT NULL`)
  const sql = `SELECT 1 FROM ${tableName(table, dialect)} WHERE ${[...condition, ...filled].join(' AND ')}
    GROUP BY ${terms.join(', ')} HAVING count(*) > 1 LIMIT 1`
  return { table, sql }
}

function aboutRule(table: string, tokens: readonly SqlToken[], dialect: Dialect): LiveQuestion | undefined {
  const target = tableName(table, dialect)
  const check = tokens.findIndex((token) => keywordOf(token) === 'CHECK')
  const close = closing(tokens, check + 1)
  if (check !== -1 && close !== -1)
    return {
      table,
      sql: `SELECT 1 FROM ${target} WHERE NOT (${write(tokens.slice(check + 2, close))}) LIMIT 1`,
    }
  const set = tokens.findIndex((token) => keywordOf(token) === 'SET')
  const column = tokens[set - 1]?.value
  if (column === undefined || keywordOf(tokens[set + 1]) !== 'NOT') return undefined
  return { table, sql: `SELECT 1 FROM ${target} WHERE ${quoteName(column, dialect)} IS NULL LIMIT 1` }
}

/** Position of the parenthesis that closes the one at a position; -1 where there is none. */
function closing(tokens: readonly SqlToken[], open: number): number {
  if (tokens[open]?.text !== '(') return -1
  let depth = 0
  return tokens.findIndex(({ text }, at) => {
    if (at < open) return false
    if (text === '(') depth += 1
    else if (text === ')') depth -= 1
    return depth === 0
  })
}

function split(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const parts: SqlToken[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.text === '(') depth += 1
    else if (token.text === ')') depth -= 1
    if (token.text === ',' && depth === 0) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

function withoutOrder(tokens: readonly SqlToken[]): string {
  const last = keywordOf(tokens.at(-1))
  return write(last === 'ASC' || last === 'DESC' ? tokens.slice(0, -1) : tokens)
}

function write(tokens: readonly SqlToken[]): string {
  return tokens.map(({ text }) => text).join(' ')
}
