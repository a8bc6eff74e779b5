import { open, stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { eachTestInItsPlace } from './open-session.ts'

const place = eachTestInItsPlace()

async function withSchema(...statements: string[]) {
  const session = await place.current().session('write', { pragmas: { journal_mode: 'DELETE' } })
  for (const sql of statements) await session.execute(sql)
  return session
}

describe('verify', () => {
  it('finds nothing wrong with views, triggers, virtual tables and odd names', async () => {
    const session = await withSchema(
      'CREATE TABLE "a""; DROP TABLE b; --" (id INTEGER PRIMARY KEY, twice INTEGER AS (id * 2), "select" TEXT) STRICT',
      'CREATE TABLE b (x PRIMARY KEY, y) WITHOUT ROWID',
      'CREATE VIEW "v w" AS SELECT x, y FROM b',
      'CREATE TRIGGER "t;1" AFTER UPDATE OF "select" ON "a""; DROP TABLE b; --" BEGIN DELETE FROM b; END',
      'CREATE TRIGGER t2 INSTEAD OF INSERT ON "v w" BEGIN INSERT INTO b VALUES (new.x, new.y); END',
      'CREATE VIRTUAL TABLE words USING fts5 (word)',
      "INSERT INTO b VALUES (1, 'stays')",
    )
    expect(await session.inspector?.verify()).toEqual([])
    expect(await session.query('SELECT y FROM b')).toEqual([{ y: 'stays' }])
  })

  it('finds views that no longer compile', async () => {
    const session = await withSchema(
      'CREATE TABLE b (x)',
      'CREATE VIEW good AS SELECT x FROM b',
      'CREATE VIEW bad AS SELECT x FROM nowhere',
      'CREATE VIEW worse AS SELECT y FROM b',
    )
    expect(await session.inspector?.verify()).toEqual([
      { kind: 'view', object: 'bad', message: 'no such table: main.nowhere' },
      { kind: 'view', object: 'worse', message: 'no such column: y' },
    ])
  })

  it.each(['INSERT', 'UPDATE', 'DELETE', 'UPDATE OF y'])(
    'finds triggers after %s that no longer compile',
    async (event) => {
      const session = await withSchema(
        'CREATE TABLE b (x, y)',
        'CREATE TRIGGER fine AFTER INSERT ON b BEGIN SELECT 1; END',
        `CREATE TRIGGER broken AFTER ${event} ON b BEGIN DELETE FROM nowhere; END`,
      )
      expect(await session.inspector?.verify()).toEqual([
        { kind: 'trigger', object: 'broken', message: 'no such table: main.nowhere' },
      ])
    },
  )

  it('finds triggers of a view that no longer compile', async () => {
    const session = await withSchema(
      'CREATE TABLE b (x)',
      'CREATE VIEW v AS SELECT x FROM b',
      'CREATE TRIGGER broken INSTEAD OF DELETE ON v BEGIN INSERT INTO b (nothing_like_it) VALUES (1); END',
    )
    expect(await session.inspector?.verify()).toMatchObject([{ kind: 'trigger', object: 'broken' }])
  })

  it('counts rows without a parent by table', async () => {
    const session = await withSchema(
      'PRAGMA foreign_keys = OFF',
      'CREATE TABLE p (id INTEGER PRIMARY KEY)',
      'CREATE TABLE c (p REFERENCES p (id), q REFERENCES p (id))',
      'INSERT INTO c VALUES (1, 2), (3, NULL)',
    )
    expect(await session.inspector?.verify()).toEqual([
      { kind: 'foreign-key', object: 'c', message: '3 rows have no parent in p' },
    ])
  })

  it('finds a foreign key whose parent has no unique key', async () => {
    const session = await withSchema('CREATE TABLE p (id)', 'CREATE TABLE c (p REFERENCES p (id))')
    expect(await session.inspector?.verify()).toMatchObject([{ kind: 'foreign-key', object: 'c' }])
  })

  it('finds damaged pages', async () => {
    const session = await withSchema('CREATE TABLE b (x)', 'INSERT INTO b VALUES (zeroblob(9000))')
    await session.close()
    const { size } = await stat(place.current().database)
    const file = await open(place.current().database, 'r+')
    await file.write(Buffer.alloc(4, 0xff), 0, 4, size - 8192)
    await file.close()
    const reader = await place.current().session('read')
    expect(await reader.inspector?.verify()).toMatchObject([{ kind: 'integrity' }])
  })

  it('looks without changing anything', async () => {
    const session = await withSchema(
      'CREATE TABLE b (x)',
      'CREATE TRIGGER t AFTER INSERT ON b BEGIN DELETE FROM b; END',
    )
    const before = await session.changes()
    await session.inspector?.verify()
    expect(await session.changes()).toBe(before)
  })
})

it('tells the size of the database in bytes', async () => {
  const session = await withSchema('CREATE TABLE b (x)')
  expect(await session.inspector?.sizeBytes()).toBe((await stat(place.current().database)).size)
})
