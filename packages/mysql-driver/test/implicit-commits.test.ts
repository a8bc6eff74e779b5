import { mysqlDialect, toScript } from '@whimbrel/core'
import type mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasServer, onServer, type TestDatabase, testDatabase } from './test-server.ts'

/** What the statements need, each of them made anew before it runs. */
const world = [
  'DROP TABLE IF EXISTS t, u, v, w',
  'DROP VIEW IF EXISTS seen',
  'DROP TRIGGER IF EXISTS shout',
  'DROP PROCEDURE IF EXISTS fill',
  'DROP PROCEDURE IF EXISTS build',
  'DROP FUNCTION IF EXISTS one',
  'DROP EVENT IF EXISTS nightly',
  'DROP SEQUENCE IF EXISTS keys_of',
  'CREATE TABLE t (id integer PRIMARY KEY, note varchar(20)) ENGINE = InnoDB',
  'CREATE TABLE u LIKE t',
  'CREATE VIEW seen AS SELECT id FROM t',
  'CREATE TRIGGER shout BEFORE INSERT ON t FOR EACH ROW SET NEW.note = upper(NEW.note)',
  'CREATE PROCEDURE fill() INSERT INTO u VALUES (7, NULL)',
  'CREATE PROCEDURE build() CREATE TABLE w (id integer)',
  'CREATE FUNCTION one() RETURNS integer RETURN 1',
  'CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM t',
  'CREATE SEQUENCE keys_of',
  'CREATE TEMPORARY TABLE IF NOT EXISTS passing (id integer)',
  "PREPARE making FROM 'CREATE TABLE IF NOT EXISTS v (id integer)'",
]

/** Statements by which the server commits. `USER` and `DATABASE` become names that nobody else has. */
const committing = [
  'ALTER TABLE t ADD COLUMN size integer',
  'alter /* it */ table t add column size integer',
  '/*!50000 ALTER TABLE t ADD COLUMN size integer */',
  '/*M!100100 ALTER TABLE t ADD COLUMN size integer */',
  'ALTER VIEW seen AS SELECT note FROM t',
  "ALTER PROCEDURE fill COMMENT 'fills'",
  "ALTER FUNCTION one COMMENT 'one'",
  'ALTER EVENT nightly ENABLE',
  'ALTER SEQUENCE keys_of RESTART 5',
  'ALTER TABLE passing ADD COLUMN size integer',
  'ALTER DATABASE CHARACTER SET utf8mb4',
  'ANALYZE TABLE t',
  'ANALYZE LOCAL TABLE t',
  'CHECK TABLE t',
  'CREATE TABLE v (id integer)',
  'CREATE TABLE IF NOT EXISTS t (id integer)',
  'CREATE TABLE v AS SELECT * FROM t',
  'CREATE OR REPLACE TABLE t (id integer)',
  'CREATE INDEX by_note ON t (note)',
  'CREATE UNIQUE INDEX by_note ON t (note)',
  'CREATE VIEW v AS SELECT 1 AS one',
  'CREATE OR REPLACE VIEW seen AS SELECT 1 AS one',
  'CREATE TRIGGER whisper BEFORE UPDATE ON t FOR EACH ROW SET NEW.note = lower(NEW.note)',
  'CREATE PROCEDURE more() SELECT 1',
  'CREATE FUNCTION two() RETURNS integer RETURN 2',
  'CREATE EVENT weekly ON SCHEDULE EVERY 7 DAY DISABLE DO DELETE FROM t',
  'CREATE SEQUENCE more_keys',
  'CREATE DATABASE DATABASE',
  'CREATE SCHEMA IF NOT EXISTS DATABASE',
  'CREATE USER USER',
  'CREATE ROLE IF NOT EXISTS USER',
  "CREATE SERVER IF NOT EXISTS USER FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1')",
  'DROP SERVER IF EXISTS USER',
  'DROP DATABASE IF EXISTS DATABASE',
  'DROP TABLE t',
  'DROP TABLE IF EXISTS nothing',
  'DROP INDEX `PRIMARY` ON t',
  'DROP VIEW seen',
  'DROP TRIGGER shout',
  'DROP PROCEDURE fill',
  'DROP FUNCTION one',
  'DROP EVENT nightly',
  'DROP SEQUENCE keys_of',
  'DROP USER IF EXISTS USER',
  'DROP ROLE IF EXISTS USER',
  'RENAME TABLE t TO v',
  'TRUNCATE TABLE t',
  'TRUNCATE t',
  'OPTIMIZE TABLE t',
  'REPAIR TABLE t',
  'FLUSH TABLES t',
  'FLUSH STATUS',
  'CALL build()',
  'EXECUTE making',
  "EXECUTE IMMEDIATE 'CREATE TABLE v (id integer)'",
  'BEGIN NOT ATOMIC CREATE TABLE v (id integer); END',
  'IF 1 = 1 THEN CREATE TABLE v (id integer); END IF',
  'CASE 1 WHEN 1 THEN CREATE TABLE v (id integer); END CASE',
  'FOR i IN 1 .. 1 DO CREATE TABLE v (id integer); END FOR',
  'WHILE 1 = 1 DO CREATE TABLE v (id integer); END WHILE',
  'REPEAT CREATE TABLE v (id integer); UNTIL 1 = 1 END REPEAT',
  'SET STATEMENT max_statement_time = 60 FOR CREATE TABLE v (id integer)',
  'SET STATEMENT sort_buffer_size = 200000, max_statement_time = 60 FOR ALTER TABLE t ADD COLUMN size integer',
]

