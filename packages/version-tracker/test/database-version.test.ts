import { access } from 'node:fs/promises'
import { memoryVersionTracker, type Session } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { exampleMigration, temporaryDatabase } from '@whimbrel/testing'
import { databaseVersion, sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { run, type TrackedDatabase, trackedDatabase } from './tracked-database.ts'

const users = exampleMigration('001_create_users')
const roles = exampleMigration('002_add_roles')
const index = exampleMigration('003_add_index')
const all = [users, roles, index]

function only({ session, tracker }: TrackedDatabase) {
  return { session, tracker }
}

describe('databaseVersion', () => {
  it('knows what is applied, by id and by version', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    const { isApplied } = databaseVersion(only(database))
    for (const name of ['001_create_users', '1', '001']) expect(await isApplied(name)).toBe(true)
    for (const name of ['002_add_roles', '2', '001_create', '11']) expect(await isApplied(name)).toBe(false)
    await expect(isApplied('')).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('does not take for applied what is in doubt', async () => {
    await using database = await trackedDatabase()
    await database.begin(users)
    expect(await databaseVersion(only(database)).isApplied('1')).toBe(false)
    expect(await databaseVersion(only(database)).pending(all)).toEqual([roles, index])
  })

  it('lists what is pending, in the order given', async () => {
    await using database = await trackedDatabase()
    await database.up(roles)
    expect(await databaseVersion(only(database)).pending([index, roles, users])).toEqual([index, users])
  })

  it('tells the history', async () => {
    await using database = await trackedDatabase()
    for (const migration of all) await database.up(migration)
    const { history } = databaseVersion(only(database))
    expect((await history({ limit: 2 })).map(({ id }) => id)).toEqual([index.id, roles.id])
  })

  it('is content where the database has every migration of the application', async () => {
    await using database = await trackedDatabase()
    for (const migration of all) await database.up(migration)
    await expect(databaseVersion(only(database)).assertCurrent(all)).resolves.toBeUndefined()
  })

  it('does not mind old migrations that the application no longer has', async () => {
    await using database = await trackedDatabase()
    for (const migration of all) await database.up(migration)
    await expect(databaseVersion(only(database)).assertCurrent([index])).resolves.toBeUndefined()
  })

  it('compares checksums only where they are known', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    await expect(
      databaseVersion(only(database)).assertCurrent([{ id: users.id, version: '1' }]),
    ).resolves.toBeUndefined()
    await database.run("UPDATE schema_migrations SET checksum = 'imported', fingerprint = NULL")
    await expect(databaseVersion(only(database)).assertCurrent([users])).resolves.toBeUndefined()
  })

  it('refuses a database where something is pending, and says how to go on', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    await expect(
      databaseVersion({ ...only(database), name: 'settings' }).assertCurrent(all),
    ).rejects.toMatchObject({
      code: 'PENDING',
      message: '2 migrations are pending: 002_add_roles, 003_add_index',
      hint: 'Run "whimbrel up --db settings", then start the application again',
      details: { pending: [roles.id, index.id] },
    })
    const one = databaseVersion(only(database)).assertCurrent([users, roles])
    await expect(one).rejects.toMatchObject({
      message: 'One migration is pending: 002_add_roles',
      hint: expect.stringContaining('"whimbrel up"'),
    })
  })

  it('shortens a long list of what is pending', async () => {
    await using database = await trackedDatabase()
    const many = Array.from({ length: 9 }, (_, at) => exampleMigration(`${at + 1}_x`))
    await expect(databaseVersion(only(database)).assertCurrent(many)).rejects.toMatchObject({
      message: '9 migrations are pending: 1_x, 2_x, 3_x, 4_x, 5_x and 4 more',
    })
  })

  it('refuses an application that is older than its database, and names both', async () => {
    await using database = await trackedDatabase()
    for (const migration of all) await database.up(migration)
    await expect(databaseVersion(only(database)).assertCurrent([users, roles])).rejects.toMatchObject({
      code: 'DATABASE_AHEAD',
      message: expect.stringMatching(/003_add_index.*002_add_roles/),
      details: { database: index.id, application: roles.id },
    })
    await expect(databaseVersion(only(database)).assertCurrent([])).rejects.toMatchObject({
      code: 'DATABASE_AHEAD',
    })
  })

  it('refuses a database with something in doubt before anything else', async () => {
    await using database = await trackedDatabase()
    await database.begin(users)
    await expect(databaseVersion(only(database)).assertCurrent(all)).rejects.toMatchObject({
      code: 'IN_DOUBT',
      hint: expect.stringContaining('whimbrel mark 001_create_users applied'),
    })
  })

  it('refuses a migration that is not what was applied', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    const edited = { ...users, checksum: `sha256:${'e'.repeat(64)}`, fingerprint: 'other' }
    await expect(databaseVersion(only(database)).assertCurrent([edited])).rejects.toMatchObject({
      code: 'CHECKSUM_CHANGED',
      details: { migration: users.id, stored: users.checksum, current: edited.checksum },
    })
    await database.tracker.acceptChecksum(database.session, { migration: edited, run })
    await expect(databaseVersion(only(database)).assertCurrent([edited])).resolves.toBeUndefined()
  })

  it('finds nothing applied where there is no database, and makes none', async () => {
    await using place = await temporaryDatabase()
    const driver = sqliteDriver({ path: place.database })
    const version = databaseVersion({ driver, tracker: sqlVersionTracker() })
    expect(await version.isApplied('1')).toBe(false)
    expect(await version.pending(all)).toEqual(all)
    expect(await version.history()).toEqual([])
    await expect(version.assertCurrent(all)).rejects.toMatchObject({ code: 'PENDING' })
    await expect(access(place.database)).rejects.toThrow('ENOENT')
    await driver.close()
  })

  it('opens a session for reading for each question, and closes it', async () => {
    await using place = await temporaryDatabase()
    const driver = sqliteDriver({ path: place.database })
    const tracker = sqlVersionTracker()
    const writing = await driver.session('write')
    await tracker.baseline(writing, [users], { run })
    await writing.close()
    const sessions: Session[] = []
    const open = driver.session.bind(driver)
    driver.session = async (mode) => {
      expect(mode).toBe('read')
      const session = await open(mode)
      sessions.push(session)
      return session
    }
    const version = databaseVersion({ driver, tracker })
    expect(await version.isApplied('1')).toBe(true)
    await expect(version.isApplied('')).rejects.toMatchObject({ code: 'USAGE' })
    await expect(version.history({ limit: 0 })).rejects.toMatchObject({ code: 'USAGE' })
    expect(sessions).toHaveLength(3)
    for (const session of sessions) await expect(session.query('SELECT 1')).rejects.toThrow('is closed')
    await driver.close()
  })

  it('asks any tracker', async () => {
    await using database = await trackedDatabase()
    const version = databaseVersion({ session: database.session, tracker: memoryVersionTracker() })
    expect(await version.pending(all)).toEqual(all)
  })

  it('refuses options that make no sense', async () => {
    await using database = await trackedDatabase()
    const { session, tracker } = database
    const driver = sqliteDriver({ path: ':memory:' })
    const wrong = [
      { tracker },
      { session },
      { driver, session, tracker },
      { session, tracker, table: 'x' },
      {},
    ]
    for (const options of wrong) {
      expect(() => databaseVersion(options as never)).toThrow(expect.objectContaining({ code: 'USAGE' }))
    }
  })
})
