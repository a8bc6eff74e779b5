import type { Refusal, ScriptMode, StatementRule } from '../model/dialect.ts'
import { leadingTokens } from './leading-tokens.ts'
import { postgresLexis } from './postgres-lexis.ts'

const dialect = { lexis: postgresLexis }
const outlasts = 'would outlast the migration, and the ones behind it would run with it'
const forRole = 'set it for the role that migrates: ALTER ROLE … SET …'

/** SET: what ends with the transaction is fine in one. */
export const settings: StatementRule = (statement, mode) => {
  const tokens = leadingTokens(statement, dialect, 4)
  const [, first = ''] = tokens
  if (first === 'LOCAL' || first === 'CONSTRAINTS') return mode === 'none' ? idle(`SET ${first}`) : undefined
  if (first === 'TRANSACTION') return mode === 'none' ? idle('SET TRANSACTION') : changesTransaction
  const [name = '', next] = first === 'SESSION' ? tokens.slice(2) : tokens.slice(1)
  if (first === 'SESSION' && (name === 'CHARACTERISTICS' || name === 'AUTHORIZATION')) {
    return outlasting(
      `SET SESSION ${name}`,
      name === 'AUTHORIZATION' ? 'SESSION AUTHORIZATION' : undefined,
      mode,
    )
  }
  const setting = name === 'TIME' && next === 'ZONE' ? 'TIME ZONE' : named(name)
  return outlasting(`SET ${setting}`, setting, mode)
}

/** RESET and DISCARD: what the connection had been given is gone for the migrations behind. */
export const resets: StatementRule = (statement) => {
  const [verb = '', what = ''] = leadingTokens(statement, dialect, 2)
  const name = `${verb} ${named(what)}`
  return {
    statement: name,
    rule:
      name === 'DISCARD ALL'
        ? 'would give up the lock that keeps other runs away, and all settings of the connection'
        : 'would take away what the connection was given, and the migrations behind it would run without it',
    hint: 'Remove the statement; SET LOCAL … TO DEFAULT ends with the transaction',
  }
}

/** SELECT: functions that do what SET and DISCARD do. */
export const settingFunctions: StatementRule = (statement) => {
  if (/\bpg_advisory_unlock_all\b/i.test(statement)) {
    return {
      statement: 'SELECT pg_advisory_unlock_all()',
      rule: 'would give up the lock that keeps other runs away',
      hint: 'Release your own lock by its key: pg_advisory_unlock(key)',
    }
  }
  if (!/\bset_config\b/i.test(statement) || setsLocally(statement)) return undefined
  return {
    statement: 'SELECT set_config(…)',
    rule: outlasts,
    hint: `Give it true as its third argument, so that it ends with the transaction, or ${forRole}`,
  }
}

function setsLocally(statement: string): boolean {
  const tokens = leadingTokens(statement, dialect, Number.POSITIVE_INFINITY)
  return tokens.every((token, at) => {
    if (!/^"?set_config"?$/i.test(token) || tokens[at + 1] !== '(') return true
    return /^(?:true|'t(?:rue)?')$/i.test(lastArgument(tokens, at + 2))
  })
}

/** The last argument of a call, given the position behind its opening parenthesis; tokens are joined. */
function lastArgument(tokens: readonly string[], from: number): string {
  let depth = 1
  let argument: string[] = []
  for (const token of tokens.slice(from)) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (depth === 0) break
    if (token === ',' && depth === 1) argument = []
    else argument.push(token)
  }
  return argument.join(' ')
}

/** A name as people write it: the keyword tokens are in upper case. */
function named(token: string): string {
  return token === 'ALL' || token === 'ROLE' ? token : token.toLowerCase()
}

function outlasting(statement: string, setting: string | undefined, mode: ScriptMode): Refusal {
  return { statement, rule: outlasts, hint: hintFor(setting, mode) }
}

function hintFor(setting: string | undefined, mode: ScriptMode): string {
  if (setting === undefined) return 'Remove the statement'
  const instead = setting === 'search_path' ? 'name the schema in front of each table' : forRole
  return mode === 'none'
    ? `Remove the statement, and ${instead}`
    : `Write SET LOCAL ${setting}, which ends with the transaction, or ${instead}`
}

function idle(statement: string): Refusal {
  return {
    statement,
    rule: 'does nothing outside a transaction, and PostgreSQL only warns',
    hint: 'Remove the statement, or the header line "-- Transaction: none"',
  }
}

const changesTransaction: Refusal = {
  statement: 'SET TRANSACTION',
  rule: 'would change the transaction that the migration runs in, and is refused behind the first statement of one',
  hint: 'Remove the statement',
}
