import { leadingTokens } from './leading-tokens.ts'
import { postgresLexis } from './postgres-lexis.ts'

/** As many tokens as the longest of these statements has up to the word that decides, and some to spare. */
const ENOUGH = 24
const wholeServer = new Set(['DATABASE', 'TABLESPACE'])

/** What PostgreSQL calls a statement that it refuses inside a transaction; undefined for all others. */
export function outsideName(statement: string): string | undefined {
  const tokens = leadingTokens(statement, { lexis: postgresLexis }, ENOUGH)
  const [verb = '', object = ''] = tokens
  switch (verb) {
    case 'VACUUM':
      return verb
    case 'CREATE':
    case 'DROP':
      return wholeServer.has(object) ? `${verb} ${object}` : concurrentIndex(tokens)
    case 'REINDEX':
      return reindex(tokens)
    case 'ALTER':
      return alter(tokens)
    case 'CLUSTER':
      return namesNothing(tokens) ? 'CLUSTER without a table' : undefined
    default:
      return undefined
  }
}

/** Whether PostgreSQL refuses it inside a transaction, or may do so for a reason that the text does not tell. */
export function mayStandAlone(statement: string): boolean {
  const [verb = '', object] = leadingTokens(statement, { lexis: postgresLexis }, 2)
  if (verb === 'CALL' || verb === 'CLUSTER' || verb === 'REINDEX') return true
  if (verb === 'DO') return /\b(?:commit|rollback)\b/i.test(statement)
  return object === 'SUBSCRIPTION' || outsideName(statement) !== undefined
}

function concurrentIndex([verb, ...tokens]: readonly string[]): string | undefined {
  const [object, next] = tokens[0] === 'UNIQUE' ? tokens.slice(1) : tokens
  return object === 'INDEX' && next === 'CONCURRENTLY' ? `${verb} INDEX CONCURRENTLY` : undefined
}

function reindex(tokens: readonly string[]): string | undefined {
  const { options, rest } = withOptions(tokens.slice(1))
  const [object = '', next] = rest
  const at = options.indexOf('CONCURRENTLY')
  const isOption = at !== -1 && !/^(?:false|off|0)$/i.test(options[at + 1] ?? '')
  if (next === 'CONCURRENTLY' || isOption) return 'REINDEX CONCURRENTLY'
  return ['DATABASE', 'SYSTEM', 'SCHEMA'].includes(object) ? `REINDEX ${object}` : undefined
}

function alter(tokens: readonly string[]): string | undefined {
  const [, object, , third, fourth] = tokens
  if (object === 'SYSTEM') return 'ALTER SYSTEM'
  if (object === 'DATABASE') {
    return third === 'SET' && fourth === 'TABLESPACE' ? 'ALTER DATABASE … SET TABLESPACE' : undefined
  }
  const detach = tokens.indexOf('DETACH')
  const isConcurrent = detach !== -1 && tokens.indexOf('CONCURRENTLY', detach) !== -1
  return object === 'TABLE' && isConcurrent ? 'DETACH PARTITION … CONCURRENTLY' : undefined
}

function namesNothing(tokens: readonly string[]): boolean {
  return withOptions(tokens.slice(1)).rest.filter((token) => token !== 'VERBOSE').length === 0
}

function withOptions(tokens: readonly string[]): { options: readonly string[]; rest: readonly string[] } {
  const end = tokens[0] === '(' ? tokens.indexOf(')') : -1
  return { options: tokens.slice(0, end + 1), rest: tokens.slice(end + 1) }
}
