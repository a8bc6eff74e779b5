import { outline } from '../../foreign-constructs.ts'
import type { LintRule } from '../../lint-rule.ts'
import { otherEngine } from '../other-engine.ts'
import { isRefusedFor } from './engine-refusals.ts'

interface Construct {
  readonly pattern: RegExp
  readonly what: string
  readonly hint: string
}

const constructs: readonly Construct[] = [
  {
    pattern: /\bAUTOINCREMENT\b/,
    what: 'AUTOINCREMENT of SQLite',
    hint: 'Write AUTO_INCREMENT',
  },
  {
    pattern: /\bWITHOUT ROWID\b|\) STRICT\b/,
    what: 'a table option of SQLite',
    hint: 'Remove the words: types are always strict, and rows are kept in the order of the primary key',
  },
  {
    pattern: /\bINSERT OR (?:REPLACE|IGNORE|ABORT|FAIL|ROLLBACK)\b/,
    what: 'INSERT OR … of SQLite',
    hint: 'Write INSERT IGNORE, or INSERT … ON DUPLICATE KEY UPDATE column = VALUES(column)',
  },
  {
    pattern: /\bON CONFLICT\b/,
    what: 'ON CONFLICT of SQLite and PostgreSQL',
    hint: 'Write INSERT … ON DUPLICATE KEY UPDATE column = VALUES(column)',
  },
  {
    pattern: /^PRAGMA\b/,
    what: 'PRAGMA of SQLite',
    hint: 'Remove it: settings of the server are none of a migration',
  },
  {
    pattern: /\b(?:BIG|SMALL)?SERIAL\b.*\bPRIMARY KEY\b|\bGENERATED (?:ALWAYS|BY DEFAULT) AS IDENTITY\b/,
    what: 'a column that counts by itself, as PostgreSQL writes it',
    hint: 'Write BIGINT AUTO_INCREMENT PRIMARY KEY',
  },
  {
    pattern: /\bCONCURRENTLY\b/,
    what: 'CONCURRENTLY of PostgreSQL',
    hint: 'Remove the word: write ALGORITHM = INPLACE, LOCK = NONE where it matters',
  },
  {
    pattern: /\bILIKE\b/,
    what: 'ILIKE of PostgreSQL',
    hint: 'LIKE does not look at the case where the collation does not: write LIKE',
  },
  {
    pattern: /\b(?:JSONB|BYTEA|TIMESTAMPTZ|TEXT \[ \])/,
    what: 'a type of PostgreSQL',
    hint: 'Write JSON, BLOB or DATETIME',
  },
  { pattern: /: :|::/, what: 'a cast of PostgreSQL', hint: 'Write CAST(value AS type)' },
  {
    pattern: /\b(?:TABLE|INTO|UPDATE|FROM|JOIN|INDEX|VIEW|COLUMN) ''/,
    what: 'a name between double quotation marks, which is a string here',
    hint: 'Write names between back-ticks, or without quotation marks',
  },
  {
    pattern: /\[ ""? ?\]|\bNVARCHAR \( MAX|\bGO\b/,
    what: 'SQL Server',
    hint: 'Write names between back-ticks',
  },
]

/** What the server does not read and another engine does. */
export const otherEngineOfMysql: LintRule = {
  ...otherEngine,
  hint: 'Write it as MySQL and MariaDB do',
  refused({ statement, message, engineCode }) {
    if (!isRefusedFor('syntax', engineCode) && !/Unknown data type|syntax/i.test(message)) return undefined
    const text = outline(statement.tokens)
    const found = constructs.find(({ pattern }) => pattern.test(text))
    return found && { message: `MySQL does not know ${found.what}: ${message}`, hint: found.hint }
  },
  broken: () => undefined,
  ran: () => undefined,
}
