import type { Dialect, Lexis, Refusal, StatementRule } from '../model/dialect.ts'
import { Lexer } from './lexer.ts'
import { endsTransaction, outsideOnly } from './transaction-refusal.ts'
import { unquote } from './unquote.ts'

/** SQLite, as its tokenizer and `sqlite3_complete()` read it. */
const lexis: Lexis = {
  space: ' \t\n\r\f',
  strings: [{ open: "'", close: "'", doubled: true, backslash: false }],
  identifiers: [
    { open: '"', close: '"', doubled: true, backslash: false },
    { open: '`', close: '`', doubled: true, backslash: false },
    { open: '[', close: ']', doubled: false, backslash: false },
  ],
  stringPrefixes: [{ prefix: 'X', doubled: true, backslash: false, names: false, isText: false }],
  dollarQuotes: false,
  comments: { nested: false, hash: false, spaceBehindDashes: false, returnEnds: false, conditional: false },
  parameters: '?:@$',
  operators: ['||', '<=', '<>', '<<', '>=', '>>', '==', '!=', '->'],
  operatorSigns: '',
  shellSigns: '',
  shellBeginnings: '.\\',
  digitsBeginNames: false,
  delimiterLines: false,
  parentheses: false,
  bodies: ['', 'EXPLAIN ', 'EXPLAIN QUERY PLAN '].flatMap((explain) =>
    ['', 'TEMP ', 'TEMPORARY '].map((temporary) => `${explain}CREATE ${temporary}TRIGGER`),
  ),
  body: 'trigger',
}

const touchesOtherFiles: StatementRule = (statement) => ({
  statement: verbOf(statement),
  rule: 'would reach into another database file, which is neither locked, recorded nor undone with this one',
  hint: 'Give the other file its own entry in the manifest and its own migrations; Depends-On sets the order',
})

const vacuums: StatementRule = (_, mode) => (mode === 'none' ? undefined : outsideOnly('VACUUM'))

/** Read nothing but the database, or change only what the transaction undoes. */
const allowedPragmas = new Set([
  'application_id',
  'defer_foreign_keys',
  'foreign_key_check',
  'foreign_key_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'integrity_check',
  'legacy_alter_table',
  'optimize',
  'quick_check',
  'table_info',
  'table_list',
  'table_xinfo',
  'user_version',
])

const pragma: StatementRule = (statement, mode) => {
  const name = pragmaName(statement)
  if (mode === 'none') return name === 'writable_schema' ? writableSchema : undefined
  return allowedPragmas.has(name) ? undefined : refusedPragma(name)
}

const writableSchema: Refusal = {
  statement: 'PRAGMA writable_schema',
  rule: 'would let the migration overwrite the schema text itself, and one slip leaves a database that cannot be opened',
  hint: 'Change the table with ALTER TABLE, or rebuild it: create the new one, copy the rows, drop the old one, rename',
}

function refusedPragma(name: string): Refusal {
  const statement = `PRAGMA ${name}`
  if (name === 'writable_schema') return writableSchema
  if (name === 'foreign_keys') {
    return {
      statement,
      rule: 'does nothing inside a transaction, and SQLite does not say so',
      hint:
        'Remove it: foreign keys are off while a migration runs and are checked before it is committed; ' +
        'the header line "-- Foreign-Keys: on" keeps them on',
    }
  }
  if (name === 'journal_mode') {
    return {
      statement,
      rule: 'cannot be undone with the migration, and most of its values are refused inside a transaction',
      hint:
        'Set journal_mode under "pragmas" in the manifest, or put the statement in a migration of its own ' +
        'with the header line "-- Transaction: none"',
    }
  }
  return {
    statement,
    rule: 'may outlast the migration: the engine does not undo it with the transaction',
    hint:
      'Set it under "pragmas" in the manifest, or put it in a migration of its own with the header line ' +
      `"-- Transaction: none"; allowed here are ${[...allowedPragmas].join(', ')}`,
  }
}

/** Name of a pragma without schema and quotation marks: `foreign_keys` for `PRAGMA main."Foreign_Keys" = 1`. */
function pragmaName(statement: string): string {
  const lexer = new Lexer(statement, sqliteDialect)
  const words: string[] = []
  while (words.length < 4 && lexer.next() !== 0) {
    if (lexer.kind < 7) words.push(lexer.slice())
  }
  const [, first = '', dot, second = ''] = words
  return unquote(dot === '.' ? second : first, sqliteDialect).toLowerCase()
}

function verbOf(statement: string): string {
  return (/^\w+/.exec(statement)?.[0] ?? statement).toUpperCase()
}

/** The dialect of SQLite. */
export const sqliteDialect: Dialect = {
  name: 'sqlite',
  lexis,
  refusals: new Map<string, StatementRule>([
    ...['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'].map((verb): [string, StatementRule] => [
      verb,
      endsTransaction(
        verb,
        'the migration runs in a transaction already, and is undone as a whole if it fails',
      ),
    ]),
    ['ATTACH', touchesOtherFiles],
    ['DETACH', touchesOtherFiles],
    ['VACUUM', vacuums],
    ['PRAGMA', pragma],
  ]),
  aftermaths: new Map(),
  // Some pragmas could; none of them does harm when it runs a second time.
  alone: new Map(['VACUUM', 'PRAGMA'].map((verb) => [verb, () => true])),
  commits: new Map(),
  transaction: 'batch',
  keywords: (
    'ALTER CASCADE CREATE DELETE DROP FOREIGN INSERT PRAGMA REFERENCES REINDEX RENAME REPLACE ' +
    'TABLE TEMP TEMPORARY TRIGGER TRUNCATE UPDATE VACUUM VIEW VIRTUAL'
  ).split(' '),
  reachesOut: () => undefined,
  yieldingWords: new Set(),
  ordersColumns: true,
  enforcesForeignKeys: false,
  failureSpoilsTransaction: false,
  placeholder: () => '?',
  foldsQuotedNames: true,
  namedInTable: new Set(),
  runsStrings: false,
  hasBooleans: false,
  castsColumns: false,
}
