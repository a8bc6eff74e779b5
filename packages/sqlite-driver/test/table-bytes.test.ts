import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { expect, it, onTestFinished } from 'vitest'

async function inspected(...statements: readonly string[]) {
  const driver = sqliteDriver({ path: ':memory:' })
  onTestFinished(() => driver.close())
  const session = await driver.session('write')
  for (const statement of statements) await session.execute(statement)
  return { session, inspector: session.inspector as NonNullable<typeof session.inspector> }
}

it('tells the bytes of a table with its indexes, and of a virtual table with what it keeps its rows in', async () => {
  const { inspector } = await inspected(
    'CREATE TABLE birds (name, song)',
    'CREATE INDEX by_name ON birds (name)',
    'CREATE VIRTUAL TABLE songs USING fts5 (text)',
    'CREATE TABLE songs_of_others (x)',
  )
  expect(await inspector.tableBytes('BIRDS')).toBe(2 * 4096)
  expect(await inspector.tableBytes('songs')).toBeGreaterThanOrEqual(4 * 4096)
  expect(await inspector.tableBytes('nowhere')).toBe(0)
})

it('reads a schema that changed in between: columns of a table that was altered, made again or undone', async () => {
  const { session, inspector } = await inspected('CREATE TABLE birds (name)', 'CREATE TABLE nests (tree)')
  const columns = async () =>
    (await inspector.schema()).objects.map((object) => [
      object.name,
      ...object.columns.map((column) => `${column.name} ${column.type}`.trim()),
    ])
  expect(await columns()).toEqual([
    ['birds', 'name'],
    ['nests', 'tree'],
  ])
  await session.execute('ALTER TABLE birds ADD COLUMN song TEXT')
  await session.execute('DROP TABLE nests')
  expect(await columns()).toEqual([['birds', 'name', 'song TEXT']])
  const undone = session.transaction(async () => {
    await session.execute('DROP TABLE birds')
    await session.execute('CREATE TABLE birds (x INTEGER)')
    expect(await columns()).toEqual([['birds', 'x INTEGER']])
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(await columns()).toEqual([['birds', 'name', 'song TEXT']])
})
