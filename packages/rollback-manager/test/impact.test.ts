import { describe, expect, it } from 'vitest'
import { type Impact, losesData, type StepImpact } from '../src/index.ts'
import { liveDatabase, tryOut } from './try-out.ts'

const birds = [
  'CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT NOT NULL, song TEXT, loud AS (upper(song)))',
  "INSERT INTO birds (name, song) VALUES ('Wren', 'trill'), ('Rook', NULL), ('Kite', NULL)",
  'CREATE INDEX birds_by_name ON birds (name)',
]
const nests = [
  'CREATE TABLE nests (id INTEGER PRIMARY KEY, bird INTEGER REFERENCES birds (id))',
  'CREATE VIEW singers AS SELECT name, song FROM birds WHERE song IS NOT NULL',
  'CREATE TRIGGER leave AFTER DELETE ON nests BEGIN UPDATE birds SET song = NULL WHERE id = old.bird; END',
]

function only({ steps }: Impact): StepImpact {
  expect(steps).toHaveLength(1)
  return steps[0] as StepImpact
}

describe('the impact of a table that is dropped', () => {
  it('counts rows, the values of each column, and bytes in the live database, and names what depends on it', async () => {
    const step = only(await tryOut(liveDatabase(...birds, ...nests), 'DROP TABLE birds;'))
    expect(step.tables).toEqual([
      {
        name: 'birds',
        rows: 3,
        bytes: 8192,
        columns: [
          { name: 'id', values: 3 },
          { name: 'name', values: 3 },
          { name: 'song', values: 1 },
        ],
        dependents: [
          { kind: 'foreign key', name: 'nests' },
          { kind: 'view', name: 'singers' },
          { kind: 'trigger', name: 'leave' },
        ],
      },
    ])
    expect(step.indexes).toEqual([{ name: 'birds_by_name', table: 'birds' }])
    expect(step.lockMs).toBeGreaterThanOrEqual(1)
    expect(losesData(step)).toBe(true)
  })

  it('leaves out dependents that go as well', async () => {
    const sql = 'DROP VIEW singers; DROP TABLE nests; DROP TABLE birds;'
    const step = only(await tryOut(liveDatabase(...birds, ...nests), sql))
    expect(step.views).toEqual([{ name: 'singers', table: 'singers' }])
    expect(step.triggers).toEqual([{ name: 'leave', table: 'nests' }])
    expect(step.tables.map(({ name, dependents }) => [name, dependents])).toEqual([
      ['birds', []],
      ['nests', []],
    ])
  })

  it('is no loss of data where it is empty', async () => {
    const step = only(await tryOut(liveDatabase('CREATE TABLE a (x)'), 'DROP TABLE a;'))
    expect(step.tables).toMatchObject([{ name: 'a', rows: 0 }])
    expect(losesData(step)).toBe(false)
  })

  it('counts a full-text table once, with the bytes of what it keeps its rows in', async () => {
    const database = liveDatabase(
      'CREATE VIRTUAL TABLE songs USING fts5 (text)',
      "INSERT INTO songs VALUES ('trill')",
    )
    const { tables } = only(await tryOut(database, 'DROP TABLE songs;'))
    expect(tables).toMatchObject([{ name: 'songs', rows: 1, columns: [{ name: 'text', values: 1 }] }])
    expect(tables[0]?.bytes).toBeGreaterThan(8192)
  })

  it('counts nothing in a full-text index over another table: it can be built again', async () => {
    const database = liveDatabase(
      ...birds,
      "CREATE VIRTUAL TABLE found USING fts5 (name, content = 'birds', content_rowid = 'id')",
      "INSERT INTO found (found) VALUES ('rebuild')",
    )
    const step = only(await tryOut(database, 'DROP TABLE found;'))
    expect(step.tables).toMatchObject([{ name: 'found', rows: 0 }])
    expect(losesData(step)).toBe(false)
  })
})

describe('the impact of a column that is dropped', () => {
  it('counts its values, and names what uses it', async () => {
    const database = liveDatabase(...birds, ...nests)
    const sql =
      'DROP VIEW singers; ALTER TABLE birds DROP COLUMN loud; DROP TRIGGER leave; ALTER TABLE birds DROP song;'
    const step = only(await tryOut(database, sql))
    expect(step.columns).toEqual([{ table: 'birds', name: 'song', rows: 3, values: 1, dependents: [] }])
    expect(step.tables).toEqual([])
    expect(losesData(step)).toBe(true)
  })

  it('is no loss of data where all its values are NULL, or where they are computed', async () => {
    const database = liveDatabase('CREATE TABLE a (x, y, z AS (x))', 'INSERT INTO a (x) VALUES (1)')
    const step = only(await tryOut(database, 'ALTER TABLE a DROP COLUMN z; ALTER TABLE a DROP COLUMN y;'))
    expect(step.columns).toMatchObject([{ name: 'y', values: 0 }])
    expect(losesData(step)).toBe(false)
  })
})

