import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sqliteDialect } from '@whimbrel/core'
import { lossSafeguard, type ReturnReport, returnRefusal, returnRows } from '@whimbrel/rollback-manager'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databaseState } from './database-state.ts'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

/** A database whose rollbacks keep what they take away. */
class Keeping extends Fixture {
  readonly directory = join(this.folder, 'kept')

  safeguard() {
    return lossSafeguard({ database: 'app', directory: this.directory, allowDataLoss: true })
  }

  /** Files of kept rows, oldest first. */
  files(): readonly string[] {
    return readdirSync(this.directory)
      .sort()
      .map((name) => join(this.directory, name))
  }

  async return(file = this.files().at(-1) ?? ''): Promise<ReturnReport> {
    const driver = sqliteDriver({ path: this.path })
    const session = await driver.session('write')
    try {
      return await returnRows(session, file, { dialect: sqliteDialect, database: 'app' })
    } finally {
      await session.close()
    }
  }

  /** Rolls back and applies again: the schema is as before, the rows are not. */
  async downAndUp(selection = {}): Promise<void> {
    await this.down(selection, { safeguard: this.safeguard() })
    await this.up()
  }
}

const everything = migration(
  `CREATE TABLE parents (code TEXT PRIMARY KEY, note) WITHOUT ROWID;
   CREATE TABLE children (id INTEGER PRIMARY KEY AUTOINCREMENT, parent TEXT REFERENCES parents (code), loud AS (upper(parent)));
   CREATE TABLE "odd ""name""" (a, b, PRIMARY KEY (b, a));
   CREATE TABLE loose (x, y);
   CREATE VIRTUAL TABLE words USING fts5 (text);
   CREATE TABLE log (what);
   CREATE TRIGGER tell AFTER INSERT ON children BEGIN INSERT INTO log VALUES (new.id); END;`,
  `DROP TABLE log; DROP TABLE words; DROP TABLE loose; DROP TABLE "odd ""name"""; DROP TABLE children; DROP TABLE parents;`,
)
const someOfEverything = `
  INSERT INTO parents VALUES ('a', 1), ('b', 1.0), ('c', '1'), ('d', x'00ff'), ('e', 9223372036854775807), ('f', 9e999);
  INSERT INTO children (id, parent) VALUES (7, 'a'), (3, 'b'), (9, NULL);
  INSERT INTO "odd ""name""" VALUES (1, 2), (NULL, 2), ('x' || char(0) || 'y', char(8232));
  INSERT INTO loose (rowid, x, y) VALUES (5, 1, 1), (9, 1, 1), (-2, NULL, NULL);
  INSERT INTO words (rowid, text) VALUES (4, 'trill'), (11, 'mew');`

