import type { Dialect, StatementRule } from '../model/dialect.ts'
import { leadingTokens } from './leading-tokens.ts'
import { addsValue } from './postgres-enum-values.ts'
import { postgresLexis } from './postgres-lexis.ts'
import { mayStandAlone, outsideName } from './postgres-outside.ts'
import { reachOf } from './postgres-reach.ts'
import { resets, settingFunctions, settings } from './postgres-settings.ts'
import { endsTransaction, outsideOnly } from './transaction-refusal.ts'

const undone = 'the migration runs in a transaction already, and is undone as a whole if it fails'
const transactions = ['ABORT', 'BEGIN', 'COMMIT', 'END', 'RELEASE', 'ROLLBACK', 'SAVEPOINT', 'START']
const outside = ['ALTER', 'CLUSTER', 'CREATE', 'DROP', 'REINDEX', 'VACUUM']

const needsNoTransaction: StatementRule = (statement, mode) => {
  const name = mode === 'none' ? undefined : outsideName(statement)
  return name === undefined ? undefined : outsideOnly(name)
}

const prepares: StatementRule = (statement, mode) => {
  const [, what] = leadingTokens(statement, { lexis: postgresLexis }, 2)
  return what === 'TRANSACTION' ? endsTransaction('PREPARE TRANSACTION', undone)(statement, mode) : undefined
}

/** Rows from or for the client: a migration has no stream of them. */
const copies: StatementRule = (statement) => {
  const tokens = leadingTokens(statement, { lexis: postgresLexis }, Number.POSITIVE_INFINITY)
  const end = tokens.find((token, at) => {
    const before = tokens[at - 1]
    return (before === 'FROM' && token === 'STDIN') || (before === 'TO' && token === 'STDOUT')
  })
  if (end === undefined) return undefined
  return end === 'STDIN'
    ? {
        statement: 'COPY … FROM STDIN',
        rule: 'waits for rows that only the shell of the engine would send',
        hint: 'Write the rows as INSERT INTO … VALUES (pg_dump --inserts makes them), or load them outside the migrations',
      }
    : {
        statement: 'COPY … TO STDOUT',
        rule: 'sends rows that nobody here takes',
        hint: 'Remove the statement; copy the rows into a table with INSERT INTO … SELECT',
      }
}

/** The dialect of PostgreSQL. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  lexis: postgresLexis,
  refusals: new Map<string, StatementRule>([
    ...transactions.map((verb): [string, StatementRule] => [verb, endsTransaction(verb, undone)]),
    ...outside.map((verb): [string, StatementRule] => [verb, needsNoTransaction]),
    ['PREPARE', prepares],
    ['COPY', copies],
    ['SET', settings],
    ['RESET', resets],
    ['DISCARD', resets],
    ['SELECT', settingFunctions],
  ]),
  aftermaths: new Map([['ALTER', addsValue]]),
  alone: new Map([...outside, 'CALL', 'DO'].map((verb) => [verb, mayStandAlone])),
  commits: new Map(),
  // Locks of one migration are not held while the next one runs.
  transaction: 'each',
  keywords: (
    'ALTER CALL CASCADE COPY CREATE DELETE DETACH DO DROP EXECUTE FOREIGN INSERT MERGE REFERENCES REINDEX RENAME ' +
    'REPLACE SELECT TABLE TEMP TEMPORARY TRIGGER TRUNCATE TYPE UPDATE VACUUM VIEW'
  ).split(' '),
  reachesOut: reachOf,
  yieldingWords: new Set(['CONCURRENTLY']),
  ordersColumns: false,
  enforcesForeignKeys: true,
  failureSpoilsTransaction: true,
  placeholder: (position) => `$${position}`,
  foldsQuotedNames: false,
  namedInTable: new Set(['constraint', 'trigger', 'policy', 'rule']),
  runsStrings: true,
  hasBooleans: true,
  castsColumns: true,
}
