import { describe, expect, it } from 'vitest'
import { thrown } from '../../test/thrown.ts'
import { checkProtectedTables } from './protected-tables.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { toScript } from './to-script.ts'

const tables = ['schema_migrations', 'schema_migrations_history']

function check(sql: string, names: readonly string[] = tables): void {
  checkProtectedTables(toScript(sql, { dialect: sqliteDialect, file: '001_a.sql' }), names, sqliteDialect)
}

const refused: readonly string[] = [
  'CREATE TABLE schema_migrations (a)',
  'CREATE TABLE IF NOT EXISTS main.schema_migrations (a)',
  'CREATE TEMP TABLE Schema_Migrations AS SELECT 1',
  'CREATE TEMPORARY VIEW [schema_migrations] AS SELECT 1',
  'CREATE VIRTUAL TABLE schema_migrations USING fts5(a)',
  'CREATE VIEW schema_migrations AS SELECT 1',
  'CREATE UNIQUE INDEX i ON schema_migrations_history (a)',
  'CREATE TRIGGER t BEFORE INSERT ON "schema_migrations" BEGIN SELECT RAISE(IGNORE); END',
  'CREATE TEMP TRIGGER t AFTER UPDATE OF a, b ON main.schema_migrations BEGIN SELECT 1; END',
  'CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; DELETE FROM schema_migrations; END',
  'CREATE TRIGGER t INSTEAD OF DELETE ON v BEGIN INSERT INTO schema_migrations VALUES (1); END',
  'ALTER TABLE `schema_migrations` ADD COLUMN a',
  'ALTER TABLE old RENAME TO schema_migrations',
  'DROP TABLE schema_migrations',
  'DROP TABLE IF EXISTS main."schema_migrations"',
  'drop view temp.schema_migrations',
  'INSERT INTO schema_migrations VALUES (1)',
  'INSERT OR REPLACE INTO main . schema_migrations VALUES (1)',
  "INSERT INTO 'schema_migrations' VALUES (1)",
  'REPLACE INTO schema_migrations VALUES (1)',
  'UPDATE schema_migrations SET checksum = 1',
  'UPDATE OR IGNORE schema_migrations SET checksum = 1',
  'DELETE FROM schema_migrations',
  'WITH a AS (SELECT 1) DELETE /* all */ FROM schema_migrations WHERE 1',
  'WITH a AS (SELECT 1) INSERT INTO schema_migrations SELECT * FROM a',
]

const accepted: readonly string[] = [
  'SELECT * FROM schema_migrations',
  'CREATE TABLE copy AS SELECT * FROM schema_migrations',
  'INSERT INTO log SELECT version FROM schema_migrations',
  'CREATE VIEW v AS SELECT * FROM a JOIN schema_migrations ON schema_migrations.version = a.id',
  'DELETE FROM a WHERE id IN (SELECT version FROM schema_migrations)',
  'CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO log SELECT 1 FROM schema_migrations; END',
  'CREATE TABLE schema_migrations_archive (schema_migrations TEXT)',
  'ALTER TABLE a RENAME COLUMN b TO schema_migrations',
  "INSERT INTO a VALUES ('DROP TABLE schema_migrations')",
  'DROP TABLE a -- schema_migrations',
  'CREATE TABLE a (b REFERENCES c ON UPDATE CASCADE ON DELETE CASCADE)',
  'INSERT INTO a VALUES (1) ON CONFLICT DO UPDATE SET b = 2',
]

describe('a tracking table may not be changed by a migration', () => {
  it.each(refused)('%s', (sql) => {
    expect(thrown(() => check(`SELECT 1;\n${sql};`)).details).toMatchObject({
      file: '001_a.sql',
      line: 2,
      statement: 2,
    })
  })

  it('names the table and what to do instead', () => {
    const error = thrown(() => check('DROP TABLE schema_migrations_history'))
    expect(error.code).toBe('MIGRATION_FORBIDDEN')
    expect(error.message).toBe(
      '001_a.sql, line 1: statement 1 (DROP) would change schema_migrations_history, where the tool keeps its own records',
    )
    expect(error.hint).toContain('another name')
  })

  it('protects a name that needs quotation marks', () => {
    expect(thrown(() => check('DROP TABLE "my ""runs"""', ['my "runs"'])).code).toBe('MIGRATION_FORBIDDEN')
  })
})

describe('a tracking table may be read, and others may be changed', () => {
  it.each(accepted)('%s', (sql) => {
    expect(() => check(`${sql};`)).not.toThrow()
  })
})