describe('rows of tables that were dropped', () => {
  it('are all back after a rollback, another up and a return, whatever kind of table and value', async () => {
    const fixture = new Keeping({ '001_all': everything })
    await fixture.up()
    fixture.exec(someOfEverything)
    const before = databaseState(fixture.path)
    const types = fixture.rows('SELECT code, typeof(note) AS t FROM parents ORDER BY code')
    await fixture.downAndUp()
    expect(databaseState(fixture.path).rows).not.toEqual(before.rows)
    expect(await fixture.return()).toMatchObject({ migration: '001_all', returned: 20, refused: [] })
    expect(databaseState(fixture.path)).toEqual(before)
    expect(fixture.rows('SELECT rowid AS r FROM loose ORDER BY r')).toEqual([{ r: -2 }, { r: 5 }, { r: 9 }])
    expect(fixture.rows('SELECT rowid AS r FROM words ORDER BY r')).toEqual([{ r: 4 }, { r: 11 }])
    expect(fixture.rows('SELECT code, typeof(note) AS t FROM parents ORDER BY code')).toEqual(types)
  })

  it('come back once: a second return changes nothing more and says so', async () => {
    const fixture = new Keeping({ '001_all': everything })
    await fixture.up()
    fixture.exec(someOfEverything)
    await fixture.downAndUp()
    await fixture.return()
    const before = databaseState(fixture.path)
    expect(await fixture.return()).toMatchObject({ returned: 0, alreadyThere: 20, refused: [] })
    expect(databaseState(fixture.path)).toEqual(before)
  })

  it('that have no place are counted with reason and key, and overwrite nothing', async () => {
    const fixture = new Keeping({
      '001_a': migration(
        'CREATE TABLE a (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, v UNIQUE ON CONFLICT REPLACE); CREATE TABLE gone (x);',
        'DROP TABLE a; DROP TABLE gone;',
      ),
    })
    await fixture.up()
    fixture.exec("INSERT INTO a VALUES (1, 'one'), (2, 'two'), (3, 'three'); INSERT INTO gone VALUES (8)")
    await fixture.downAndUp()
    fixture.exec("INSERT INTO a VALUES (1, 'another'), (9, 'three'); DROP TABLE gone")
    const report = await fixture.return()
    expect(report).toMatchObject({ returned: 1, alreadyThere: 0 })
    expect(report.refused).toEqual([
      { table: 'a', reason: 'the key exists already with other content', rows: 1, keys: ['id 1'] },
      { table: 'a', reason: 'it violates a rule: UNIQUE constraint failed: a.v', rows: 1, keys: ['id 3'] },
      { table: 'gone', reason: 'the table is not there', rows: 1, keys: ['rowid 1'] },
    ])
    expect(fixture.rows('SELECT * FROM a ORDER BY id')).toEqual([
      { id: 1, v: 'another' },
      { id: 2, v: 'two' },
      { id: 9, v: 'three' },
    ])
    const error = returnRefusal(report)
    expect(error).toMatchObject({ code: 'ROWS_NOT_RETURNED', exitCode: 1 })
    expect(error?.message).toContain(
      '3 rows that 001_a took away could not be returned: 1 of a (id 1): the key exists',
    )
  })

  it('are returned without the columns that are no longer there', async () => {
    const fixture = new Keeping({
      '001_a': migration('CREATE TABLE a (id INTEGER PRIMARY KEY, b, c);', 'DROP TABLE a;'),
    })
    await fixture.up()
    fixture.exec("INSERT INTO a VALUES (1, 'b', 'c')")
    await fixture.downAndUp()
    fixture.exec('ALTER TABLE a DROP COLUMN c')
    expect(await fixture.return()).toMatchObject({ returned: 1, refused: [] })
    expect(fixture.rows('SELECT * FROM a')).toEqual([{ id: 1, b: 'b' }])
  })

  it('are found under the name that the table has when everything is applied again', async () => {
    const fixture = new Keeping({
      '001_a': migration('CREATE TABLE a (id INTEGER PRIMARY KEY, x);', 'DROP TABLE a;'),
      '002_b': migration(
        'ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME COLUMN x TO y;',
        'ALTER TABLE b RENAME COLUMN y TO x; ALTER TABLE b RENAME TO a;',
      ),
    })
    await fixture.up()
    fixture.exec("INSERT INTO b VALUES (1, 'kept')")
    await fixture.downAndUp({ all: true })
    expect(await fixture.return()).toMatchObject({ returned: 1, refused: [] })
    expect(fixture.rows('SELECT * FROM b')).toEqual([{ id: 1, y: 'kept' }])
  })

  it('are not returned without their parents: nothing is', async () => {
    const fixture = new Keeping({
      '001_p': migration('CREATE TABLE p (id INTEGER PRIMARY KEY);', 'DROP TABLE p;'),
      '002_c': migration('CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p);', 'DROP TABLE c;'),
    })
    await fixture.up()
    fixture.exec('INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)')
    await fixture.downAndUp({ all: true })
    const [children = '', parents = ''] = fixture.files()
    const { error } = await failure(fixture.return(children))
    expect(error.code).toBe('FOREIGN_KEYS_VIOLATED')
    expect(fixture.rows('SELECT * FROM c')).toEqual([])
    await fixture.return(parents)
    expect(await fixture.return(children)).toMatchObject({ returned: 1 })
    expect(fixture.rows('SELECT * FROM c')).toEqual([{ id: 1, p: 1 }])
  })
})

