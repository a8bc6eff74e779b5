import { exampleMigration } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { knownTables } from '../src/known-tables.ts'
import { run, type TrackedDatabase, trackedDatabase } from './tracked-database.ts'

const users = exampleMigration('001_create_users')

/** Everything a command might do refuses in the same way, and nothing changes. */
async function refusalOf({ tracker, session, schema, up }: TrackedDatabase) {
  const before = await schema()
  const refusal = await tracker.applied(session).catch((error: unknown) => error)
  const attempts = [
    () => tracker.history(session),
    () => tracker.kept(session, '1'),
    () => tracker.prepare(session),
    () => up(users),
    () => tracker.settle(session, '1', { as: 'applied', run }),
  ]
  for (const attempt of attempts) {
    await expect(attempt()).rejects.toMatchObject({ code: 'TRACKING_TABLE_FOREIGN' })
  }
  expect(await schema()).toEqual(before)
  return refusal
}

describe('a foreign table under the name of the tracking table', () => {
  it.each(knownTables)('is known to be the one of $tool', async ({ tool, columns }) => {
    await using database = await trackedDatabase()
    await database.run(
      `CREATE TABLE schema_migrations (${columns.map((name) => `"${name}" TEXT`).join(', ')})`,
    )
    expect(await refusalOf(database)).toMatchObject({
      code: 'TRACKING_TABLE_FOREIGN',
      message: expect.stringContaining(`The table "schema_migrations" belongs to ${tool}`),
      hint:
        'Give the database another "table" in the manifest, then run "whimbrel baseline <id of the newest migration ' +
        `the database already has>"; the table of ${tool} stays as it is`,
      details: { table: 'schema_migrations', columns },
    })
  })

  it('is known to be a plain one that baseline adopts', async () => {
    await using database = await trackedDatabase({ table: 'versions' })
    await database.run(
      'CREATE TABLE versions (version INTEGER PRIMARY KEY, name TEXT, applied_at TEXT, checksum TEXT, execution_time_ms INTEGER)',
    )
    expect(await refusalOf(database)).toMatchObject({
      message: expect.stringContaining('The table "versions" is a plain five-column table'),
      hint: expect.stringContaining('run "whimbrel baseline <id of the newest migration'),
    })
  })

  it('is refused with its columns where nobody knows it', async () => {
    await using database = await trackedDatabase()
    await database.run('CREATE TABLE Schema_Migrations (flight INTEGER, bird TEXT)')
    expect(await refusalOf(database)).toMatchObject({
      message: expect.stringContaining('(its columns are flight INTEGER, bird TEXT)'),
      hint: expect.stringContaining('another "table" in the manifest'),
      details: { columns: ['flight', 'bird'] },
    })
  })

  it('is refused although its columns are ours when versions are text', async () => {
    await using database = await trackedDatabase()
    await database.run(
      'CREATE TABLE schema_migrations (version TEXT PRIMARY KEY, name TEXT, applied_at TEXT, checksum TEXT, execution_time_ms INTEGER)',
    )
    expect(await refusalOf(database)).toMatchObject({ message: expect.stringContaining('version TEXT') })
  })

  it.each([
    ['a view', 'CREATE VIEW schema_migrations AS SELECT 1 AS version'],
    ['a view', 'CREATE VIEW schema_migrations AS SELECT * FROM elsewhere'],
    ['a view', 'CREATE VIEW schema_migrations_history AS SELECT 1 AS sequence'],
    ['an index', 'CREATE INDEX schema_migrations ON users (id)'],
    ['an index', 'CREATE INDEX Schema_Migrations_History ON users (id)'],
  ])('is refused where it is %s: %s', async (kind, statement) => {
    await using database = await trackedDatabase()
    await database.run('CREATE TABLE users (id)', statement)
    const refusal = await refusalOf(database)
    expect(refusal).toMatchObject({ message: expect.stringContaining(`is ${kind}, not a tracking table`) })
  })

  it('is refused where a view shows every column of ours', async () => {
    await using database = await trackedDatabase({ table: 'real' })
    await database.up(users)
    await database.run('CREATE VIEW schema_migrations AS SELECT * FROM "real"')
    await using second = { ...database, tracker: (await trackedDatabase()).tracker }
    const refusal = second.tracker.applied(database.session)
    await expect(refusal).rejects.toMatchObject({
      message: '"schema_migrations" is a view, not a tracking table',
    })
  })

  it('is refused under the name of the history too', async () => {
    await using database = await trackedDatabase()
    await database.run('CREATE TABLE schema_migrations_history (sequence INTEGER PRIMARY KEY, note TEXT)')
    expect(await refusalOf(database)).toMatchObject({
      message: expect.stringContaining('"schema_migrations_history"'),
      details: { table: 'schema_migrations_history', shape: 'unknown' },
    })
  })

  it('does not matter where it only is a trigger of that name', async () => {
    await using database = await trackedDatabase()
    await database.run(
      'CREATE TABLE users (id)',
      'CREATE TRIGGER schema_migrations AFTER INSERT ON users BEGIN SELECT 1; END',
    )
    await database.up(users)
    expect(await database.tracker.applied(database.session)).toHaveLength(1)
  })
})
