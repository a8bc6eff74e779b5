import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import type { Dialect } from '../model/dialect.ts'
import { mysqlDialect } from './mysql-dialect.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { checkProtectedTables } from './protected-tables.ts'
import { toScript } from './to-script.ts'

const check = (sql: string, dialect: Dialect) =>
  checkProtectedTables(toScript(sql, { dialect, file: 'a.sql' }), ['schema_migrations'], dialect)
const refused = (sql: string, dialect: Dialect) => {
  const error = thrown(() => check(sql, dialect))
  expect(error.code).toBe('MIGRATION_FORBIDDEN')
  expect(error.message).toContain('would change schema_migrations')
}

describe('the tracking tables are protected', () => {
  it.each([
    'DROP TABLE a, app.schema_migrations CASCADE',
    'DROP TABLE IF EXISTS a.b, "schema_migrations"',
    'TRUNCATE a *, ONLY schema_migrations',
    'UPDATE ONLY schema_migrations SET a = 1',
    'DELETE FROM ONLY schema_migrations',
    'ALTER TABLE IF EXISTS ONLY schema_migrations ADD a int',
    'CREATE INDEX CONCURRENTLY i ON schema_migrations (a)',
    'CREATE UNLOGGED TABLE IF NOT EXISTS schema_migrations (a int)',
    'CREATE MATERIALIZED VIEW schema_migrations AS SELECT 1',
    "COPY schema_migrations (a) FROM '/srv/a'",
    'MERGE INTO schema_migrations USING a ON true WHEN MATCHED THEN DELETE',
    'SELECT 1 AS a INTO schema_migrations',
    'WITH a AS (DELETE FROM schema_migrations RETURNING *) SELECT * FROM a',
    'DELETE FROM U&"schema\\005fmigrations"; SELECT \'schema_migrations\'',
    'CREATE FUNCTION f(int) RETURNS int BEGIN ATOMIC DELETE FROM schema_migrations WHERE version = $1; END',
  ])('on PostgreSQL: %s', (sql) => refused(sql, postgresDialect))

  it.each([
    'DROP TABLE a, `schema_migrations`',
    'RENAME TABLE a TO b, schema_migrations TO c',
    'INSERT schema_migrations VALUES (1)',
    'INSERT LOW_PRIORITY IGNORE schema_migrations SET a = 1',
    'REPLACE schema_migrations VALUES (1)',
    'UPDATE IGNORE a, app.schema_migrations SET b = 1',
    'DELETE a, schema_migrations FROM a JOIN schema_migrations',
    'DELETE QUICK FROM schema_migrations',
    "LOAD DATA INFILE 'a' INTO TABLE schema_migrations",
    'TRUNCATE schema_migrations',
    'CREATE PROCEDURE p() BEGIN DELETE FROM schema_migrations; END',
    '/*!50000 DROP TABLE schema_migrations */',
  ])('on MySQL: %s', (sql) => refused(sql, mysqlDialect))

  it('and may be read', () => {
    check(
      'SELECT * FROM schema_migrations; CREATE VIEW v AS SELECT * FROM a, schema_migrations',
      postgresDialect,
    )
    check('CREATE TABLE a (b int REFERENCES c ON DELETE CASCADE, schema_migrations int)', postgresDialect)
    check("COPY schema_migrations TO '/srv/a'", postgresDialect)
    check("INSERT INTO a SELECT REPLACE(b, 'c', 'd') FROM schema_migrations", mysqlDialect)
  })
})
