import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { statementHint } from './statement-hint.ts'

/** The engine's own words about a statement. */
function complaint(...statements: string[]): string {
  const handle = new Database(':memory:')
  handle.exec(
    'CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT UNIQUE, CHECK (id > 0)); CREATE INDEX i ON birds (id)',
  )
  handle.exec("INSERT INTO birds VALUES (1, 'a')")
  try {
    for (const statement of statements) handle.exec(statement)
  } catch (error) {
    return (error as Error).message
  } finally {
    handle.close()
  }
  throw new Error('SQLite did not complain')
}

it.each([
  ['INSERT INTO brids VALUES (1)', 'Did you mean "birds"?'],
  ['INSERT INTO trees VALUES (1)', 'Check the spelling of trees'],
  ['SELECT colour FROM birds', 'Check the spelling of colour'],
  ['CREATE TABLE birds (x)', 'baseline'],
  ['ALTER TABLE birds ADD COLUMN name', 'baseline'],
  ["INSERT INTO birds VALUES (2, 'a')", 'birds.name'],
  ['INSERT INTO birds VALUES (-1, NULL)', 'rows that break the rule'],
  ['ALTER TABLE birds ADD COLUMN x NOT NULL', 'DEFAULT'],
  ["ALTER TABLE birds ADD COLUMN x DEFAULT (datetime('now'))", 'constant default'],
  ['ALTER TABLE birds ADD COLUMN x UNIQUE', 'CREATE UNIQUE INDEX'],
  ['ALTER TABLE birds DROP COLUMN name', 'Drop the index'],
  ['CREAT TABLE x (y)', 'Correct the SQL'],
  ['SELECT nonsense(1)', 'Correct the statement'],
])('says what to do about %s', (statement, part) => {
  expect(statementHint(complaint(statement), () => ['birds', 'nests'])).toContain(part)
})
