import type { Dialect, StatementRule } from '../model/dialect.ts'
import { leadingTokens } from './leading-tokens.ts'
import { implicitCommits } from './mysql-commits.ts'
import { mysqlLexis } from './mysql-lexis.ts'
import { mysqlReachOf } from './mysql-reach.ts'
import { settings } from './mysql-settings.ts'
import { endsTransaction } from './transaction-refusal.ts'

const undone =
  'the tool begins and ends transactions, and undoes a migration without DDL as a whole if it fails'
const transactions = ['COMMIT', 'RELEASE', 'ROLLBACK', 'SAVEPOINT', 'XA']

function startOf(statement: string): readonly string[] {
  return leadingTokens(statement, { lexis: mysqlLexis }, 4)
}

const begins: StatementRule = (statement, mode) => {
  const [verb = '', second, third] = startOf(statement)
  if (verb === 'BEGIN' && second === 'NOT' && third === 'ATOMIC') return undefined
  if (verb === 'START' && second !== 'TRANSACTION') return undefined
  return endsTransaction(verb === 'START' ? 'START TRANSACTION' : verb, undone)(statement, mode)
}

const locksTables: StatementRule = (statement) => ({
  statement: startOf(statement).slice(0, 2).join(' '),
  rule: 'would commit what ran before it, and keeps the tool from its own records while the lock lasts',
  hint: 'Remove the statement: no other run migrates at the same time; mysqldump --skip-add-locks leaves it out',
})

const flushes: StatementRule = (statement) =>
  /\b(?:READ\s+LOCK|FOR\s+EXPORT)\b/i.test(statement) ? locksTables(statement, 'none') : undefined

const uses: StatementRule = () => ({
  statement: 'USE',
  rule: 'would lead the statements behind it into another database, which is neither locked nor recorded with this one',
  hint: 'Give the other database its own entry in the manifest and its own migrations; Depends-On sets the order',
})

const loads: StatementRule = (statement) =>
  startOf(statement).includes('LOCAL')
    ? {
        statement: 'LOAD DATA LOCAL',
        rule: 'waits for a file that only the shell of the engine would send',
        hint: 'Write the rows as INSERT INTO … VALUES, or load them outside the migrations',
      }
    : undefined

const sources: StatementRule = () => ({
  statement: 'SOURCE',
  rule: "is a command of the engine's own shell, not SQL",
  hint: 'Put the SQL of that file into this one, or make it a migration of its own',
})

const releasesLocks: StatementRule = (statement) =>
  /\brelease_all_locks\b/i.test(statement)
    ? {
        statement: `${startOf(statement)[0]} RELEASE_ALL_LOCKS()`,
        rule: 'would give up the lock that keeps other runs away',
        hint: 'Release your own lock by its name: RELEASE_LOCK(name)',
      }
    : undefined

/** The dialect of MySQL and MariaDB. */
export const mysqlDialect: Dialect = {
  name: 'mysql',
  lexis: mysqlLexis,
  refusals: new Map<string, StatementRule>([
    ...transactions.map((verb): [string, StatementRule] => [verb, endsTransaction(verb, undone)]),
    ['BEGIN', begins],
    ['START', begins],
    ['LOCK', locksTables],
    ['UNLOCK', locksTables],
    ['FLUSH', flushes],
    ['SET', settings],
    ['USE', uses],
    ['LOAD', loads],
    ['SOURCE', sources],
    ['SELECT', releasesLocks],
    ['DO', releasesLocks],
  ]),
  aftermaths: new Map(),
  // DDL commits by itself, so that nothing is refused inside a transaction.
  alone: new Map(),
  commits: implicitCommits,
  transaction: 'each',
  keywords: (
    'ALTER CALL CASCADE CREATE DELETE DO DROP EXCHANGE EXECUTE FOREIGN IMPORT INSERT LOAD PARTITION REFERENCES RENAME ' +
    'REPLACE SELECT TABLE TEMPORARY TRIGGER TRUNCATE UPDATE VIEW'
  ).split(' '),
  reachesOut: mysqlReachOf,
  yieldingWords: new Set(),
  ordersColumns: true,
  enforcesForeignKeys: true,
  failureSpoilsTransaction: false,
  placeholder: () => '?',
  foldsQuotedNames: true,
  namedInTable: new Set(['constraint', 'index']),
  runsStrings: true,
  hasBooleans: false,
  castsColumns: false,
}
