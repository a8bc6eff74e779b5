import { sqliteDialect, sqlTokens } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { statementAction } from './statement-action.ts'

const action = (sql: string) => statementAction(sqlTokens(sql, sqliteDialect))

describe('what a statement does', () => {
  it.each([
    ['CREATE TABLE a (b)', { kind: 'table', name: 'a', on: undefined, unique: false, lenient: false }],
    ['create temp table if not exists main."a b" (b)', { kind: 'table', name: 'a b', lenient: true }],
    ['CREATE TABLE a AS SELECT 1', { kind: 'table', name: 'a' }],
    ['CREATE VIRTUAL TABLE a USING fts5 (b)', { kind: 'table', name: 'a' }],
    ['CREATE UNIQUE INDEX i ON [a] (b)', { kind: 'index', name: 'i', on: 'a', unique: true }],
    ['CREATE INDEX `i` ON a (b)', { kind: 'index', name: 'i', on: 'a', unique: false }],
    ['CREATE VIEW v (x) AS SELECT 1', { kind: 'view', name: 'v' }],
    [
      'CREATE TRIGGER t AFTER UPDATE OF x, y ON a BEGIN SELECT 1; END',
      { kind: 'trigger', name: 't', on: 'a' },
    ],
    ['CREATE TRIGGER t INSTEAD OF INSERT ON main.a BEGIN SELECT 1; END', { kind: 'trigger', on: 'a' }],
  ])('is to create: %s', (sql, expected) => {
    expect(action(sql)).toMatchObject({ does: 'create', ...expected })
  })

  it.each([
    ['DROP TABLE a', { does: 'drop', kind: 'table', name: 'a', lenient: false }],
    ['DROP INDEX IF EXISTS main.i', { does: 'drop', kind: 'index', name: 'i', lenient: true }],
    ['ALTER TABLE main.a RENAME TO b', { does: 'rename-table', table: 'a', to: 'b' }],
    ['ALTER TABLE a ADD COLUMN b TEXT', { does: 'add-column', table: 'a', column: 'b' }],
    ['ALTER TABLE a ADD "b c" TEXT', { does: 'add-column', table: 'a', column: 'b c' }],
    ['ALTER TABLE a DROP COLUMN b', { does: 'drop-column', table: 'a', column: 'b' }],
    ['ALTER TABLE a DROP b', { does: 'drop-column', table: 'a', column: 'b' }],
    ['ALTER TABLE a RENAME COLUMN b TO c', { does: 'alter', table: 'a' }],
    ['ALTER TABLE a RENAME b TO c', { does: 'alter', table: 'a' }],
    ['ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0)', { does: 'alter', table: 'a' }],
    ['ALTER TABLE a DROP CONSTRAINT c', { does: 'alter', table: 'a' }],
    ['ALTER TABLE a ALTER COLUMN b SET NOT NULL', { does: 'alter', table: 'a' }],
  ])('is to change the schema: %s', (sql, expected) => {
    expect(action(sql)).toMatchObject(expected)
  })

  it.each([
    ['INSERT INTO a VALUES (1)', { replaces: false, columns: undefined, selects: false, star: false }],
    ['INSERT INTO a (b, "c") VALUES (1, (SELECT 2))', { columns: ['b', 'c'], selects: false }],
    ['INSERT INTO a SELECT * FROM b', { columns: undefined, selects: true, star: true }],
    ['INSERT INTO a SELECT b.* FROM b', { star: true }],
    ['INSERT INTO a SELECT count(*), x * 2 FROM b', { selects: true, star: false }],
    ['INSERT INTO a SELECT x, y FROM b WHERE EXISTS (SELECT * FROM c)', { star: false }],
    ['WITH c AS (SELECT 1) INSERT INTO a (b) SELECT * FROM c', { columns: ['b'], star: true }],
    ['INSERT OR REPLACE INTO main.a (b) VALUES (1)', { replaces: true, table: 'a' }],
    ['REPLACE INTO a (b) VALUES (1)', { replaces: true }],
    ['INSERT OR IGNORE INTO a (b) VALUES (1)', { replaces: false }],
  ])('is to insert: %s', (sql, expected) => {
    expect(action(sql)).toMatchObject({ does: 'insert', table: 'a', ...expected })
  })

  it.each([
    ['UPDATE a SET b = 1', { does: 'update', table: 'a', where: false }],
    ['UPDATE OR IGNORE a SET b = (SELECT 1 WHERE 1)', { does: 'update', table: 'a', where: false }],
    ['WITH c AS (SELECT 1 WHERE 1) UPDATE a SET b = 1 WHERE b IS NULL', { does: 'update', where: true }],
    ['DELETE FROM a', { does: 'delete', table: 'a', where: false }],
    ['DELETE FROM main.a WHERE b', { does: 'delete', table: 'a', where: true }],
    ['SELECT 1', { does: 'other' }],
    ['PRAGMA user_version = 1', { does: 'other' }],
    ['CREATE', { does: 'other' }],
    ['ALTER TABLE', { does: 'alter', table: '' }],
    ['INSERT INTO', { does: 'insert', table: '' }],
  ])('is nothing else: %s', (sql, expected) => {
    expect(action(sql)).toMatchObject(expected)
  })
})
