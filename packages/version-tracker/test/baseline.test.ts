import { exampleMigration } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { run, trackedDatabase } from './tracked-database.ts'

const users = exampleMigration('001_create_users', { engine: 'sqlite' })
const roles = exampleMigration('002_add_roles')
const index = exampleMigration('003_add_index')

const plain = [
  `CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL,
   applied_at DATETIME DEFAULT CURRENT_TIMESTAMP, checksum TEXT NOT NULL, execution_time_ms INTEGER)`,
  `INSERT INTO schema_migrations VALUES (1, '001_create_users', '2025-03-04 05:06:07', 'd41d8cd9', 7)`,
  `INSERT INTO schema_migrations VALUES (3, 'add_index', 1741064768, 'e5f6', NULL)`,
]

describe('baseline', () => {
  it('records migrations as applied without running them', async () => {
    await using database = await trackedDatabase()
    const { tracker, session } = database
    await tracker.baseline(session, [users, roles], { run, reason: 'taken over' })
    expect(await tracker.applied(session)).toMatchObject([
      {
        id: users.id,
        sequence: 1,
        state: 'applied',
        durationMs: 0,
        checksum: users.checksum,
        engine: 'sqlite',
      },
      {
        id: roles.id,
        sequence: 2,
        downChecksum: roles.downChecksum,
        fingerprint: roles.fingerprint,
        by: run.by,
      },
    ])
    expect(await tracker.history(session)).toMatchObject([
      { id: roles.id, action: 'baseline', outcome: 'recorded', reason: 'taken over', runId: run.runId },
      { id: users.id, action: 'baseline', outcome: 'recorded', checksum: users.checksum },
    ])
    expect(await tracker.kept(session, '1')).toBeUndefined()
  })

  it('records the time to the millisecond, in UTC', async () => {
    await using database = await trackedDatabase()
    const before = Date.now()
    await database.tracker.baseline(database.session, [users], { run })
    const [record] = await database.tracker.applied(database.session)
    expect(record?.appliedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(Date.parse(record?.appliedAt ?? '')).toBeGreaterThanOrEqual(before)
  })

  it('keeps the order it is given', async () => {
    await using database = await trackedDatabase()
    await database.tracker.baseline(database.session, [roles, users], { run })
    const records = await database.tracker.applied(database.session)
    expect(records.map(({ id }) => id)).toEqual([roles.id, users.id])
  })

  it('goes on with the migrations that follow', async () => {
    await using database = await trackedDatabase()
    await database.tracker.baseline(database.session, [users], { run })
    await database.up(roles)
    await database.down(users)
    const records = await database.tracker.applied(database.session)
    expect(records.map(({ id, sequence }) => ({ id, sequence }))).toEqual([{ id: roles.id, sequence: 2 }])
  })

  it('adopts a plain table in place, with the time, duration and checksum of its rows', async () => {
    await using database = await trackedDatabase()
    await database.run(...plain)
    const { tracker, session } = database
    await tracker.baseline(session, [users, roles, index], { run })
    expect(await tracker.applied(session)).toMatchObject([
      {
        id: '001_create_users',
        name: 'create_users',
        sequence: 1,
        appliedAt: '2025-03-04T05:06:07.000Z',
        durationMs: 7,
        checksum: 'd41d8cd9',
        fingerprint: null,
        downChecksum: users.downChecksum,
        engine: 'sqlite',
      },
      { id: '002_add_roles', sequence: 2, checksum: roles.checksum, fingerprint: roles.fingerprint },
      {
        id: '003_add_index',
        sequence: 3,
        appliedAt: '2025-03-04T05:06:08.000Z',
        durationMs: 0,
        checksum: 'e5f6',
      },
    ])
    expect((await tracker.history(session)).map(({ id, checksum }) => [id, checksum])).toEqual([
      ['003_add_index', 'e5f6'],
      ['002_add_roles', roles.checksum],
      ['001_create_users', 'd41d8cd9'],
    ])
  })

  it('adopts rows of a plain table for which there is no migration, at their place', async () => {
    await using database = await trackedDatabase()
    await database.run(...plain)
    await database.tracker.baseline(database.session, [roles], { run })
    const records = await database.tracker.applied(database.session)
    expect(records.map(({ id }) => id)).toEqual(['1_001_create_users', '002_add_roles', '3_add_index'])
  })

  it('lets an adopted table be used like any other', async () => {
    await using database = await trackedDatabase()
    await database.run(...plain)
    const { tracker, session, up, down, begin } = database
    await tracker.baseline(session, [users, index], { run })
    await up(roles)
    await down(index)
    await begin(index)
    expect((await tracker.applied(session)).map(({ id, state }) => `${id} ${state}`)).toEqual([
      '001_create_users applied',
      '002_add_roles applied',
      '003_add_index in-doubt',
    ])
  })

  it('refuses where something is recorded already, and says what', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    const { tracker, session } = database
    await expect(tracker.baseline(session, [users, roles], { run })).rejects.toMatchObject({
      code: 'HISTORY_EXISTS',
      message:
        '"schema_migrations_history" already records what happened to this database up to 001_create_users',
      hint: expect.stringContaining('"whimbrel status"'),
    })
    expect(await tracker.history(session)).toHaveLength(1)
  })

  it('refuses where everything was rolled back, and where it recorded something itself', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    await database.down(users)
    const again = () => database.tracker.baseline(database.session, [users], { run })
    await expect(again()).rejects.toMatchObject({ code: 'HISTORY_EXISTS' })
    await database.run('DELETE FROM schema_migrations_history')
    await again()
    await expect(again()).rejects.toMatchObject({ code: 'HISTORY_EXISTS' })
  })

  it('refuses where only the history is gone', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    await database.run('DROP TABLE schema_migrations_history')
    const refused = database.tracker.baseline(database.session, [roles], { run })
    await expect(refused).rejects.toMatchObject({ code: 'HISTORY_EXISTS' })
  })

  it('refuses a foreign table', async () => {
    await using database = await trackedDatabase()
    await database.run('CREATE TABLE schema_migrations (version TEXT)')
    const refused = database.tracker.baseline(database.session, [users], { run })
    await expect(refused).rejects.toMatchObject({ code: 'TRACKING_TABLE_FOREIGN' })
  })

  it('refuses to record nothing, and the same version twice, and leaves no table', async () => {
    await using database = await trackedDatabase()
    const { tracker, session } = database
    await expect(tracker.baseline(session, [], { run })).rejects.toMatchObject({ code: 'USAGE' })
    const twice = tracker.baseline(session, [users, exampleMigration('01_b')], { run })
    await expect(twice).rejects.toMatchObject({ code: 'RECORD_LOST' })
    expect(await database.schema()).toEqual([])
  })
})
