import { exampleAttempt, exampleMigration } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { sql, trackedDatabase } from './tracked-database.ts'

const users = exampleMigration('001_create_users')
const roles = exampleMigration('002_add_roles')

const swallow = (table: string, temporary = '') =>
  `CREATE ${temporary} TRIGGER swallow BEFORE INSERT ON main.${table} BEGIN SELECT RAISE(IGNORE); END`

describe('a record', () => {
  it('does not go into a temporary table of the same name', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    for (const name of ['schema_migrations', 'schema_migrations_history']) {
      await database.run(`CREATE TEMP TABLE ${name} AS SELECT * FROM main.${name} WHERE false`)
    }
    await database.up(roles)
    expect(await database.session.query('SELECT * FROM temp.schema_migrations')).toEqual([])
    expect(await database.session.query('SELECT * FROM temp.schema_migrations_history')).toEqual([])
    expect(await database.tracker.applied(database.session)).toHaveLength(2)
  })

  it('finds its place beside temporary tables that were there first', async () => {
    await using database = await trackedDatabase()
    await database.run(
      'CREATE TEMP TABLE schema_migrations (a)',
      'CREATE TEMP TABLE schema_migrations_history (b)',
    )
    await database.up(users)
    expect(await database.tracker.applied(database.session)).toHaveLength(1)
  })

  it.each([
    ['schema_migrations', ''],
    ['schema_migrations', 'TEMP'],
    ['schema_migrations_history', ''],
    ['schema_migrations_history', 'TEMP'],
  ])('that a trigger on %s swallows is noticed and undone (%s)', async (table, temporary) => {
    await using database = await trackedDatabase()
    await database.up(users)
    await database.run(swallow(table, temporary))
    await expect(database.up(roles)).rejects.toMatchObject({
      code: 'RECORD_LOST',
      message: `The record of 002_add_roles did not arrive in "${table}": the database accepted it and kept no row`,
      hint: expect.stringContaining(`Look for a trigger on "${table}"`),
    })
    await expect(database.begin(roles)).rejects.toMatchObject({ code: 'RECORD_LOST' })
    expect(await database.tracker.history(database.session)).toHaveLength(1)
  })

  it('that a trigger keeps from being removed is noticed', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    await database.run(
      'CREATE TRIGGER hold BEFORE DELETE ON schema_migrations BEGIN SELECT RAISE(IGNORE); END',
    )
    await expect(database.down(users)).rejects.toMatchObject({ code: 'RECORD_LOST' })
    expect(await database.tracker.history(database.session)).toHaveLength(1)
  })

  it('that somebody forged is not overwritten', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    await database.run(
      "INSERT INTO schema_migrations (version, name, applied_at, checksum, execution_time_ms) VALUES (2, 'x', '', '', 0)",
    )
    await expect(database.up(roles)).rejects.toMatchObject({
      code: 'RECORD_LOST',
      message: expect.stringContaining('already holds a record of version 2'),
      details: { migration: roles.id },
    })
    await expect(database.begin(roles)).rejects.toMatchObject({ code: 'RECORD_LOST' })
  })

  it('that somebody forged without a place in the order comes last, where people can see it', async () => {
    await using database = await trackedDatabase()
    await database.up(roles)
    await database.run(
      "INSERT INTO schema_migrations (version, name, applied_at, checksum, execution_time_ms) VALUES (1, 'x', '', '', 'y')",
    )
    const records = await database.tracker.applied(database.session)
    expect(records.map(({ id, sequence, durationMs }) => ({ id, sequence, durationMs }))).toEqual([
      { id: '002_add_roles', sequence: 1, durationMs: 12.5 },
      { id: '1_x', sequence: 2, durationMs: 0 },
    ])
  })

  it('that somebody deleted is missed by its rollback', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    await database.run('DELETE FROM schema_migrations')
    await expect(database.down(users)).rejects.toMatchObject({
      code: 'RECORD_LOST',
      message: expect.stringContaining('no longer in "schema_migrations"'),
    })
    await expect(database.begin(users, 'down')).rejects.toMatchObject({ code: 'RECORD_LOST' })
  })

  it('that somebody deleted while it was in doubt is missed by its next statement', async () => {
    await using database = await trackedDatabase()
    await database.begin(users)
    await database.run('DELETE FROM schema_migrations')
    const progress = database.tracker.progress(database.session, exampleAttempt(users), 1)
    await expect(progress).rejects.toMatchObject({ code: 'RECORD_LOST' })
  })

  it('whose metadata somebody broke is named', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    await database.run("UPDATE schema_migrations SET metadata = '{'")
    await expect(database.tracker.applied(database.session)).rejects.toMatchObject({
      code: 'RECORD_LOST',
      message: 'The metadata of 001_create_users in the tracking table cannot be read',
      hint: expect.stringContaining('set its metadata to NULL'),
    })
  })

  it('keeps its place when the whole history was dropped', async () => {
    await using database = await trackedDatabase()
    for (const migration of [users, roles]) await database.up(migration)
    await database.down(users)
    await database.run('DROP TABLE schema_migrations_history')
    await database.up(users)
    const { session, tracker } = database
    expect((await tracker.applied(session)).map(({ id, sequence }) => ({ id, sequence }))).toEqual([
      { id: roles.id, sequence: 2 },
      { id: users.id, sequence: 3 },
    ])
    const actions = (await tracker.history(session)).map(({ sequence, action }) => ({ sequence, action }))
    expect(actions).toEqual([
      { sequence: 3, action: 'up' },
      { sequence: 2, action: 'baseline' },
    ])
    await tracker.finish(session, exampleAttempt(exampleMigration('003_x')), { durationMs: 1, sql })
  })
})
