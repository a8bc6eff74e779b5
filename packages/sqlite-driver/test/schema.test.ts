import { compareSchemas, primaryKey, sqliteDialect } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { describe, expect, it, onTestFinished } from 'vitest'

async function session(...statements: readonly string[]) {
  const driver = sqliteDriver({ path: ':memory:' })
  onTestFinished(() => driver.close())
  const opened = await driver.session('write')
  for (const statement of statements) await opened.execute(statement)
  return { driver, session: opened, inspector: opened.inspector as NonNullable<typeof opened.inspector> }
}

const birds = [
  "CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'none', size REAL, up TEXT AS (upper(name)))",
  'CREATE INDEX birds_by_name ON birds (name)',
  'CREATE VIEW big AS SELECT id, name FROM birds WHERE size > 1',
  'CREATE TRIGGER grow AFTER INSERT ON birds BEGIN UPDATE birds SET size = 1 WHERE id = new.id; END',
  'CREATE VIRTUAL TABLE songs USING fts5 (text)',
]

describe('schema', () => {
  it('lists tables, indexes, views and triggers with their columns, and nothing that SQLite makes by itself', async () => {
    const { inspector } = await session(
      ...birds,
      'CREATE TABLE a (x UNIQUE, y INTEGER PRIMARY KEY AUTOINCREMENT)',
    )
    const { objects } = await inspector.schema()
    const shown = objects.map(({ kind, name, table, storage }) => [kind, name, table, storage].join(' '))
    expect(shown.filter((line) => !/songs_/.test(line))).toEqual([
      'table a a ordinary',
      'table birds birds ordinary',
      'table songs songs virtual',
      'index birds_by_name birds ordinary',
      'view big big ordinary',
      'trigger grow birds ordinary',
    ])
    expect(shown.filter((line) => /songs_/.test(line)).every((line) => line.endsWith('shadow'))).toBe(true)
    const table = objects.find(({ name }) => name === 'birds')
    expect(table?.columns).toEqual([
      { name: 'id', type: 'INTEGER', notNull: false, default: null, keyPosition: 1, generated: false },
      { name: 'name', type: 'TEXT', notNull: true, default: "'none'", keyPosition: 0, generated: false },
      { name: 'size', type: 'REAL', notNull: false, default: null, keyPosition: 0, generated: false },
      { name: 'up', type: 'TEXT', notNull: false, default: null, keyPosition: 0, generated: true },
    ])
    expect(primaryKey({ columns: table?.columns ?? [] })).toEqual(['id'])
    expect(objects.find(({ name }) => name === 'big')?.columns.map(({ name }) => name)).toEqual([
      'id',
      'name',
    ])
    expect(objects.find(({ name }) => name === 'songs')?.columns.map(({ name }) => name)).toEqual(['text'])
  })

  it('opens a scratch database with the same schema and no rows', async () => {
    const { driver, session: real, inspector } = await session(...birds)
    await real.execute("INSERT INTO birds (name) VALUES ('a')")
    const schema = await inspector.schema()
    const scratch = await driver.scratch?.(schema)
    const copied = await scratch?.inspector?.schema()
    expect(compareSchemas(schema, copied ?? { objects: [] }, sqliteDialect)).toEqual([])
    expect(await scratch?.inspector?.count('birds')).toEqual({ rows: 0, values: [] })
    await scratch?.close()
  })

  it('counts rows and values, and gives rows with exact values', async () => {
    const { session: real, inspector } = await session('CREATE TABLE t (k INTEGER PRIMARY KEY, v, "a ""b")')
    await real.execute("INSERT INTO t VALUES (2, 9007199254740993, NULL), (1, 1.0, x'00ff')")
    expect(await inspector.count('t', ['v', 'a "b'])).toEqual({
      rows: 2,
      values: [
        { column: 'v', count: 2 },
        { column: 'a "b', count: 1 },
      ],
    })
    const rows: unknown[] = []
    for await (const row of inspector.rows('t', ['k', 'v', 'a "b'], ['k'])) rows.push(row)
    expect(rows).toEqual([
      [1n, 1, Buffer.from([0, 255])],
      [2n, 9007199254740993n, null],
    ])
  })

  it('is the same as long as nothing changes, and object by object where something does', async () => {
    const { session: real, inspector } = await session('CREATE TABLE t (a)', 'CREATE TABLE u (a)')
    const first = await inspector.schema()
    await real.execute('INSERT INTO t VALUES (1)')
    expect(await inspector.schema()).toBe(first)
    await real.execute('ALTER TABLE t ADD COLUMN b')
    const second = await inspector.schema()
    expect(second.objects[0]?.columns.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(second.objects[1]).toBe(first.objects[1])
    await real.execute('ALTER TABLE t DROP COLUMN b')
    expect(await inspector.schema()).toBe(first)
  })

  it('follows the columns of a view, whose statement stays the same', async () => {
    const { session: real, inspector } = await session(
      'CREATE TABLE t (a)',
      'CREATE VIEW v AS SELECT * FROM t',
    )
    const columns = async () => (await inspector.schema()).objects.at(-1)?.columns.map(({ name }) => name)
    expect(await columns()).toEqual(['a'])
    await real.execute('ALTER TABLE t ADD COLUMN b')
    expect(await columns()).toEqual(['a', 'b'])
    await real.execute('DROP TABLE t')
    expect(await columns()).toEqual([])
  })

  it('tells virtual tables from others of the same statement', async () => {
    const { session: real, inspector } = await session('CREATE TABLE t (a)')
    const storages = async () =>
      (await inspector.schema()).objects.map(({ name, storage }) => `${name} ${storage}`)
    expect(await storages()).toEqual(['t ordinary'])
    await real.execute('CREATE VIRTUAL TABLE f USING fts5 (a)')
    expect(await storages()).toEqual(expect.arrayContaining(['f virtual', 'f_data shadow', 't ordinary']))
    await real.execute('DROP TABLE f')
    expect(await storages()).toEqual(['t ordinary'])
  })
})