/** Statements that leave the transaction as it is, and of which the rules must not say otherwise. */
const staying = [
  "INSERT INTO t VALUES (1, 'a')",
  "REPLACE INTO t VALUES (1, 'a')",
  'UPDATE t SET note = NULL',
  'DELETE FROM t',
  'WITH a AS (SELECT 1 AS id) SELECT * FROM a',
  'SELECT one()',
  'DO one()',
  'SELECT id FROM t FOR UPDATE',
  'SET @mine = 1',
  'SET STATEMENT max_statement_time = 60 FOR INSERT INTO t VALUES (1, NULL)',
  "SET STATEMENT max_statement_time = 60 FOR SELECT 'FOR CREATE TABLE'",
  'CREATE TEMPORARY TABLE brief (id integer)',
  'CREATE TEMPORARY TABLE IF NOT EXISTS brief (id integer)',
  'CREATE OR REPLACE TEMPORARY TABLE brief (id integer)',
  'DROP TEMPORARY TABLE IF EXISTS brief',
  'DROP TEMPORARY TABLE brief',
  'EXPLAIN SELECT * FROM t',
  'ANALYZE SELECT * FROM t',
  'ANALYZE FORMAT = JSON SELECT * FROM t',
  'SHOW CREATE TABLE t',
  'DESCRIBE t',
  "PREPARE making FROM 'SELECT 1'",
  'DEALLOCATE PREPARE making',
  'HANDLER t OPEN',
  'CHECKSUM TABLE t',
  'SELECT nextval(keys_of)',
  'HELP "CREATE"',
]

/** What may commit: it depends on the server, or on what it runs. */
const either = [
  'CACHE INDEX t IN default',
  'LOAD INDEX INTO CACHE t',
  'CALL fill()',
  'BEGIN NOT ATOMIC INSERT INTO t VALUES (1, NULL); END',
  "EXECUTE IMMEDIATE 'SELECT 1'",
]

describe.runIf(await hasServer())('a statement that the rules of the dialect know', () => {
  let database: TestDatabase
  let client: mysql.Connection
  let name: string

  beforeAll(async () => {
    database = await testDatabase()
    client = await database.client()
    name = `${database.name.slice(0, 20)}_c`
  })
  afterAll(async () => {
    const drops = [`DATABASE IF EXISTS ${name}`, `USER IF EXISTS ${name}`, `ROLE IF EXISTS ${name}`]
    await onServer(async (server) => {
      for (const drop of [...drops, `SERVER IF EXISTS ${name}`]) await server.query(`DROP ${drop}`)
    })
    await database.remove()
  })

  /** Whether the transaction around it is over behind it, whatever the statement itself answers. */
  async function ends(statement: string): Promise<boolean> {
    for (const sql of world) await client.query(sql)
    await client.query('START TRANSACTION')
    await client.query("INSERT INTO u VALUES (99, 'open')")
    await client.query(statement).catch(() => undefined)
    const [rows] = await client.query('SELECT @@in_transaction AS open')
    await client.query('ROLLBACK')
    return (rows as { open: number }[])[0]?.open === 0
  }

  /** What the plan says beforehand. */
  function commits(statement: string): boolean {
    const [only, second] = toScript(statement, { dialect: mysqlDialect }).statements
    expect(second).toBeUndefined()
    return mysqlDialect.commits.get(only?.verb ?? '')?.(statement) === true
  }

  const named = (statement: string) =>
    statement.replace(/\b(?:USER|DATABASE)$|\b(?:USER|DATABASE)(?= FOREIGN)/, () => name)

  it.each(committing)('commits, and the plan says so: %s', async (statement) => {
    const sql = named(statement)
    expect([await ends(sql), commits(sql)]).toEqual([true, true])
  })

  it.each(staying)('stays in its transaction: %s', async (statement) => {
    expect([await ends(statement), commits(statement)]).toEqual([false, false])
  })

  it.each(either)('may commit, and counts as if it did: %s', (statement) => {
    expect(commits(statement)).toBe(true)
  })
})
