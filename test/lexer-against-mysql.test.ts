import { spawnSync } from 'node:child_process'
import { mysqlDialect, toScript } from '@whimbrel/core'
import fc from 'fast-check'
import type { Connection } from 'mysql2/promise'
import { afterAll, describe, expect, it } from 'vitest'
import { type MysqlServer, mysqlServer } from './mysql-server.ts'

const server = await mysqlServer()
const hasClient = spawnSync('mariadb', ['--version']).status === 0
afterAll(() => server?.close())

function given(): MysqlServer {
  if (server === undefined) throw new Error('without a server these tests do not run')
  return server
}

function split(sql: string): string[] {
  return toScript(sql, { dialect: mysqlDialect }).statements.map(({ start, end }) => sql.slice(start, end))
}

async function rowsOf(connection: Connection, sql: string): Promise<unknown[][]> {
  const [rows] = await connection.query({ sql, rowsAsArray: true })
  return rows as unknown[][]
}

/** What the engine makes of a text with two statements or more: it finds their ends by itself. A comment at the end is one, too. */
async function rowsOfAll(connection: Connection, sql: string): Promise<unknown[]> {
  return (await rowsOf(connection, sql)).filter((rows) => Array.isArray(rows))
}

const value = fc.constantFrom(
  "'a'",
  "''",
  "'it''s;'",
  "'\\';'",
  '"it\'s;"',
  '"a""b\\";"',
  "'\\\\'",
  "'--'",
  "'/*'",
  "'#'",
  "'\n'",
  "'ü名'",
  "N'a;'",
  "x'3B'",
  "_utf8mb4'a;'",
  '1',
  '-2',
  '5--3',
  '.5',
  '1e3',
  '0x3B',
  "b'01'",
  'NULL',
  'CASE WHEN 1 THEN 2 ELSE 3 END',
  'IF(1, 2, 3)',
  "REPEAT('a;', 2)",
  '1 <=> 1',
  '/*! 7, */ 8',
  '/*!40100 9, */ 10',
  '/*M! 11, */ 12',
  '/* 13, ; */ 14',
  '1 AS `b;``c`',
  '1 AS 1st',
  '1 AS begin',
)
const statement = fc
  .array(value, { minLength: 1, maxLength: 4 })
  .map((values) => `SELECT ${values.join(', ')}`)
const gap = fc
  .array(
    fc.constantFrom(
      ' ',
      '\n',
      '\t',
      '\r\n',
      "-- it's;\n",
      '# ; "\n',
      "/* ; ' */",
      '--\n',
      '/**/',
      '\f',
      '\v',
    ),
    {
      maxLength: 3,
    },
  )
  .map((parts) => parts.join(''))

/** Statements with bodies, as their authors write them; each leaves something that can be asked for. */
const bodies = [
  "CREATE PROCEDURE p1() BEGIN DECLARE i INT DEFAULT 0; WHILE i < 3 DO SET i = i + 1; END WHILE; SELECT ';', i; END",
  'CREATE FUNCTION f1(a INT) RETURNS INT DETERMINISTIC BEGIN IF a > 1 THEN RETURN CASE a WHEN 2 THEN 20 ELSE 30 END; ELSEIF a = 1 THEN RETURN IF(a, 10, 0); END IF; RETURN -1; END',
  'CREATE FUNCTION f2() RETURNS INT NO SQL RETURN 1',
  'CREATE DEFINER = CURRENT_USER PROCEDURE p2() l: BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END; REPEAT LEAVE l; UNTIL 1 = 1 END REPEAT; m: LOOP LEAVE m; END LOOP m; END l',
  'CREATE TRIGGER t1 BEFORE INSERT ON a FOR EACH ROW IF NEW.b < 0 THEN SET NEW.b = 0; END IF',
  "/*!50003 CREATE*/ /*!50003 TRIGGER t2 AFTER INSERT ON a FOR EACH ROW BEGIN SET @seen = 'x;'; END */",
  'CREATE EVENT e1 ON SCHEDULE EVERY 1 DAY DISABLE DO BEGIN DELETE FROM a; DO SLEEP(0); END',
  'CREATE PROCEDURE p3() BEGIN CASE 1 WHEN 1 THEN BEGIN END; ELSE SELECT `end` FROM a; END CASE; SELECT b AS end FROM a; END',
]

