import { leadingTokens } from './leading-tokens.ts'
import { Lexer } from './lexer.ts'
import { mysqlLexis } from './mysql-lexis.ts'
import { END_OF_TEXT, OPERATOR, WORD } from './token.ts'

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

/** MariaDB sets variables for one statement: SET STATEMENT name = value FOR …, and that statement decides. */
const setsFor: Rule = (statement) => {
  const [, second] = startOf(statement)
  if (second !== 'STATEMENT') return second === 'PASSWORD' || second === 'DEFAULT'
  const lexer = new Lexer(statement, { lexis: mysqlLexis })
  let depth = 0
  for (let kind = lexer.next(); kind !== END_OF_TEXT; kind = lexer.next()) {
    if (kind === OPERATOR && lexer.slice() === '(') depth += 1
    if (kind === OPERATOR && lexer.slice() === ')') depth -= 1
    if (depth > 0 || kind !== WORD || lexer.slice().toUpperCase() !== 'FOR') continue
    const inner = statement.slice(lexer.end)
    return implicitCommits.get(leadingTokens(inner, { lexis: mysqlLexis }, 1)[0] ?? '')?.(inner) === true
  }
  return false
}

/** What runs other statements, and commits where one of them does. */
const running = ['BEGIN', 'CALL', 'CASE', 'EXECUTE', 'FOR', 'IF', 'LOOP', 'REPEAT', 'WHILE']

/**
 * Statements that commit what ran before them, from "Statements That Cause an Implicit Commit" of both manuals and what
 * the source of both servers marks so, and those that may run one of these.
 */
export const implicitCommits: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['CREATE', unlessTemporaryTable],
  ['DROP', unlessTemporaryTable],
  ...[
    ...['ALTER', 'BACKUP', 'CACHE', 'CHANGE', 'CLONE', 'FLUSH', 'GRANT', 'INSTALL', 'OPTIMIZE', 'RENAME'],
    ...['REPAIR', 'RESET', 'RESTART', 'REVOKE', 'SHUTDOWN', 'STOP', 'TRUNCATE', 'UNINSTALL'],
    ...running,
  ].map((verb): [string, Rule] => [verb, always]),
  ['ANALYZE', secondIs('TABLE', 'NO_WRITE_TO_BINLOG', 'LOCAL')],
  ['CHECK', secondIs('TABLE')],
  ['IMPORT', secondIs('TABLE')],
  ['LOAD', secondIs('INDEX')],
  ['SET', setsFor],
  ['START', secondIs('REPLICA', 'SLAVE', 'GROUP_REPLICATION', 'ALL')],
])
