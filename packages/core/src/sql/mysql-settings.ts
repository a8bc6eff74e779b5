import type { Refusal, StatementRule } from '../model/dialect.ts'
import { leadingTokens } from './leading-tokens.ts'
import { mysqlLexis } from './mysql-lexis.ts'

/** What SET does that stays in the database as DDL does, or ends with its own statement. */
const harmless = new Set(['DEFAULT', 'PASSWORD', 'STATEMENT'])
const charsets = new Set(['NAMES', 'CHARACTER', 'CHARSET'])
const ofServer = new Set(['GLOBAL', 'PERSIST', 'PERSIST_ONLY'])
const ofSession = new Set(['SESSION', 'LOCAL'])
const outlasts = 'would outlast the migration, and the ones behind it would run with it'
const forOne = 'MariaDB sets one for a single statement: SET STATEMENT name = value FOR …'

const hints = new Map([
  ['AUTOCOMMIT', 'Remove the statement: the tool begins and ends the transactions'],
  [
    'FOREIGN_KEY_CHECKS',
    'Drop the foreign keys that are in the way and add them again at the end, so that the rows are checked; ' +
      'MariaDB leaves them out for one statement: SET STATEMENT foreign_key_checks = 0 FOR …',
  ],
  ['SQL_MODE', `Write what every server reads in the same way; ${forOne}`],
])

/** SET: variables of a migration's own are fine, those of the connection and the server are not. */
export const settings: StatementRule = (statement) => {
  const [, first = '', ...rest] = leadingTokens(statement, { lexis: mysqlLexis }, Number.POSITIVE_INFINITY)
  if (harmless.has(first)) return undefined
  if (charsets.has(first)) return charset(first === 'CHARACTER' ? 'CHARACTER SET' : first)
  for (const assignment of assignments([first, ...rest])) {
    const refusal = refusedAssignment(assignment)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** The parts between commas that stand in no parentheses. */
function assignments(tokens: readonly string[]): string[][] {
  const found: string[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (token === ',' && depth === 0) found.push([])
    else found.at(-1)?.push(token)
  }
  return found
}

function refusedAssignment([sign = '', ...behind]: readonly string[]): Refusal | undefined {
  // A single sign begins a variable of the user's own.
  if (sign === '@') return undefined
  const [scope = '', ...name] = (sign === '@@' ? behind : [sign, ...behind]).filter((token) => token !== '.')
  if (ofServer.has(scope)) return serverWide(`SET ${scope} ${plain(name[0])}`)
  const variable = ofSession.has(scope) ? (name[0] ?? '') : scope
  if (variable === 'TRANSACTION')
    return { statement: 'SET TRANSACTION', rule: transactions, hint: 'Remove the statement' }
  if (variable === 'ROLE')
    return { statement: 'SET ROLE', rule: outlasts, hint: 'Grant the role to the user that migrates' }
  const hint = hints.get(plain(variable).toUpperCase()) ?? `Remove the statement; ${forOne}`
  return { statement: `SET ${plain(variable)}`, rule: outlasts, hint }
}

const transactions = 'would change the transactions of the tool and of the migrations behind it'

function charset(what: string): Refusal {
  return {
    statement: `SET ${what}`,
    rule: outlasts,
    hint: 'Remove the statement: migrations are UTF-8, and the connection is; name another character set at the column',
  }
}

function serverWide(statement: string): Refusal {
  return {
    statement,
    rule: 'would change the whole server, and is not undone with the migration',
    hint: 'Set it in the configuration of the server',
  }
}

function plain(token = ''): string {
  return token.replaceAll('`', '').toLowerCase()
}