describe.skipIf(server === undefined)('our lexer and MySQL or MariaDB', () => {
  it('end every statement of a script at the same place, whatever stands between', async () => {
    const { connection } = given()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(statement, gap), { minLength: 2, maxLength: 5 }),
        gap,
        async (all, front) => {
          const wanted = all.map(([text]) => text)
          const sql = front + all.map(([text, behind]) => `${text} ;${behind}`).join('')
          expect(split(sql)).toEqual(wanted)
          const one = await Promise.all(wanted.map((text) => rowsOf(connection, text)))
          expect(await rowsOfAll(connection, sql)).toEqual(one)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('keep the same bodies together, with and without DELIMITER', async () => {
    const { connection, database } = given()
    const scripts = [bodies.map((body) => `${body};`).join('\n'), delimited('$$'), delimited('//')]
    for (const sql of scripts) {
      await connection.query('CREATE OR REPLACE TABLE a (b INT, `end` INT)')
      expect(split(sql)).toEqual(bodies)
      for (const body of split(sql)) await connection.query(body)
      expect(await objects(connection, database)).toEqual([
        'a',
        'e1',
        'f1',
        'f2',
        'p1',
        'p2',
        'p3',
        't1',
        't2',
      ])
      expect(await rowsOf(connection, 'SELECT f1(2), f1(1), f1(0)')).toEqual([[20, 10, -1]])
      expect((await rowsOf(connection, 'CALL p1()'))[0]).toEqual([[';', 3]])
      await dropAll(connection)
    }
  })

  it.skipIf(!hasClient)('understand DELIMITER as the client does', async () => {
    const { connection, url, database } = given()
    await connection.query('CREATE OR REPLACE TABLE a (b INT, `end` INT)')
    const sql = `${delimited('$$')}\nINSERT INTO a (b) VALUES (-1);`
    const options = ['-h', url.hostname, '-P', url.port || '3306', '-u', decodeURIComponent(url.username)]
    const { stderr, status } = spawnSync('mariadb', [...options, database], {
      input: sql,
      encoding: 'utf8',
      env: { ...process.env, MYSQL_PWD: decodeURIComponent(url.password) },
    })
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    const theirs = await objects(connection, database)
    await dropAll(connection)
    await connection.query('CREATE OR REPLACE TABLE a (b INT, `end` INT)')
    for (const each of split(sql)) await connection.query(each)
    expect(await objects(connection, database)).toEqual(theirs)
    expect(await rowsOf(connection, 'SELECT b FROM a')).toEqual([[0]])
    await dropAll(connection)
  })
})

function delimited(sign: string): string {
  return `DELIMITER ${sign}\n${bodies.map((body) => `${body}${sign}`).join('\n-- ;\n')}\nDELIMITER ;\n`
}

async function objects(connection: Connection, database: string): Promise<unknown[]> {
  const rows = await rowsOf(
    connection,
    `SELECT table_name FROM information_schema.tables WHERE table_schema = '${database}'
     UNION SELECT routine_name FROM information_schema.routines WHERE routine_schema = '${database}'
     UNION SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = '${database}'
     UNION SELECT event_name FROM information_schema.events WHERE event_schema = '${database}' ORDER BY 1`,
  )
  return rows.flat()
}

async function dropAll(connection: Connection): Promise<void> {
  await connection.query(
    'DROP TABLE a; DROP EVENT e1; DROP FUNCTION f1; DROP FUNCTION f2; DROP PROCEDURE p1; DROP PROCEDURE p2; DROP PROCEDURE p3',
  )
}
