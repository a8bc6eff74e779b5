import { exampleMigration } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { run, sql, trackedDatabase } from './tracked-database.ts'

const vacuum = exampleMigration('004_vacuum', { transactional: false })
const roles = exampleMigration('005_add_roles')

describe('settle', () => {
  it.each(['up', 'down'] as const)('as applied keeps the record of a doubtful %s', async (direction) => {
    await using database = await trackedDatabase()
    const { tracker, session } = database
    if (direction === 'down') await database.up(vacuum)
    await database.begin(vacuum, direction)
    await tracker.settle(session, vacuum.id, { as: 'applied', run, reason: 'the index is there' })
    const records = await tracker.applied(session)
    expect(records).toMatchObject([{ id: vacuum.id, state: 'applied', direction: 'up', progress: null }])
    expect(await tracker.kept(session, '4')).toEqual(sql)
    const [entry] = await tracker.history(session)
    const { runId, by, toolVersion } = run
    expect(entry).toMatchObject({
      action: 'mark',
      outcome: 'applied',
      reason: 'the index is there',
      runId,
      by,
      toolVersion,
    })
  })

  it.each(['up', 'down'] as const)('as pending removes the record of a doubtful %s', async (direction) => {
    await using database = await trackedDatabase()
    const { tracker, session } = database
    if (direction === 'down') await database.up(vacuum)
    await database.begin(vacuum, direction)
    await tracker.settle(session, vacuum.id, { as: 'pending', run })
    expect(await tracker.applied(session)).toEqual([])
    expect((await tracker.history(session))[0]).toMatchObject({
      action: 'mark',
      outcome: 'reverted',
      reason: null,
    })
    await database.up(vacuum)
    expect(await tracker.applied(session)).toHaveLength(1)
  })

  it.each(['004_vacuum', '4', '004'])('finds the record by %s', async (name) => {
    await using database = await trackedDatabase()
    await database.begin(vacuum)
    await database.tracker.settle(database.session, name, { as: 'applied', run })
    expect(await database.tracker.applied(database.session)).toMatchObject([{ state: 'applied' }])
  })

  it('refuses what is not in doubt, and what nobody knows, each with its own words', async () => {
    await using database = await trackedDatabase()
    await database.up(roles)
    const { tracker, session } = database
    await expect(tracker.settle(session, roles.id, { as: 'pending', run })).rejects.toMatchObject({
      code: 'NOT_IN_DOUBT',
      message: '005_add_roles is applied and not in doubt: there is nothing to mark',
      hint: expect.stringContaining('whimbrel down --only 005_add_roles'),
    })
    await expect(tracker.settle(session, '006_gone', { as: 'applied', run })).rejects.toMatchObject({
      code: 'MIGRATION_UNKNOWN',
      message: 'The database has no record of 006_gone',
    })
    await expect(tracker.settle(session, ' ', { as: 'applied', run })).rejects.toMatchObject({
      code: 'USAGE',
    })
    expect(await tracker.history(session)).toHaveLength(1)
  })

  it('refuses to mark it anything else, and keeps the record', async () => {
    await using database = await trackedDatabase()
    await database.begin(vacuum)
    const settled = database.tracker.settle(database.session, '4', { as: 'aplied' as 'applied', run })
    await expect(settled).rejects.toMatchObject({ code: 'USAGE' })
    expect(await database.tracker.applied(database.session)).toMatchObject([{ state: 'in-doubt' }])
  })

  it('changes nothing in a database without tables', async () => {
    await using database = await trackedDatabase()
    const settled = database.tracker.settle(database.session, '4', { as: 'applied', run })
    await expect(settled).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN' })
    expect(await database.schema()).toEqual([])
  })
})

describe('acceptChecksum', () => {
  const edited = exampleMigration('005_add_roles', {
    checksum: `sha256:${'e'.repeat(64)}`,
    fingerprint: 'f'.repeat(64),
    description: 'Edited',
  })
  const newSql = { up: 'CREATE TABLE roles (id)', down: null }

  it('takes what the migration says now, and keeps the old checksum and the reason', async () => {
    await using database = await trackedDatabase()
    await database.up(roles)
    const { tracker, session } = database
    const [before] = await tracker.applied(session)
    await tracker.acceptChecksum(session, {
      migration: edited,
      sql: newSql,
      run,
      reason: 'a comment became code',
    })
    const { checksum, fingerprint, description } = edited
    expect(await tracker.applied(session)).toEqual([{ ...before, checksum, fingerprint, description }])
    expect(await tracker.kept(session, '5')).toEqual(newSql)
    expect((await tracker.history(session))[0]).toMatchObject({
      id: roles.id,
      action: 'accept',
      outcome: 'recorded',
      checksum,
      previousChecksum: roles.checksum,
      reason: 'a comment became code',
      by: run.by,
    })
  })

  it('keeps the old checksum of a down with the reason', async () => {
    await using database = await trackedDatabase()
    await database.up(roles)
    const migration = { ...edited, downChecksum: null }
    await database.tracker.acceptChecksum(database.session, { migration, run, reason: 'no way back' })
    const [entry] = await database.tracker.history(database.session)
    expect(entry?.reason).toBe(`no way back (its down was ${roles.downChecksum})`)
  })

  it('keeps no SQL any longer where none is given', async () => {
    await using database = await trackedDatabase()
    await database.up(roles)
    await database.tracker.acceptChecksum(database.session, { migration: edited, run })
    expect(await database.tracker.kept(database.session, '5')).toBeUndefined()
  })

  it('takes the name of a file that was renamed', async () => {
    await using database = await trackedDatabase()
    await database.up(roles)
    const migration = exampleMigration('005_add_user_roles')
    await database.tracker.acceptChecksum(database.session, { migration, run })
    const records = await database.tracker.applied(database.session)
    expect(records).toMatchObject([{ id: '005_add_user_roles', name: 'add_user_roles', version: '5' }])
  })

  it('refuses what is not applied, and what is in doubt', async () => {
    await using database = await trackedDatabase()
    const accept = () => database.tracker.acceptChecksum(database.session, { migration: edited, run })
    await expect(accept()).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN' })
    await database.begin(roles)
    await expect(accept()).rejects.toMatchObject({
      code: 'IN_DOUBT',
      hint: expect.stringContaining('whimbrel mark'),
    })
    expect(await database.tracker.history(database.session)).toHaveLength(1)
  })
})
