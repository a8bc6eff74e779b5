import { describe, expect, it } from 'vitest'
import {
  createTestDatabase,
  type SchemaSnapshotOptions,
  schemaSnapshot,
  type TestDatabase,
} from '../../src/testing/index.ts'
import { notes, TestFolders, type Texts } from './test-migrations.ts'

const folders = new TestFolders()
const make = (texts: Texts, more: object = {}): Promise<TestDatabase> =>
  createTestDatabase({ migrations: folders.write(texts), cache: folders.cache, inMemory: true, ...more })

const zoo: Texts = {
  '001_zoo': [
    `CREATE TABLE zebras (
      id INTEGER PRIMARY KEY,  -- the key
      name TEXT NOT NULL CHECK (name <> ''), herd INTEGER REFERENCES herds (id)
    );
    CREATE TABLE herds(id INTEGER PRIMARY KEY);
    CREATE VIEW lone AS SELECT name FROM zebras WHERE herd IS NULL;
    CREATE INDEX by_name ON zebras (name);
    CREATE INDEX by_herd ON zebras (herd);
    CREATE TRIGGER born AFTER INSERT ON zebras BEGIN
      SELECT 1;
    END;
    CREATE VIRTUAL TABLE words USING fts5(body);`,
  ],
}

describe('a schema snapshot', () => {
  it('holds all tables, columns, indexes, triggers and views without a list of them', async () => {
    await using database = await make(zoo)
    expect(schemaSnapshot(database)).toBe(`CREATE TABLE herds (
  id INTEGER PRIMARY KEY
);

CREATE VIRTUAL TABLE words USING fts5(body);

CREATE TABLE zebras (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (name <> ''),
  herd INTEGER REFERENCES herds (id)
);
CREATE INDEX by_herd ON zebras (herd);
CREATE INDEX by_name ON zebras (name);
CREATE TRIGGER born AFTER INSERT ON zebras BEGIN SELECT 1; END;

CREATE VIEW lone AS SELECT name FROM zebras WHERE herd IS NULL;`)
  })

  it('is SQL that makes the same schema', async () => {
    await using database = await make(zoo)
    await using copy = await make({}, { migrations: folders.write({}, 'none') })
    copy.handle.exec(schemaSnapshot(database))
    expect(schemaSnapshot(copy)).toBe(schemaSnapshot(database))
  })

  it('changes with every object', async () => {
    await using database = await make(zoo)
    const seen = new Set([schemaSnapshot(database)])
    const changes = [
      'CREATE TABLE a (b)',
      'ALTER TABLE a ADD COLUMN c',
      'CREATE INDEX i ON a (b)',
      'CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END',
      'CREATE VIEW v AS SELECT b FROM a',
      'CREATE TRIGGER w INSTEAD OF INSERT ON v BEGIN SELECT 2; END',
    ]
    for (const change of changes) {
      database.handle.exec(change)
      seen.add(schemaSnapshot(database))
    }
    expect(seen.size).toBe(changes.length + 1)
  })

  it('is the same at another time and in another order', async () => {
    await using first = await make(notes)
    await using second = await make({}, { migrations: folders.write({}, 'none'), table: 'steps' })
    second.handle.exec(
      'CREATE TABLE notes (id INTEGER PRIMARY KEY,\n body TEXT NOT NULL, rank INTEGER); CREATE VIEW ranked AS SELECT body FROM notes ORDER BY rank; CREATE INDEX notes_rank ON notes (rank)',
    )
    expect(schemaSnapshot(second)).toBe(schemaSnapshot(first))
  })

  it('fails when nothing was captured', async () => {
    await using database = await make({}, { migrations: folders.write({}, 'none') })
    expect(() => schemaSnapshot(database)).toThrow(
      expect.objectContaining({
        code: 'ASSERTION_FAILED',
        message: 'The schema snapshot has captured nothing: there is no table, no view, nothing',
      }),
    )
  })

  it('fails when there is nothing but the tracking tables', async () => {
    await using database = await make({ '001_nothing': ['SELECT 1;'] }, { table: 'steps' })
    expect(() => schemaSnapshot(database)).toThrow('captured nothing')
    expect(() => schemaSnapshot(database.handle, { table: 'steps' })).toThrow('captured nothing')
    expect(schemaSnapshot(database.handle)).toContain('CREATE TABLE')
  })
})

describe('the rows of a snapshot', () => {
  const filled = async () => {
    const database = await make({
      '001_events': [
        `CREATE TABLE events (name TEXT, at INTEGER, createdAt TEXT, size, token TEXT, twice AS (size * 2));
        CREATE TABLE keys (id INTEGER PRIMARY KEY, token TEXT);`,
      ],
    })
    database.handle.exec(
      `INSERT INTO events (name, at, createdAt, size, token) VALUES
        ('b', 1764170500, '2026-11-26T15:21:40.123Z', 1764170500, 'r1'), ('a', NULL, '2026-11-26 15:21:40', x'0aff', NULL),
        ('born 1970-01-01', 7, '1970-01-01', 2.5, 'line' || char(10) || 'break');
      INSERT INTO keys VALUES (2, 'r2'), (1, 'r3'), (9007199254740993, NULL)`,
    )
    return database
  }

  it('are there on request, in one order, without times', async () => {
    await using database = await filled()
    const lines = schemaSnapshot(database, { rows: true })
      .split('\n')
      .filter((line) => line.startsWith('--'))
    expect(lines).toEqual([
      '-- events: 3 rows',
      `--   name: "a", at: null, createdAt: <time>, size: x'0aff', token: null`,
      '--   name: "b", at: <time>, createdAt: <time>, size: 1764170500, token: "r1"',
      '--   name: "born 1970-01-01", at: 7, createdAt: "1970-01-01", size: 2.5, token: "line\\nbreak"',
      '-- keys: 3 rows',
      '--   id: 1, token: "r3"',
      '--   id: 2, token: "r2"',
      '--   id: 9007199254740993, token: null',
    ])
  })

  it('are those of the tables that are named, without the columns that are to be hidden', async () => {
    await using database = await filled()
    const snapshot = schemaSnapshot(database, { rows: ['KEYS'], redact: ['keys.token'] })
    expect(snapshot).not.toContain('-- events')
    expect(snapshot).toContain('--   id: 2, token: <redacted>\n--   id: 9007199254740993, token: null')
    expect(schemaSnapshot(database, { rows: ['events'], redact: ['token'] })).not.toContain('r1')
  })

  it.each([
    [{ rows: ['kyes'] }, 'There is no table "kyes" whose rows could be captured', 'Did you mean "keys"?'],
    [{ row: true }, 'schemaSnapshot has no option "row"', 'Did you mean "rows"?'],
  ])('are not those of %j', async (wrong, message, hint) => {
    await using database = await filled()
    expect(() => schemaSnapshot(database, wrong as SchemaSnapshotOptions)).toThrow(
      expect.objectContaining({ code: 'USAGE', message, hint }),
    )
  })
})
