import { exampleAttempt, exampleMigration } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer } from './test-server.ts'

const users = exampleMigration('001_create_users')
const roles = exampleMigration('002_add_roles')
const run = { runId: 'run-1', by: 'ada@example', toolVersion: '1.2.3' }
const sql = { up: 'SELECT 1', down: null }

describe.runIf(await hasServer())('the tracking tables in MariaDB and MySQL', () => {
  const { current } = eachTestInItsDatabase()

  it('take a baseline, and adopt a plain table with its rows', async () => {
    const session = await current().session()
    const tracker = sqlVersionTracker({ dialect: 'mysql' })
    await session.execute(
      `CREATE TABLE schema_migrations (version bigint PRIMARY KEY, name varchar(99) NOT NULL,
        applied_at varchar(30) NOT NULL, checksum varchar(99) NOT NULL, execution_time_ms integer NOT NULL)`,
    )
    await session.execute("INSERT INTO schema_migrations VALUES (1, 'old', '2026-01-02 03:04:05', 'x', 7)")
    await tracker.baseline(session, [users, roles], { run })
    expect((await tracker.applied(session)).map(({ id, durationMs }) => [id, durationMs])).toEqual([
      [users.id, 7],
      [roles.id, 0],
    ])
    const again = tracker.baseline(session, [users], { run })
    await expect(again).rejects.toMatchObject({ code: 'HISTORY_EXISTS' })
  })

  it('end a doubt, and accept what a file says now', async () => {
    const session = await current().session()
    const tracker = sqlVersionTracker({ dialect: 'mysql' })
    await tracker.prepare(session)
    await tracker.begin(session, exampleAttempt(users), sql)
    await tracker.begin(session, exampleAttempt(roles), sql)
    await tracker.settle(session, '1', { as: 'applied', run })
    await tracker.settle(session, '2', { as: 'pending', run })
    const migration = { ...users, checksum: `sha256:${'1'.repeat(64)}` }
    await tracker.acceptChecksum(session, { migration, run, reason: 'a comment' })
    expect(await tracker.applied(session)).toMatchObject([{ id: users.id, checksum: migration.checksum }])
    const [entry] = await tracker.history(session, { limit: 1 })
    expect(entry).toMatchObject({ action: 'accept', previousChecksum: users.checksum })
  })

  it('are stamped, and tell a copy', async () => {
    const session = await current().session()
    let place = 'here'
    const stamp = { protected: false, environment: 'test', place: async () => place }
    const tracker = sqlVersionTracker({ dialect: 'mysql', stamp })
    await tracker.prepare(session, run)
    const first = await tracker.stamp(session)
    expect(first).toMatchObject({ environment: 'test', protected: false, place: 'here', by: run.by })
    place = 'there'
    expect(await tracker.notices?.(session)).toMatchObject([{ code: 'COPIED' }])
    await tracker.prepare(session, run)
    const second = await tracker.stamp(session)
    expect(second).toMatchObject({ place: 'there' })
    expect(second?.instanceId).not.toBe(first?.instanceId)
  })

  it('never write into a view of their name', async () => {
    const session = await current().session()
    await session.execute('CREATE VIEW schema_migrations AS SELECT 1 AS version')
    const tracker = sqlVersionTracker({ dialect: 'mysql' })
    await expect(tracker.applied(session)).rejects.toMatchObject({
      code: 'TRACKING_TABLE_FOREIGN',
      message: '"schema_migrations" is a view, not a tracking table',
    })
  })

  it('say so where somebody deleted a record', async () => {
    const session = await current().session()
    const tracker = sqlVersionTracker({ dialect: 'mysql' })
    await tracker.prepare(session)
    await tracker.finish(session, exampleAttempt(users), { durationMs: 1, sql })
    await session.execute('DELETE FROM schema_migrations')
    const down = tracker.finish(session, exampleAttempt(users, 'down'), { durationMs: 1, sql })
    await expect(down).rejects.toMatchObject({ code: 'RECORD_LOST' })
  })
})
