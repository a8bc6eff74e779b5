import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/fixture.ts'
import { fillTables, type LintFinding } from '../src/index.ts'
import { LintedDatabase } from './linted.ts'

/** Two tables, and what may hang on them. */
const schemas = fc
  .record({
    x: fc.constantFrom('TEXT', 'TEXT NOT NULL', "TEXT DEFAULT 'x'", 'TEXT UNIQUE', 'TEXT COLLATE NOCASE'),
    y: fc.constantFrom('INTEGER', 'INTEGER NOT NULL', 'INTEGER CHECK (y >= 0)'),
    action: fc.constantFrom('', 'ON DELETE CASCADE', 'ON DELETE SET NULL', 'ON DELETE RESTRICT'),
    strict: fc.constantFrom('', ' STRICT'),
    more: fc.subarray([
      'CREATE INDEX by_x ON a (x);',
      'CREATE INDEX by_y ON a (y) WHERE x IS NOT NULL;',
      'CREATE VIEW v AS SELECT id, y FROM a;',
      'CREATE TRIGGER t AFTER UPDATE OF x ON a BEGIN DELETE FROM log WHERE id < 0; END;',
      'CREATE TRIGGER d AFTER DELETE ON a BEGIN DELETE FROM log; END;',
    ]),
  })
  .map(({ x, y, action, strict, more }) =>
    [
      `CREATE TABLE a (id INTEGER PRIMARY KEY, x ${x}, y ${y}, z TEXT)${strict};`,
      `CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id) ${action});`,
      'CREATE TABLE log (id INTEGER PRIMARY KEY, text TEXT);',
      ...more,
    ].join('\n'),
  )

const column = fc.constantFrom('id', 'x', 'y', 'z', 'nope')
const table = fc.constantFrom('a', 'b', 'log', 'nope')
const addition = fc.constantFrom(
  'n TEXT',
  'n TEXT NOT NULL',
  "n TEXT NOT NULL DEFAULT ''",
  'n TEXT DEFAULT CURRENT_TIMESTAMP',
  'n TEXT UNIQUE',
  'n INTEGER REFERENCES b (id)',
  'n INTEGER DEFAULT 7 REFERENCES b (id)',
  'n INTEGER REFERENCES nope (id)',
  'n INTEGER CHECK (n > 0)',
  'n INTEGER DEFAULT 0 CHECK (n > 0)',
  'n INTEGER AS (length(x))',
  'n SERIAL',
)
const value = fc.constantFrom('NULL', "'v'", '-1', 'y + 1', 'upper(x)', 'nope')
const statements = fc.oneof(
  fc.tuple(table, addition).map(([name, what]) => `ALTER TABLE ${name} ADD COLUMN ${what}`),
  fc.tuple(table, column).map(([name, what]) => `ALTER TABLE ${name} DROP COLUMN ${what}`),
  column.map((name) => `ALTER TABLE a RENAME COLUMN ${name} TO w`),
  table.map((name) => `ALTER TABLE ${name} RENAME TO c`),
  column.map((name) => `ALTER TABLE a ALTER COLUMN ${name} SET NOT NULL`),
  fc
    .tuple(fc.constantFrom('', 'UNIQUE '), column)
    .map(([unique, name]) => `CREATE ${unique}INDEX i ON a (${name})`),
  fc.tuple(column, value).map(([name, to]) => `UPDATE a SET ${name} = ${to}`),
  fc
    .tuple(table, fc.constantFrom('', ' WHERE id = 1001'))
    .map(([name, where]) => `DELETE FROM ${name}${where}`),
  table.map((name) => `DROP TABLE ${name}`),
  fc.constantFrom('DROP VIEW v', 'DROP INDEX by_x', 'DROP TRIGGER d', 'DROP INDEX IF EXISTS by_y'),
  fc.constantFrom(
    'INSERT INTO a (id, y) VALUES (5, 6)',
    'INSERT INTO b (a) SELECT id FROM a',
    'INSERT OR REPLACE INTO a (id, x, y) VALUES (1001, 1, 2)',
    'CREATE TABLE c (id INTEGER PRIMARY KEY, t DATETIME) STRICT',
    'CREATE TABLE c (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b (id))',
    'CREATE VIEW w AS SELECT x FROM a',
    'CREATE TABLE r (id INTEGER PRIMARY KEY, x TEXT, y INTEGER); INSERT INTO r (id, x, y) SELECT id, x, y FROM a; DROP TABLE a; ALTER TABLE r RENAME TO a',
    'ALTER TABLE a RENAME TO old; CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO a (id, x) SELECT id, x FROM old; DROP TABLE old',
  ),
)
const ups = fc
  .record({
    header: fc.constantFrom('', '-- Foreign-Keys: on'),
    body: fc.array(statements, { minLength: 1, maxLength: 3 }),
  })
  .map(
    ({ header, body }) =>
      `${header}\n-- === UP MIGRATION ===\n${body.join(';\n')};\n-- === DOWN MIGRATION ===\nSELECT 1;\n`,
  )

/** Why a migration cannot be applied to a real file with rows; undefined where it can. */
async function failure(database: LintedDatabase, before: string, up: string): Promise<string | undefined> {
  try {
    await database.apply(before, up)
    return undefined
  } catch (error) {
    if (MigrateError.is(error)) return error.message
    throw error
  }
}

async function fill(database: LintedDatabase): Promise<void> {
  const driver = database.driver()
  const session = await driver.session('write')
  const schema = (await session.inspector?.schema()) ?? { objects: [] }
  const tables = ['a', 'b', 'log']
  await fillTables({ session, schema, dialect: driver.dialect, tables })
  await session.close()
  await driver.close()
}

function isSerious({ level }: LintFinding): boolean {
  return level !== 'note'
}

describe('a migration that is made at random', () => {
  it('is applied without an error to a real database with rows, or lint has warned of it', async () => {
    const folder = temporaryFolder()
    let failed = 0
    let applied = 0
    await fc.assert(
      fc.asyncProperty(schemas, ups, async (before, up) => {
        const path = join(folder, 'app.db')
        for (const file of ['', '-wal', '-shm', '.lock']) rmSync(path + file, { force: true })
        const database = new LintedDatabase(path)
        await database.apply(before)
        await fill(database)
        const { findings } = await database.lint([before, up])
        const message = await failure(database, before, up)
        if (message === undefined) applied += 1
        else {
          failed += 1
          expect({ message, found: findings.some(isSerious) }).toEqual({ message, found: true })
        }
      }),
      { numRuns: 30 },
    )
    // Both kinds have to be there, or the test says nothing.
    expect(Math.min(applied, failed)).toBeGreaterThan(1)
  })
})