describe('values of columns that were dropped', () => {
  const files = {
    '001_birds': migration(
      'CREATE TABLE birds (name TEXT PRIMARY KEY, seen INTEGER NOT NULL DEFAULT 0);',
      'DROP TABLE birds;',
    ),
    '002_song': migration(
      `ALTER TABLE birds ADD COLUMN song TEXT; ALTER TABLE birds ADD COLUMN rank INTEGER NOT NULL DEFAULT 5;
       CREATE TRIGGER seen AFTER UPDATE ON birds BEGIN UPDATE birds SET seen = seen + 1 WHERE name = new.name; END;`,
      'DROP TRIGGER seen; ALTER TABLE birds DROP COLUMN rank; ALTER TABLE birds DROP COLUMN song;',
    ),
  }
  const rows =
    "INSERT INTO birds (name, song, rank) VALUES ('Wren', 'trill', 1), ('Rook', NULL, 5), ('Kite', 'mew', 2), ('Swan', 'honk', 3)"

  it('are set again by key where they are NULL or the default, and no trigger fires', async () => {
    const fixture = new Keeping(files)
    await fixture.up()
    fixture.exec(rows)
    const before = databaseState(fixture.path)
    await fixture.downAndUp()
    // Bare rowids would tell nothing any more.
    fixture.exec('VACUUM')
    expect(await fixture.return()).toMatchObject({ returned: 3, alreadyThere: 1, refused: [] })
    expect(databaseState(fixture.path)).toEqual(before)
    expect(await fixture.return()).toMatchObject({ returned: 0, alreadyThere: 4 })
  })

  it('that have no place are counted with reason and key', async () => {
    const fixture = new Keeping(files)
    await fixture.up()
    fixture.exec(rows)
    await fixture.downAndUp()
    fixture.exec("DELETE FROM birds WHERE name = 'Wren'; UPDATE birds SET song = 'new' WHERE name = 'Kite'")
    const report = await fixture.return()
    expect(report.returned).toBe(1)
    expect(report.refused).toEqual([
      { table: 'birds', reason: 'no row has this key', rows: 1, keys: ['name "Wren"'] },
      { table: 'birds', reason: 'song holds another value now', rows: 1, keys: ['name "Kite"'] },
    ])
    expect(fixture.rows("SELECT song, rank FROM birds WHERE name = 'Kite'")).toEqual([
      { song: 'new', rank: 5 },
    ])
  })

  it('of a table without a primary key are kept with their whole rows, and cannot be returned by key', async () => {
    const fixture = new Keeping({
      '001_a': migration('CREATE TABLE a (x);', 'DROP TABLE a;'),
      '002_b': migration('ALTER TABLE a ADD COLUMN y;', 'ALTER TABLE a DROP COLUMN y;'),
    })
    await fixture.up()
    fixture.exec('INSERT INTO a VALUES (1, 2), (3, NULL)')
    await fixture.downAndUp()
    expect(readFileSync(fixture.files()[0] ?? '', 'utf8').split('\n')[1]).toBe('[0,[1,2]]')
    expect((await fixture.return()).refused).toEqual([
      {
        table: 'a',
        reason: 'it cannot be returned by key: the table has no primary key',
        rows: 1,
        keys: ['1 2'],
      },
    ])
  })
})

