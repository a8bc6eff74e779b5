import { expect, it } from 'vitest'
import { sqliteDialect } from '../sql/sqlite-dialect.ts'
import { tidySql } from './tidy-sql.ts'

it.each([
  [
    'CREATE TABLE notes(id INTEGER PRIMARY KEY, -- the key\n  size DECIMAL(10, 2) DEFAULT (1+2),\n\tCHECK (size > 0)) STRICT,  WITHOUT ROWID',
    'CREATE TABLE notes (\n  id INTEGER PRIMARY KEY,\n  size DECIMAL(10, 2) DEFAULT (1+2),\n  CHECK (size > 0)\n) STRICT, WITHOUT ROWID',
  ],
  ['CREATE INDEX i\n  ON notes (\n    body /* all */,\n    id\n  )', 'CREATE INDEX i ON notes (body, id)'],
  ['CREATE VIRTUAL TABLE f USING fts5(a,\n b)', 'CREATE VIRTUAL TABLE f USING fts5(a, b)'],
  [
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT 'x;  y';\n  SELECT 2;\nEND",
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 'x;  y'; SELECT 2; END",
  ],
  ["CREATE VIEW v AS SELECT 'unterminated", "CREATE VIEW v AS SELECT 'unterminated"],
])('%s becomes %s', (sql, tidy) => {
  expect(tidySql(sql, sqliteDialect)).toBe(tidy)
})
