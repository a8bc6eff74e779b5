import { exampleAttempt, exampleMigration } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { sql, trackedDatabase } from './tracked-database.ts'

const third = exampleMigration('003_add_index')

/** A table as a version before the order, the ids and the history might have left it. */
const older = [
  `CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL,
   checksum TEXT NOT NULL, execution_time_ms INTEGER, run_id TEXT, down_checksum TEXT)`,
  `INSERT INTO schema_migrations VALUES (10, 'add_roles', '2025-03-04 05:06:07', 'sha256:bb', 7, 'run-0', NULL)`,
  `INSERT INTO schema_migrations VALUES (2, 'create_users', '2025-03-04 05:06:06', 'sha256:aa', NULL, 'run-0', 'sha256:cc')`,
]

describe('an older table of ours', () => {
  it('can be read before it is upgraded, which reading does not do', async () => {
    await using database = await trackedDatabase()
    await database.run(...older)
    const before = await database.schema()
    const { tracker, session } = database
    expect(await tracker.applied(session)).toMatchObject([
      {
        id: '2_create_users',
        version: '2',
        name: 'create_users',
        sequence: 1,
        state: 'applied',
        direction: 'up',
        progress: null,
        appliedAt: '2025-03-04T05:06:06.000Z',
        durationMs: 0,
        checksum: 'sha256:aa',
        downChecksum: 'sha256:cc',
        fingerprint: null,
        runId: 'run-0',
        by: '',
        toolVersion: '',
        dependsOn: [],
        transactional: true,
      },
      { id: '10_add_roles', version: '10', sequence: 2, durationMs: 7, downChecksum: null },
    ])
    expect(await tracker.history(session)).toEqual([])
    expect(await tracker.kept(session, '2')).toBeUndefined()
    expect(await database.schema()).toEqual(before)
  })

  it('reads the same after it was upgraded', async () => {
    await using database = await trackedDatabase()
    await database.run(...older)
    const { tracker, session } = database
    const before = await tracker.applied(session)
    await session.transaction(() => tracker.prepare(session))
    expect(await tracker.applied(session)).toEqual(before)
  })

  it('begins its history with the records it has, and goes on after them', async () => {
    await using database = await trackedDatabase()
    await database.run(...older)
    await database.up(third)
    const { tracker, session } = database
    expect((await tracker.applied(session)).map(({ id }) => id)).toEqual([
      '2_create_users',
      '10_add_roles',
      '003_add_index',
    ])
    expect(await tracker.history(session)).toMatchObject([
      { sequence: 3, id: '003_add_index', action: 'up', outcome: 'applied' },
      { sequence: 2, id: '10_add_roles', action: 'baseline', outcome: 'recorded', checksum: 'sha256:bb' },
      {
        sequence: 1,
        id: '2_create_users',
        action: 'baseline',
        startedAt: '2025-03-04T05:06:06.000Z',
        reason: 'carried over: there was no history when it was applied',
        runId: 'run-0',
      },
    ])
  })

  it('is upgraded once', async () => {
    await using database = await trackedDatabase()
    await database.run(...older)
    const { tracker, session } = database
    await tracker.prepare(session)
    const schema = await database.schema()
    const changes = await session.changes()
    await tracker.prepare(session)
    expect(await session.changes()).toBe(changes)
    expect(await database.schema()).toEqual(schema)
  })

  it('stays what it was where the transaction of the upgrade is undone', async () => {
    await using database = await trackedDatabase()
    await database.run(...older)
    const before = await database.schema()
    const { tracker, session } = database
    const undone = session.transaction(async () => {
      await tracker.prepare(session)
      throw new Error('undo this')
    })
    await expect(undone).rejects.toThrow('undo this')
    expect(await database.schema()).toEqual(before)
    expect(await tracker.applied(session)).toHaveLength(2)
  })

  it('may be only the history', async () => {
    await using database = await trackedDatabase()
    await database.up(exampleMigration('001_a'))
    await database.run('ALTER TABLE schema_migrations_history DROP COLUMN previous_checksum')
    await database.run('ALTER TABLE schema_migrations_history DROP COLUMN tool_version')
    const { tracker, session } = database
    expect(await tracker.history(session)).toMatchObject([{ sequence: 1, id: '001_a', toolVersion: '' }])
    await database.up(exampleMigration('002_b'))
    expect(await tracker.history(session)).toMatchObject([
      { sequence: 2, id: '002_b', toolVersion: '1.2.3' },
      { sequence: 1, id: '001_a', toolVersion: '' },
    ])
  })

  it('may be a history that has no place for backups yet', async () => {
    await using database = await trackedDatabase()
    await database.up(exampleMigration('001_a'))
    await database.run('ALTER TABLE schema_migrations_history DROP COLUMN backup')
    const { tracker, session } = database
    const [before] = await tracker.history(session)
    expect(before).not.toHaveProperty('backup')
    await session.transaction(async () => {
      await tracker.prepare(session)
      const attempt = { ...exampleAttempt(exampleMigration('002_b')), backup: '/backups/1.db' }
      await tracker.finish(session, attempt, { durationMs: 1, sql })
    })
    expect(await tracker.history(session)).toMatchObject([{ id: '002_b', backup: '/backups/1.db' }, before])
  })

  it('keeps a column that somebody added', async () => {
    await using database = await trackedDatabase()
    await database.up(exampleMigration('001_a'))
    await database.run(
      'ALTER TABLE schema_migrations ADD COLUMN ticket TEXT',
      "UPDATE schema_migrations SET ticket = 'X-1'",
    )
    await database.up(exampleMigration('002_b'))
    const rows = await database.session.query('SELECT version, ticket FROM schema_migrations')
    expect(rows).toEqual([
      { version: 1, ticket: 'X-1' },
      { version: 2, ticket: null },
    ])
  })
})
