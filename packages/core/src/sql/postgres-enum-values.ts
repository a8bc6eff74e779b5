import type { AftermathRule, Refusal } from '../model/dialect.ts'
import { leadingTokens } from './leading-tokens.ts'
import { postgresLexis } from './postgres-lexis.ts'
import { unquote } from './unquote.ts'

const dialect = { lexis: postgresLexis }
/** They name a value, and do not use it. */
const naming = new Set(['ALTER TYPE', 'COMMENT ON'])

/** A value that was added to a type cannot be used before its transaction has ended, unless the type is new as well. */
export const addsValue: AftermathRule = (statement, { mode, earlier }) => {
  const tokens = leadingTokens(statement, dialect, 20)
  const add = tokens.indexOf('ADD')
  if (mode === 'none' || tokens[1] !== 'TYPE' || tokens[add + 1] !== 'VALUE') return undefined
  const type = plain(tokens[add - 1])
  const value = tokens.slice(add + 2).find((token) => token.endsWith("'"))
  if (value === undefined || earlier().some((each) => createsType(each, type))) return undefined
  const label = unquote(value, dialect)
  return (later) => (uses(later, label) ? refusal(later, { type, label }) : undefined)
}

function createsType(statement: string, type: string): boolean {
  const tokens = leadingTokens(statement, dialect, 8)
  const as = tokens.indexOf('AS')
  return tokens[0] === 'CREATE' && tokens[1] === 'TYPE' && as > 0 && plain(tokens[as - 1]) === type
}

function uses(statement: string, label: string): boolean {
  if (!statement.includes("'")) return false
  const tokens = leadingTokens(statement, dialect, Number.POSITIVE_INFINITY)
  if (naming.has(tokens.slice(0, 2).join(' '))) return false
  return tokens.some((token) => token.endsWith("'") && unquote(token, dialect) === label)
}

function refusal(later: string, { type, label }: { type: string; label: string }): Refusal {
  return {
    statement: leadingTokens(later, dialect, 1).join(''),
    rule: `uses '${label}', which was added to the type ${type} in the same transaction and cannot be used before its end`,
    hint: 'Put ALTER TYPE … ADD VALUE in a migration of its own in front of this one, with the header line "-- Transaction: none"',
  }
}

function plain(name = ''): string {
  return name.startsWith('"') ? unquote(name, dialect) : name.toLowerCase()
}
