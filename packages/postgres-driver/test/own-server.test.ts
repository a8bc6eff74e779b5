import type { Driver } from '@whimbrel/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasOwnPostgres, type OwnPostgres, startOwnPostgres } from '../../../test/own-postgres.ts'
import { type PostgresDriverOptions, postgresDriver } from '../src/index.ts'
import { errorOf, everythingOf } from './error-of.ts'
import { onServer } from './test-server.ts'

describe.runIf(hasOwnPostgres())('a server that is not as others', () => {
  let server: OwnPostgres
  const drivers: Driver[] = []
  const driverFor = (url: string, options: Partial<PostgresDriverOptions> = {}) => {
    const driver = postgresDriver({ url, ...options })
    drivers.push(driver)
    return driver
  }

  beforeAll(async () => {
    server = await startOwnPostgres({
      access: ['host all ada 127.0.0.1/32 scram-sha-256'],
      settings: { max_prepared_transactions: 2 },
    })
  })
  afterEach(async () => {
    for (const driver of drivers.splice(0)) await driver.close()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('refuses a wrong password, which nobody gets to see, and takes the right one', async () => {
    await onServer((client) => client.query("CREATE ROLE ada LOGIN PASSWORD 'r1ght'"), server.url)
    const wrong = await errorOf(driverFor(server.url.replace('postgres@', 'ada:wr0ng@')).session('read'))
    expect(wrong).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining('password authentication failed for user "ada"'),
      hint: expect.stringContaining('password'),
      details: { engineCode: '28P01' },
    })
    expect(everythingOf(wrong)).not.toContain('wr0ng')
    const none = await errorOf(driverFor(server.url.replace('postgres@', 'ada@')).session('read'))
    expect(none).toMatchObject({ code: 'DATABASE_UNREACHABLE', hint: expect.stringContaining('password') })
    const right = await driverFor(server.url.replace('postgres@', 'ada:r1ght@')).session('read')
    expect(await right.query('SELECT current_user::text AS me')).toEqual([{ me: 'ada' }])
  })

  it('that follows another one changes nothing, and says where changes are made', async () => {
    const standby = await server.standby()
    const session = await driverFor(standby.url).session('write')
    const error = await errorOf(session.execute('CREATE TABLE birds (id integer)'))
    expect(error).toMatchObject({
      code: 'DATABASE_READ_ONLY',
      message: expect.stringContaining(`127.0.0.1:${standby.port}`),
      hint: expect.stringContaining('primary'),
    })
  })

  it('names a prepared transaction that is in the way, which belongs to no connection', async () => {
    await onServer((client) => client.query('CREATE TABLE nests (id integer)'), server.url)
    const left = "BEGIN; SELECT * FROM nests; PREPARE TRANSACTION 'left_over'"
    await onServer((client) => client.query(left), server.url)
    const session = await driverFor(server.url, { lockTimeoutMs: 200 }).session('write')
    const error = await errorOf(session.execute('ALTER TABLE nests ADD COLUMN size integer'))
    expect(error.message).toContain('nests is held by a prepared transaction (left_over)')
    expect(error.hint).toContain('ROLLBACK PREPARED')
  })
})
