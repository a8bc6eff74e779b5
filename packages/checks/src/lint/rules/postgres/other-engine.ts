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
    pattern: /\bAUTO_?INCREMENT\b/,
    what: 'a column that counts by itself, as MySQL and SQLite write it',
    hint: 'Write bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  },
  {
    pattern: /\bENGINE =|\bCHARSET\b|\bUNSIGNED\b/,
    what: 'an option of MySQL',
    hint: 'Remove it; for UNSIGNED write CHECK (column >= 0)',
  },
  {
    pattern: /\bON DUPLICATE KEY\b/,
    what: 'ON DUPLICATE KEY of MySQL',
    hint: 'Write ON CONFLICT (column) DO UPDATE',
  },
  {
    pattern: /\bINSERT OR \w+\b|^REPLACE\b/,
    what: 'INSERT OR REPLACE of SQLite',
    hint: 'Write INSERT … ON CONFLICT (column) DO UPDATE, or DO NOTHING',
  },
  {
    pattern: /\bWITHOUT ROWID\b|\) STRICT\b/,
    what: 'a table option of SQLite',
    hint: 'Remove the words: types are always strict',
  },
  {
    pattern: /^PRAGMA\b/,
    what: 'PRAGMA of SQLite',
    hint: 'Remove it: settings of the server are none of a migration',
  },
  {
    pattern: /\b(?:DATETIME|TINYINT|MEDIUMINT|(?:TINY|MEDIUM|LONG)TEXT|(?:TINY|MEDIUM|LONG)?BLOB|NVARCHAR)\b/,
    what: 'a type of another engine',
    hint: 'Write timestamptz, smallint, integer, text or bytea',
  },
  { pattern: /\bIFNULL\b/, what: 'IFNULL', hint: 'Write coalesce(value, …)' },
  {
    pattern: /`/,
    what: 'a name between back-ticks',
    hint: 'Write names between double quotation marks, or without',
  },
  {
    pattern: /\[ "" \]|\bGO$/,
    what: 'SQL Server',
    hint: 'Write names between double quotation marks, or without',
  },
]

/** What the server does not read and another engine does. */
export const otherEngineOfPostgres: LintRule = {
  ...otherEngine,
  hint: 'Write it as PostgreSQL does',
  refused({ statement, message, engineCode }) {
    const reasons = ['syntax', 'missing-object', 'missing-function'] as const
    if (!reasons.some((reason) => isRefusedFor(reason, engineCode))) return undefined
    const text = outline(statement.tokens)
    const found = constructs.find(({ pattern }) => pattern.test(text))
    // A table or function of one's own may have such a name.
    const isMeant = isRefusedFor('syntax', engineCode) || /^(?:type|function) /.test(message)
    return found && isMeant
      ? { message: `PostgreSQL does not know ${found.what}: ${message}`, hint: found.hint }
      : undefined
  },
  broken: () => undefined,
  ran: () => undefined,
}
