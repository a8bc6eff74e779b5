import type { Driver, RunEvent } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasOwnPostgres, type OwnPostgres, startOwnPostgres } from '../../../test/own-postgres.ts'
import { type PostgresDriverOptions, postgresDriver } from '../src/index.ts'
import { errorOf, everythingOf } from './error-of.ts'
import { runnerFor } from './runner-for.ts'
import { makeCertificate } from './start-tls-server.ts'
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

  it('that follows another one takes no run, and nothing is changed', async () => {
    await using directory = await temporaryDirectory()
    const standby = await server.standby()
    const driver = driverFor(standby.url)
    const runner = await runnerFor({
      driver,
      directory,
      files: { '001_birds': 'CREATE TABLE birds (id integer);' },
    })
    expect(await errorOf(runner.up())).toMatchObject({
      code: 'DATABASE_READ_ONLY',
      hint: expect.stringContaining('primary'),
    })
    expect((await runner.status()).applied).toEqual([])
    const found = await driver.diagnose?.()
    expect(found).toContainEqual(expect.objectContaining({ name: 'writing', verdict: 'problem' }))
  })

  it('that is started again in the middle of a run has kept what was committed, and the next run goes on', async () => {
    await using directory = await temporaryDirectory()
    const files = {
      '001_first': 'CREATE TABLE first (id integer);',
      '002_second': 'CREATE TABLE second (id integer);\nSELECT pg_sleep(600);',
      '003_third': 'CREATE TABLE third (id integer);',
    }
    let restarted: Promise<void> | undefined
    const onEvent = (event: RunEvent) => {
      if (event.type !== 'statement-started' || event.statement !== 2) return
      restarted ??= server.stop('immediate').then(() => server.start())
    }
    const runner = await runnerFor({ driver: driverFor(server.url), directory, files, onEvent })
    const error = await errorOf(runner.up())
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { migration: '002_second' } })
    await restarted
    const { applied, plan } = await runner.status()
    expect(applied.map(({ id }) => id)).toEqual(['001_first'])
    expect(plan.steps.map(({ id }) => id)).toEqual(['002_second', '003_third'])
    const again = await runnerFor({
      driver: driverFor(server.url),
      directory,
      files: { '002_second': 'CREATE TABLE second (id integer);' },
    })
    expect((await again.up()).steps.map(({ outcome }) => outcome)).toEqual(['applied', 'applied'])
  })
})

const certificate = await makeCertificate()

describe.runIf(hasOwnPostgres() && certificate !== undefined)('a server with TLS', () => {
  let server: OwnPostgres
  const drivers: Driver[] = []

  beforeAll(async () => {
    server = await startOwnPostgres({
      ...(certificate === undefined ? {} : { tls: certificate }),
      access: ['hostnossl shop all 127.0.0.1/32 reject', 'hostssl all all 127.0.0.1/32 trust'],
    })
    await onServer((client) => client.query('CREATE DATABASE shop'), server.url)
  })
  afterAll(async () => {
    for (const driver of drivers.splice(0)) await driver.close()
    await server[Symbol.asyncDispose]()
    await certificate?.[Symbol.asyncDispose]()
  })

  const session = (host: string, parameters: string) => {
    const driver = postgresDriver({ url: `postgres://postgres@${host}:${server.port}/shop?${parameters}` })
    drivers.push(driver)
    return driver.session('read')
  }
  const encrypted = 'SELECT ssl AS yes FROM pg_stat_ssl WHERE pid = pg_backend_pid()'

  it.each([
    ['127.0.0.1', 'sslmode=prefer'],
    ['127.0.0.1', 'sslmode=require'],
    ['127.0.0.1', `sslmode=verify-ca&sslrootcert=${encodeURIComponent(certificate?.path ?? '')}`],
    ['localhost', `sslmode=verify-full&sslrootcert=${encodeURIComponent(certificate?.path ?? '')}`],
  ])('is spoken to in secret by %s with %s', async (host, parameters) => {
    expect(await (await session(host, parameters)).query(encrypted)).toEqual([{ yes: 1 }])
  })

  it('refuses who wants none, and is refused where its certificate is not known', async () => {
    const plain = await errorOf(session('127.0.0.1', 'sslmode=disable'))
    expect(plain).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { engineCode: '28000' } })
    expect(plain.hint).toContain('pg_hba.conf')
    const unknown = await errorOf(session('localhost', 'sslmode=verify-full'))
    expect(unknown).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      hint: expect.stringContaining('sslrootcert'),
    })
  })
})
