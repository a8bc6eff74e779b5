import { leadingTokens } from './leading-tokens.ts'
import { mysqlLexis } from './mysql-lexis.ts'

type Rule = (statement: string) => boolean

const always: Rule = () => true

/** A temporary table is made and dropped without a commit, its indexes are not. */
const unlessTemporaryTable: Rule = (statement) => {
  const [, second, third, fourth] = startOf(statement)
  if (second === 'TEMPORARY') return third !== 'TABLE'
  return !(second === 'OR' && third === 'REPLACE' && fourth === 'TEMPORARY')
}

const secondIs =
  (...words: readonly string[]): Rule =>
  (statement) =>
    words.includes(startOf(statement)[1] ?? '')

function startOf(statement: string): readonly string[] {
  return leadingTokens(statement, { lexis: mysqlLexis }, 4)
}

/**
 * Statements that commit what ran before them, from "Statements That Cause an Implicit Commit" of both manuals, and those
 * that may run one of these.
 */
export const implicitCommits: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['CREATE', unlessTemporaryTable],
  ['DROP', unlessTemporaryTable],
  ...[
    ...[
      'ALTER',
      'CACHE',
      'CALL',
      'CHANGE',
      'EXECUTE',
      'FLUSH',
      'GRANT',
      'INSTALL',
      'OPTIMIZE',
      'RENAME',
      'REPAIR',
    ],
    ...['RESET', 'REVOKE', 'STOP', 'TRUNCATE', 'UNINSTALL', 'BEGIN', 'SHUTDOWN'],
  ].map((verb): [string, Rule] => [verb, always]),
  ['ANALYZE', secondIs('TABLE', 'NO_WRITE_TO_BINLOG', 'LOCAL')],
  ['CHECK', secondIs('TABLE')],
  ['IMPORT', secondIs('TABLE')],
  ['LOAD', secondIs('INDEX')],
  ['SET', secondIs('PASSWORD', 'DEFAULT')],
  ['START', secondIs('REPLICA', 'SLAVE')],
])
