import { describe, expect, it } from 'vitest'
import { tokenChecksum } from './checksum.ts'
import { mysqlDialect } from './mysql-dialect.ts'
import { postgresDialect } from './postgres-dialect.ts'

type Rows = readonly (readonly [change: string, sql: string, changed: string])[]

// One row of the tables in docs/checksums.md each.
describe('the checksum of PostgreSQL', () => {
  const checksum = (sql: string) => tokenChecksum(sql, postgresDialect)

  const same: Rows = [
    ['comments, nested ones too', 'SELECT 1', 'SELECT /* a /* b; */ c */ 1 -- d'],
    ['white space around operators', 'SELECT a=-1, b::int', 'SELECT a = - 1 , b :: int'],
    ['a string goes on in another line', "SELECT 'a'\n'b'", "SELECT 'a' -- c\n  'b'"],
    [
      'white space in the body of BEGIN ATOMIC',
      atomic('SELECT 1; SELECT 2;'),
      atomic('\n  SELECT 1;\n  SELECT 2; -- a\n'),
    ],
    ['CRLF between tokens', 'SELECT\n1', 'SELECT\r\n1'],
  ]
  it.each(same)('stays: %s', (_, sql, changed) => {
    expect(checksum(changed)).toBe(checksum(sql))
  })

  const other: Rows = [
    ['white space or a comment between dollar quotes', 'DO $$ BEGIN END $$', 'DO $$ BEGIN /* a */ END $$'],
    ['another tag', 'DO $$ BEGIN END $$', 'DO $a$ BEGIN END $a$'],
    ['another notation of the same string', "SELECT 'a'", "SELECT E'a'"],
    ['a space inside an operator', 'SELECT a @> b', 'SELECT a @ > b'],
    ['a semicolon between parentheses', rule('SELECT 1; SELECT 2'), rule('SELECT 1 SELECT 2')],
    ['the letter case of a word', 'SELECT a', 'select a'],
  ]
  it.each(other)('changes: %s', (_, sql, changed) => {
    expect(checksum(changed)).not.toBe(checksum(sql))
  })
})

describe('the checksum of MySQL', () => {
  const checksum = (sql: string) => tokenChecksum(sql, mysqlDialect)
  const procedure = 'CREATE PROCEDURE p() BEGIN SELECT 1; END'

  const same: Rows = [
    ['comments of all three kinds', 'SELECT 1', '# a\nSELECT /* b */ 1 -- c'],
    [
      'DELIMITER lines, and the sign that they agree on',
      `${procedure}; SELECT 2;`,
      delimited(`${procedure}//\n SELECT 2//`),
    ],
    ['white space and comments in a body', procedure, 'CREATE PROCEDURE p()\nBEGIN\n  SELECT 1; -- a\nEND'],
    ['white space in a versioned comment', '/*!50003 SELECT 1 */', '/*!50003   SELECT\n1*/'],
    ['optimizer hints', 'SELECT 1', 'SELECT /*+ MAX_EXECUTION_TIME(1000) */ 1'],
  ]
  it.each(same)('stays: %s', (_, sql, changed) => {
    expect(checksum(changed)).toBe(checksum(sql))
  })

  const other: Rows = [
    ['a versioned comment around SQL', 'SELECT 1', '/*!50003 SELECT 1 */'],
    ['its version', '/*!50003 SELECT 1 */', '/*!50004 SELECT 1 */'],
    ['the space behind dashes, which makes a comment of them', 'SELECT 1 -- 1', 'SELECT 1 --1'],
    ['other quotation marks around a string', "SELECT 'a'", 'SELECT "a"'],
    ['back-ticks around a name', 'SELECT a', 'SELECT `a`'],
    ['a space inside an operator', 'SELECT a <=> b', 'SELECT a <= > b'],
    ['the statements of a body', procedure, 'CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 1; END'],
  ]
  it.each(other)('changes: %s', (_, sql, changed) => {
    expect(checksum(changed)).not.toBe(checksum(sql))
  })
})

function delimited(sql: string): string {
  return `DELIMITER //\n${sql}\nDELIMITER ;\n`
}

function atomic(body: string): string {
  return `CREATE FUNCTION f() RETURNS int BEGIN ATOMIC ${body} END`
}

function rule(body: string): string {
  return `CREATE RULE r AS ON INSERT TO t DO ALSO (${body})`
}
