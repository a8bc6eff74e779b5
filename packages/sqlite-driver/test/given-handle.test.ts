import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { eachTestInItsPlace } from './open-session.ts'

const place = eachTestInItsPlace()
const settings = [
  'foreign_keys',
  'synchronous',
  'busy_timeout',
  'journal_mode',
  'legacy_alter_table',
  'recursive_triggers',
]
const settingsOf = (handle: Database.Database) =>
  settings.map((name) => handle.pragma(name, { simple: true }))

describe('a handle of the application', () => {
  it('has the same settings before and after, and stays open', async () => {
    const handle = place.current().handle({ timeout: 1234 })
    handle.pragma('foreign_keys = OFF')
    handle.pragma('synchronous = NORMAL')
    const before = settingsOf(handle)
    const session = await place.current().session('write', { handle })
    expect(handle.pragma('synchronous', { simple: true })).toBe(3)
    await session.transaction(() => session.execute('CREATE TABLE t (x)'), { foreignKeys: true })
    await session.execute('PRAGMA legacy_alter_table = ON')
    await session.close()
    expect([handle.open, settingsOf(handle)]).toEqual([true, before])
  })

  it('has the same settings after work that failed', async () => {
    const handle = place.current().handle()
    const before = settingsOf(handle)
    const driver = place.current().driver({ handle })
    const session = await driver.session('write')
    await session.transaction(() => session.execute('nonsense')).catch(() => undefined)
    await driver.close()
    expect([handle.open, handle.inTransaction, settingsOf(handle)]).toEqual([true, false, before])
  })

  it('is left as it is by a reader', async () => {
    const handle = place.current().handle()
    handle.exec('CREATE TABLE t (x)')
    const before = settingsOf(handle)
    const session = await place.current().session('read', { handle })
    await expect(session.execute('DROP TABLE t')).rejects.toMatchObject({ code: 'DATABASE_READ_ONLY' })
    await session.close()
    expect(settingsOf(handle)).toEqual(before)
  })

  it('may be in memory, and is there from the beginning', async () => {
    const handle = new Database(':memory:')
    const driver = place.current().driver({ handle, label: 'cache' })
    expect([driver.location, await driver.exists()]).toEqual(['cache', true])
    const session = await driver.session('write')
    await session.transaction(() => session.execute('CREATE TABLE t (x)'))
    await driver.close()
    expect(handle.prepare('SELECT count(*) FROM t').pluck().get()).toBe(0)
    handle.close()
  })

  it('may return integers as bigint to its application', async () => {
    const handle = new Database(':memory:')
    handle.defaultSafeIntegers(true)
    const session = await place.current().session('write', { handle })
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(await session.transaction(() => session.changes())).toBe(0)
    await session.close()
    handle.close()
  })

  it.each([
    ['is closed', (handle: Database.Database) => handle.close()],
    ['is inside a transaction', (handle: Database.Database) => handle.exec('BEGIN')],
  ])('is refused when it %s', async (state, bring) => {
    const handle = place.current().handle()
    bring(handle)
    await expect(place.current().session('write', { handle })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(state),
    })
  })

  it('is refused for writing when it is read-only', async () => {
    place.current().handle().exec('CREATE TABLE t (x)')
    const handle = place.current().handle({ readonly: true })
    await expect(place.current().session('write', { handle })).rejects.toMatchObject({ code: 'USAGE' })
    const session = await place.current().session('read', { handle })
    expect(await session.query('SELECT x FROM t')).toEqual([])
  })
})

describe('a database in memory', () => {
  it('begins with the first session for writing and lasts as long as the driver', async () => {
    const driver = place.current().driver({ path: ':memory:' })
    expect(await driver.exists()).toBe(false)
    await expect(driver.session('read')).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
    const session = await driver.session('write')
    await session.execute('CREATE TABLE t (x)')
    await session.close()
    const reader = await driver.session('read')
    expect(await reader.query('SELECT x FROM t')).toEqual([])
    await driver.close()
    expect(await driver.exists()).toBe(false)
  })
})