describe('what loses nothing', () => {
  it.each([
    ['a renamed table', 'ALTER TABLE birds RENAME TO fowl; DROP INDEX birds_by_name;'],
    ['a renamed column', 'ALTER TABLE birds RENAME COLUMN song TO voice; DROP INDEX birds_by_name;'],
    [
      'a rebuild with all columns',
      `CREATE TABLE "New" (id INTEGER PRIMARY KEY, NAME, song);
       INSERT INTO New (id, "name", song) SELECT id, trim(Name), Song FROM main."birds";
       DROP TABLE birds; ALTER TABLE new RENAME TO "birds";`,
    ],
    [
      'a rebuild under views, with the legacy rename',
      `CREATE VIEW v AS SELECT name FROM birds; CREATE TABLE n (id INTEGER PRIMARY KEY, name, song);
       INSERT INTO n SELECT id, name, song FROM birds; DROP TABLE birds; PRAGMA legacy_alter_table = ON;
       ALTER TABLE n RENAME TO birds; PRAGMA legacy_alter_table = OFF;`,
    ],
    [
      'a table made from a query',
      `CREATE TABLE n AS SELECT b.* FROM birds AS b; DROP TABLE birds; ALTER TABLE n RENAME TO birds;`,
    ],
  ])('is %s: only the index is named', async (_, sql) => {
    const step = only(await tryOut(liveDatabase(...birds), sql))
    expect(step).toMatchObject({ tables: [], columns: [], indexes: [{ name: 'birds_by_name' }] })
  })

  it('is an index, view or trigger that is made again in the same step', async () => {
    const sql = 'DROP INDEX birds_by_name; CREATE INDEX Birds_By_Name ON birds (name DESC);'
    expect(await tryOut(liveDatabase(...birds), sql)).toEqual({ steps: [] })
  })

  it('is everything that the plan itself made', async () => {
    const database = liveDatabase(...birds)
    expect(await tryOut(database, 'CREATE TABLE a (x); CREATE INDEX i ON a (x);', 'DROP TABLE a;')).toEqual({
      steps: [],
    })
  })

  it('is the tables of the tool itself, whose names no step can take', async () => {
    const database = liveDatabase('CREATE TABLE schema_migrations (x)', 'CREATE TABLE a (x)')
    expect((await tryOut(database, 'DROP TABLE a;')).steps).toHaveLength(1)
  })
})

describe('several steps', () => {
  it('name things as the live database has them, whatever an earlier step calls them', async () => {
    const { steps } = await tryOut(
      liveDatabase(...birds),
      'ALTER TABLE birds RENAME TO fowl; ALTER TABLE fowl RENAME COLUMN song TO voice;',
      'ALTER TABLE fowl DROP COLUMN loud; ALTER TABLE fowl DROP COLUMN voice;',
      'DROP TABLE fowl;',
    )
    expect(steps.map(({ id }) => id)).toEqual(['2_m', '1_m'])
    expect(steps[0]?.columns).toMatchObject([{ table: 'birds', name: 'song', values: 1 }])
    expect(steps[1]?.tables).toMatchObject([
      { name: 'birds', rows: 3, columns: [{ name: 'id' }, { name: 'name' }] },
    ])
  })
})

describe('what cannot be tried without rows', () => {
  it('is said with its statement, and what a DROP names counts as going', async () => {
    const database = liveDatabase(...birds)
    database.function('secret', () => 1)
    const sql = `CREATE TABLE made AS SELECT secret() AS x;
      ALTER TABLE birds DROP COLUMN id; DROP TABLE nowhere; ALTER TABLE birds ADD COLUMN x; DROP INDEX birds_by_name;`
    const step = only(await tryOut(database, sql))
    expect(step.untried).toBe('statement 1: no such function: secret')
    expect(step.columns).toMatchObject([{ table: 'birds', name: 'id', values: 3 }])
    expect(step.indexes).toMatchObject([{ name: 'birds_by_name' }])
  })

  it('is everything where the schema uses what only the application has: then the text tells', async () => {
    const database = liveDatabase()
    database.function('secret', { deterministic: true }, (x) => x)
    database.exec('CREATE TABLE a (id INTEGER PRIMARY KEY, x, y); CREATE INDEX hidden ON a (secret(y))')
    database.exec("INSERT INTO a VALUES (1, 'x', 'y'); CREATE TABLE b (z); CREATE INDEX by_z ON b (z)")
    const sql = 'ALTER TABLE a DROP COLUMN x; DROP INDEX IF EXISTS "by_z"; DROP TABLE IF EXISTS main.b;'
    const step = only(await tryOut(database, sql))
    expect(step.untried).toBe('statement 1: no such function: secret')
    expect(step).toMatchObject({
      columns: [{ table: 'a', name: 'x', values: 1 }],
      tables: [{ name: 'b', rows: 0 }],
      indexes: [{ name: 'by_z' }],
    })
  })

  it('is told of statements that delete or replace rows: they are not counted', async () => {
    const database = liveDatabase(...birds)
    const step = only(await tryOut(database, 'DELETE FROM birds WHERE id > 1; PRAGMA optimize; VACUUM;'))
    expect(step).toMatchObject({ deletesRows: true, tables: [], columns: [] })
    expect(losesData(step)).toBe(false)
  })
})

describe('a plan that destroys nothing by its words', () => {
  it('is not tried at all', async () => {
    const database = liveDatabase(...birds)
    expect(await tryOut(database, 'CREATE TABLE a (x); NOT EVEN SQL;')).toEqual({ steps: [] })
  })
})

it('stays quick with 200 tables and 100 steps', async () => {
  const tables = Array.from({ length: 200 }, (_, index) => `t${index}`)
  const database = liveDatabase(
    ...tables.map((name) => `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, a, b, c, d, e)`),
    ...tables.map((name) => `CREATE INDEX ${name}_by_a ON ${name} (a)`),
  )
  const scripts = tables
    .slice(0, 100)
    .map((name, index) =>
      index % 2 === 0 ? `DROP TABLE ${name};` : `DROP INDEX ${name}_by_a; ALTER TABLE ${name} DROP COLUMN e;`,
    )
  const { steps } = await tryOut(database, ...scripts)
  expect(steps).toHaveLength(100)
})