describe('a file of kept rows', () => {
  async function kept(): Promise<Keeping> {
    const fixture = new Keeping({ '001_a': migration('CREATE TABLE a (x PRIMARY KEY);', 'DROP TABLE a;') })
    await fixture.up()
    fixture.exec("INSERT INTO a VALUES ('one'), ('two'), ('three')")
    await fixture.downAndUp()
    return fixture
  }

  it.each<[string, (file: string, text: string) => void]>([
    ['was cut off in the middle', (file, text) => truncateSync(file, Math.floor(text.length / 2))],
    [
      'was cut off before its last line',
      (file, text) => writeFileSync(file, text.slice(0, text.lastIndexOf('\n{') + 1)),
    ],
    ['was edited', (file, text) => writeFileSync(file, text.replace('"two"', '"too"'))],
    ['lost a row', (file, text) => writeFileSync(file, text.replace('[0,["two"]]\n', ''))],
    ['is empty', (file) => writeFileSync(file, '')],
    ['is something else', (file) => writeFileSync(file, '{"databases": {}}\n')],
  ])('that %s is refused, and nothing is changed', async (_, spoil) => {
    const fixture = await kept()
    const [file = ''] = fixture.files()
    spoil(file, readFileSync(file, 'utf8'))
    const { error } = await failure(fixture.return(file))
    expect(error).toMatchObject({ code: 'KEPT_ROWS_DAMAGED', exitCode: 3 })
    expect(error.message).toContain(file)
    expect(fixture.rows('SELECT * FROM a')).toEqual([])
  })

  it('that is not there, or is of another database, is refused', async () => {
    const fixture = await kept()
    expect((await failure(fixture.return('nowhere.jsonl'))).error.code).toBe('KEPT_ROWS_DAMAGED')
    const session = await sqliteDriver({ path: fixture.path }).session('write')
    const returning = returnRows(session, fixture.files()[0] ?? '', {
      dialect: sqliteDialect,
      database: 'other',
    })
    expect((await failure(returning)).error.message).toContain('holds rows of the database app, not of other')
    await session.close()
  })
})

describe('a step outside a transaction', () => {
  it('keeps its rows before, and leaves the file where it fails: nothing undoes the loss', async () => {
    const fixture = new Keeping({
      '001_a': migration(
        'CREATE TABLE a (x);',
        'DROP TABLE a; SELECT * FROM nowhere;',
        '-- Transaction: none',
      ),
    })
    await fixture.up()
    fixture.exec('INSERT INTO a VALUES (1)')
    await failure(fixture.down({}, { safeguard: fixture.safeguard() }))
    expect(fixture.objects()).toEqual([])
    expect(fixture.files()).toHaveLength(1)
  })
})

it('brings any values back exactly, through a rollback and another up', async () => {
  const value = fc.oneof(
    fc.constant('NULL'),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((number) => (number === -(2n ** 63n) ? '1' : String(number))),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number.toExponential(17)),
    fc.string({ maxLength: 8 }).map((text) => `'${text.replaceAll("'", "''").replaceAll('\0', '')}'`),
    fc.uint8Array({ maxLength: 8 }).map((bytes) => `x'${Buffer.from(bytes).toString('hex')}'`),
  )
  const row = fc.tuple(value, value, value, value)
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 6 }), async (rows) => {
      const fixture = new Keeping({
        '001_a': migration('CREATE TABLE a (i INTEGER, r REAL, t TEXT, n);', 'DROP TABLE a;'),
      })
      await fixture.up()
      fixture.exec(`INSERT INTO a VALUES ${rows.map((values) => `(${values.join(', ')})`).join(', ')}`)
      const look = () =>
        fixture.rows(
          'SELECT rowid, quote(i) AS i, quote(r) AS r, quote(t) AS t, quote(n) AS n, typeof(n) AS y FROM a ORDER BY rowid',
        )
      const before = look()
      await fixture.downAndUp()
      expect((await fixture.return()).refused).toEqual([])
      expect(look()).toEqual(before)
    }),
    { numRuns: 15 },
  )
})
