import { readFileSync, writeFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import type { LockOwner } from '@whimbrel/core'
import { type TemporaryDatabase, temporaryDatabase } from '@whimbrel/testing'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sqliteDriver } from '../src/index.ts'

let place: TemporaryDatabase
beforeEach(async () => {
  place = await temporaryDatabase()
})
afterEach(() => place.remove())

const owner = (): LockOwner => ({ host: 'here', pid: 1, command: 'test', since: new Date().toISOString() })
const now = { timeoutMs: 0 }

it('locks a file and a link to it as one database', async () => {
  await (await sqliteDriver({ path: place.database }).session('write')).close()
  await symlink(place.database, place.file('link.db'))
  const lock = await sqliteDriver({ path: place.database }).lock(owner(), now)
  const other = sqliteDriver({ path: place.file('link.db') }).lock(owner(), now)
  await expect(other).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
  await lock.release()
})

it('locks a file and a handle on it as one database', async () => {
  const handle = new Database(place.database)
  const lock = await sqliteDriver({ handle }).lock(owner(), now)
  const other = sqliteDriver({ path: place.database }).lock(owner(), now)
  await expect(other).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
  await lock.release()
  handle.close()
})

it('locks a database in memory for all drivers of one handle only', async () => {
  const handle = new Database(':memory:')
  const lock = await sqliteDriver({ handle }).lock(owner(), now)
  await expect(sqliteDriver({ handle }).lock(owner(), now)).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
  const apart = await sqliteDriver({ path: ':memory:' }).lock(owner(), now)
  await apart.release()
  await lock.release()
  await (await sqliteDriver({ handle }).lock(owner(), now)).release()
  handle.close()
})

it('says what to do about a lock file that is damaged', async () => {
  writeFileSync(`${place.database}.lock`, 'no database at all, only some text that is long enough'.repeat(20))
  const error = await sqliteDriver({ path: place.database })
    .lock(owner(), now)
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'DATABASE_INVALID', hint: expect.stringContaining('delete') })
})

it.each<[string, (whole: Buffer) => Buffer]>([
  ['its first page only', (whole) => whole.subarray(0, 512)],
  ['its second page only', (whole) => Buffer.concat([Buffer.alloc(512), whole.subarray(512)])],
  ['a second page of nothing', (whole) => Buffer.concat([whole.subarray(0, 512), Buffer.alloc(512)])],
  ['a second page of anything', (whole) => Buffer.concat([whole.subarray(0, 512), Buffer.alloc(512, 0xa5)])],
  ['its size only', (whole) => Buffer.alloc(whole.length)],
])('locks with a lock file of which a loss of power left %s', async (_, torn) => {
  const file = `${place.database}.lock`
  await (await sqliteDriver({ path: place.database }).lock(owner(), now)).release()
  const whole = readFileSync(file)
  expect(whole).toHaveLength(1024)
  writeFileSync(file, torn(whole))
  const lock = await sqliteDriver({ path: place.database }).lock(owner(), now)
  const other = sqliteDriver({ path: place.database }).lock(owner(), now)
  await expect(other).rejects.toMatchObject({
    code: 'LOCK_TIMEOUT',
    details: { holder: { command: 'test' } },
  })
  await lock.release()
})

it('takes over a lock file that another program filled with a table of its own', async () => {
  const foreign = new Database(`${place.database}.lock`)
  foreign.exec('CREATE TABLE owner (something)')
  foreign.close()
  const lock = sqliteDriver({ path: place.database }).lock(owner(), now)
  await expect(lock).rejects.toMatchObject({ code: 'DATABASE_INVALID' })
})

it('makes the directory of a database that is new', async () => {
  const driver = sqliteDriver({ path: place.file('new', 'deep', 'a.db') })
  await (await driver.lock(owner(), now)).release()
  expect(await driver.exists()).toBe(false)
})

it('leaves the database as it is', async () => {
  await (await sqliteDriver({ path: place.database }).lock(owner(), now)).release()
  expect(await sqliteDriver({ path: place.database }).exists()).toBe(false)
})
