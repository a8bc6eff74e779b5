import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import type { ScriptMode } from '../model/dialect.ts'
import { Lexer } from './lexer.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { scriptFacts } from './script-facts.ts'
import { readSection } from './section-reader.ts'
import { toScript } from './to-script.ts'

function check(sql: string, mode: ScriptMode = 'transaction') {
  const lexer = new Lexer(sql, postgresDialect, { file: '001_a.sql', migration: '001_a' })
  return readSection(lexer, postgresDialect, { mode, part: 'up' }).statements
}
const refused = (sql: string, mode?: ScriptMode) => {
  const error = thrown(() => check(sql, mode))
  expect(error.code).toBe('MIGRATION_FORBIDDEN')
  return error
}

describe('PostgreSQL refuses', () => {
  it('what begins or ends a transaction, in both modes, with line and column', () => {
    const statements = [
      'BEGIN',
      'START TRANSACTION',
      'COMMIT AND CHAIN',
      'END',
      'ABORT',
      'rollback',
      'ROLLBACK TO a',
    ]
    for (const sql of [
      ...statements,
      'SAVEPOINT a',
      'RELEASE a',
      "PREPARE TRANSACTION 'a'",
      "COMMIT PREPARED 'a'",
    ]) {
      expect(refused(sql).message).toContain('would begin or end the transaction')
      expect(refused(sql, 'none').message).toContain('each statement stands alone')
    }
    expect(refused('SELECT 1;\n/* a */ COMMIT').details).toMatchObject({ line: 2, column: 9, statement: 2 })
    expect(check('PREPARE transactions AS SELECT 1')).toHaveLength(1)
  })

  it('in a transaction what cannot run in one, and names the header that allows it', () => {
    const statements = {
      'CREATE INDEX CONCURRENTLY': 'create unique index /* a */ concurrently if not exists i on t (a)',
      'DROP INDEX CONCURRENTLY': 'DROP INDEX CONCURRENTLY i',
      'REINDEX CONCURRENTLY': 'REINDEX (VERBOSE) TABLE CONCURRENTLY t',
      'REINDEX DATABASE': 'REINDEX DATABASE d',
      VACUUM: 'VACUUM (FULL) t',
      'CREATE DATABASE': 'CREATE DATABASE d',
      'DROP DATABASE': 'DROP DATABASE IF EXISTS d',
      'CREATE TABLESPACE': "CREATE TABLESPACE s LOCATION '/s'",
      'ALTER SYSTEM': "ALTER SYSTEM SET work_mem = '1GB'",
      'ALTER DATABASE … SET TABLESPACE': 'ALTER DATABASE d SET TABLESPACE s',
      'DETACH PARTITION … CONCURRENTLY': 'ALTER TABLE a DETACH PARTITION b CONCURRENTLY',
      'CLUSTER without a table': 'CLUSTER (VERBOSE)',
    }
    for (const [name, sql] of Object.entries(statements)) {
      const error = refused(sql)
      expect(error.message).toContain(`${name}, cannot run inside a transaction`)
      expect(error.hint).toContain('"-- Transaction: none"')
      expect(check(sql, 'none')).toHaveLength(1)
      expect(postgresDialect.alone.get(check(sql, 'none')[0]?.verb ?? '')?.(sql)).toBe(true)
    }
    expect(refused('REINDEX (CONCURRENTLY) INDEX i').code).toBe('MIGRATION_FORBIDDEN')
  })

  it('settings that would outlast the migration, and says how to write them', () => {
    expect(refused('SET search_path TO a').hint).toContain('SET LOCAL search_path')
    expect(refused('SET SESSION work_mem = 1').message).toContain('SET work_mem, would outlast the migration')
    expect(refused("SET TIME ZONE 'UTC'").hint).toContain('SET LOCAL TIME ZONE')
    expect(refused('SET ROLE a').hint).toContain('SET LOCAL ROLE')
    expect(refused('SET SESSION AUTHORIZATION a').hint).toContain('SET LOCAL SESSION AUTHORIZATION')
    for (const sql of [
      'SET TRANSACTION READ ONLY',
      'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY',
      'RESET ALL',
    ]) {
      expect(refused(sql).hint).toContain('Remove the statement')
    }
    expect(refused("SELECT pg_catalog.set_config('search_path', '', false)").hint).toContain('third argument')
    expect(refused('SET search_path TO a', 'none').hint).toContain('name the schema')
    expect(refused('SET LOCAL search_path TO a', 'none').message).toContain(
      'does nothing outside a transaction',
    )
  })

  it('what would give up the lock of the run', () => {
    for (const sql of ['DISCARD ALL', 'SELECT pg_advisory_unlock_all()']) {
      expect(refused(sql).message).toContain('give up the lock')
      expect(refused(sql, 'none').message).toContain('give up the lock')
    }
  })

  it('rows from and for the client, before it reads them as SQL', () => {
    const error = refused("COPY t (a, b) FROM stdin;\n1\tit's\n\\.\n")
    expect(error.message).toContain('COPY … FROM STDIN, waits for rows')
    expect(error.hint).toContain('INSERT INTO')
    expect(refused('COPY (SELECT 1) TO STDOUT WITH (FORMAT csv)').message).toContain('COPY … TO STDOUT')
    expect(check("COPY t FROM '/srv/stdin.csv'")).toHaveLength(1)
  })

  it('the use of an enum value in the transaction that adds it', () => {
    const add = "ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'it''s' AFTER 'ok';"
    const error = refused(`${add}\nUPDATE t SET m = 'it''s'`)
    expect(error.message).toContain("UPDATE, uses 'it's', which was added to the type mood")
    expect(error.hint).toContain('migration of its own')
    expect(error.details).toMatchObject({ line: 2, statement: 2 })
    expect(
      check(`${add} ALTER TYPE app.mood ADD VALUE 'b' AFTER 'it''s'; UPDATE t SET m = 'ok'`),
    ).toHaveLength(3)
    expect(check(`CREATE TYPE mood AS ENUM ('ok'); ${add} UPDATE t SET m = 'it''s'`)).toHaveLength(3)
    expect(check(`${add} UPDATE t SET m = 'it''s'`, 'none')).toHaveLength(2)
  })
})

