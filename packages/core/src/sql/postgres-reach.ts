import { leadingTokens } from './leading-tokens.ts'
import { postgresLexis } from './postgres-lexis.ts'

/** As many tokens as COPY needs up to the word that decides, and some to spare. */
const ENOUGH = 40
const ofServer = new Set([
  'DATABASE',
  'GROUP',
  'ROLE',
  'SERVER',
  'SUBSCRIPTION',
  'SYSTEM',
  'TABLESPACE',
  'USER',
])
const inBlock = /\b(?:create|alter|drop)\s+(?:database|group|role|subscription|system|tablespace|user)\b/i

/**
 * What people call a statement that changes something outside of its database, and undefined for all others: roles,
 * rights, other databases, files of the server. Rights count, because they may be those of roles that are not there.
 */
export function reachOf(statement: string): string | undefined {
  const tokens = leadingTokens(statement, { lexis: postgresLexis }, ENOUGH)
  const [verb = '', object = '', third = ''] = tokens
  switch (verb) {
    case 'CREATE':
    case 'DROP':
      if (object === 'OWNED') return 'DROP OWNED'
      return ofServer.has(object) ? `${verb} ${object}` : undefined
    case 'ALTER':
      if (object === 'DEFAULT') return 'ALTER DEFAULT PRIVILEGES'
      return ofServer.has(object) ? `${verb} ${object}` : owner(tokens)
    case 'COMMENT':
      return ofServer.has(third) ? `COMMENT ON ${third}` : undefined
    case 'COPY':
      return copy(tokens)
    case 'DO':
      return inBlock.test(statement) ? 'DO with a change of roles or databases' : undefined
    case 'GRANT':
    case 'REVOKE':
    case 'REASSIGN':
      return verb
    default:
      return undefined
  }
}

function owner(tokens: readonly string[]): string | undefined {
  const at = tokens.indexOf('OWNER')
  return at !== -1 && tokens[at + 1] === 'TO' ? `ALTER ${tokens[1]} … OWNER TO` : undefined
}

function copy(tokens: readonly string[]): string | undefined {
  const at = tokens.findIndex((token) => token === 'TO' || token === 'PROGRAM')
  return at === -1 ? undefined : `COPY … ${tokens[at]}`
}
