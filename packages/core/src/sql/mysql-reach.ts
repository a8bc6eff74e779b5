import { leadingTokens } from './leading-tokens.ts'
import { mysqlLexis } from './mysql-lexis.ts'

const verbs = new Set(
  'BINLOG CHANGE FLUSH GRANT INSTALL KILL PURGE RESET REVOKE SHUTDOWN STOP UNINSTALL'.split(' '),
)
const ofServer = new Set(
  'DATABASE INSTANCE LOGFILE RESOURCE ROLE SCHEMA SERVER TABLESPACE UNDO USER'.split(' '),
)
const settings = new Set(['GLOBAL', 'PASSWORD', 'PERSIST', 'PERSIST_ONLY'])
const replication = new Set(['ALL', 'GROUP_REPLICATION', 'REPLICA', 'SLAVE'])

/**
 * What people call a statement that acts on the server beside its databases, and undefined for all others: users, rights,
 * databases, settings, replication, files.
 */
export function mysqlReachOf(statement: string): string | undefined {
  const [verb = ''] = startOf(statement, 1)
  if (verb === 'SELECT') return intoFile.test(statement) ? selectIntoFile(statement) : undefined
  if (!deciding.has(verb)) return verbs.has(verb) ? verb : undefined
  const [, ...more] = startOf(statement, 4)
  const [second = ''] = more
  switch (verb) {
    case 'CREATE':
    case 'ALTER':
    case 'DROP': {
      const object = second === 'OR' ? (more[2] ?? '') : second
      return ofServer.has(object) ? `${verb} ${object}` : undefined
    }
    case 'RENAME':
      return second === 'USER' ? 'RENAME USER' : undefined
    case 'START':
      return replication.has(second) ? `START ${second}` : undefined
    default:
      return setting(more)
  }
}

/** Verbs of which the words behind them decide. */
const deciding = new Set(['CREATE', 'ALTER', 'DROP', 'RENAME', 'START', 'SET'])
const intoFile = /\b(?:OUTFILE|DUMPFILE)\b/i

function startOf(statement: string, count: number): readonly string[] {
  return leadingTokens(statement, { lexis: mysqlLexis }, count)
}

function selectIntoFile(statement: string): string | undefined {
  const isFile = startOf(statement, Number.POSITIVE_INFINITY).some(
    (token) => intoFile.test(token) && /^\w/.test(token),
  )
  return isFile ? 'SELECT … INTO a file' : undefined
}

function setting([first = '', second = '']: readonly string[]): string | undefined {
  const scope = first === '@@' ? second : first
  if (first === 'DEFAULT' && second === 'ROLE') return 'SET DEFAULT ROLE'
  return settings.has(scope) ? `SET ${scope}` : undefined
}