describe('PostgreSQL accepts in a transaction', () => {
  it.each([
    'CREATE INDEX concurrent ON t (a)',
    'CREATE INDEX "concurrently" ON t (a)',
    'CREATE TABLE concurrently (vacuum int, database text)',
    'REINDEX (CONCURRENTLY FALSE) TABLE t',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY v',
    'CLUSTER t USING i',
    'ALTER TABLE a DETACH PARTITION b',
    "ALTER DATABASE d SET work_mem = '1MB'",
    "SET LOCAL lock_timeout = '1s'",
    'SET CONSTRAINTS ALL DEFERRED',
    "SELECT set_config('search_path', concat('a', 'b'), true)",
    "SELECT 'set_config'",
    "INSERT INTO t VALUES ('COMMIT;')",
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END',
    'DO $$ BEGIN PERFORM 1; END $$',
  ])('%s', (sql) => {
    expect(check(sql)).toHaveLength(1)
  })

  it('and lets stand alone, outside of one, only what may have to', () => {
    const alone = (sql: string) =>
      postgresDialect.alone.get(check(sql, 'none')[0]?.verb ?? '')?.(sql) ?? false
    for (const sql of [
      'CREATE TABLE a (b int)',
      'DROP INDEX i',
      'ALTER TABLE a ADD b int',
      'DO $$ BEGIN END $$',
    ])
      expect(alone(sql)).toBe(false)
    for (const sql of ['CALL p()', 'DO $$ BEGIN COMMIT; END $$', 'REINDEX TABLE t', 'CREATE SUBSCRIPTION s'])
      expect(alone(sql)).toBe(true)
  })
})

describe('the facts of a script for PostgreSQL', () => {
  it('hold the names of strings that may be run, and keywords of the engine', () => {
    const script = toScript(
      `DO $$ BEGIN EXECUTE 'DROP TABLE Users'; END $$; MERGE INTO "Big ""T""" USING s ON true WHEN MATCHED THEN DELETE`,
      { dialect: postgresDialect },
    )
    const { names, keywords } = scriptFacts(script, postgresDialect)
    for (const name of ['users', 'big "t"', 's']) expect(names).toContain(name)
    expect([...keywords].sort()).toEqual(['DELETE', 'DO', 'DROP', 'EXECUTE', 'MERGE', 'TABLE'])
  })
})
