import { scriptFacts, sqliteDialect, toScript } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { mayDestroy } from './may-destroy.ts'

const judge = (sql: string) =>
  mayDestroy(scriptFacts(toScript(sql, { dialect: sqliteDialect }), sqliteDialect))

describe('mayDestroy', () => {
  it.each([
    'DROP TABLE a',
    'ALTER TABLE a DROP COLUMN b',
    'delete from a',
    'INSERT OR REPLACE INTO a VALUES (1)',
  ])('says yes to %s', (sql) => expect(judge(sql)).toBe(true))

  it.each([
    'CREATE TABLE a (b)',
    'ALTER TABLE a ADD COLUMN b',
    'INSERT INTO a VALUES (1)',
    'UPDATE a SET b = 1',
  ])('says no to %s', (sql) => expect(judge(sql)).toBe(false))
})
