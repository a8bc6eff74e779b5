import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sqliteDialect } from '../sql/sqlite-dialect.ts'
import { canonicalSql } from './canonical-sql.ts'
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

const space = fc.constantFrom(' ', '\n', '\t', ' /* a, comment ( */ ', ' -- another;\n')
const word = fc.constantFrom(
  'id',
  'INTEGER',
  "'a,  b)'",
  '"a (b"',
  '1.5',
  'CHECK',
  '(a > 1)',
  'REFERENCES',
  'x',
)
const columns = fc.array(fc.array(fc.tuple(space, word), { minLength: 1 }), { minLength: 1 })

it('says the same, the same way, however a table was written', () => {
  fc.assert(
    fc.property(columns, (all) => {
      const written = all.map((column) => column.flat().join(''))
      const plain = all.map((column) => column.map(([, each]) => ` ${each}`).join(''))
      const tidy = tidySql(`CREATE TABLE t (${written.join(',')})`, sqliteDialect)
      expect(canonicalSql(tidy, sqliteDialect)).toBe(
        canonicalSql(`CREATE TABLE t (${written.join()})`, sqliteDialect),
      )
      expect(tidySql(tidy, sqliteDialect)).toBe(tidy)
      expect(tidySql(`CREATE TABLE t (${plain.join(' ,')} )`, sqliteDialect)).toBe(tidy)
    }),
  )
})
