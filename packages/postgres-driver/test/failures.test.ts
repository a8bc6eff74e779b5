import { describe, expect, it } from 'vitest'
import { postgresDriver } from '../src/index.ts'
import { backendOf, eachTestInItsDatabase } from './each-database.ts'
import { errorOf, everythingOf } from './error-of.ts'
import { hasServer, onServer } from './test-server.ts'

it('says that a server is down, with its place', async () => {
  const driver = postgresDriver({ url: 'postgres://ada:s3cret@127.0.0.1:1/shop' })
  const error = await errorOf(driver.session('read'))
  expect(error.code).toBe('DATABASE_UNREACHABLE')
  expect(error.message).toContain('postgres://ada@127.0.0.1:1/shop cannot be reached')
  expect(everythingOf(error)).not.toContain('s3cret')
})

it('says that certificates cannot be read before it connects', async () => {
  const url = 'postgres://127.0.0.1:1/shop?sslmode=verify-ca&sslrootcert=/no/such.pem'
  const error = await errorOf(postgresDriver({ url }).session('read'))
  expect(error).toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringContaining('/no/such.pem'),
  })
})

describe.runIf(await hasServer())('a server that refuses', () => {
  const { current } = eachTestInItsDatabase()

  it('names an unknown database, in every mode', async () => {
    const driver = postgresDriver({ url: current().urlWith({ pathname: '/no_such_whimbrel' }) })
    for (const mode of ['read', 'write'] as const) {
      const error = await errorOf(driver.session(mode))
      expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { engineCode: '3D000' } })
      expect(error.message).toContain('no_such_whimbrel')
      expect(error.hint).toContain('createdb')
    }
  })

  it('names an unknown user and never the password', async () => {
    const url = current().urlWith({ username: 'no_such_whimbrel', password: 's3cret' })
    const error = await errorOf(postgresDriver({ url }).session('write'))
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect(error.message).toContain('no_such_whimbrel')
    expect(everythingOf(error)).not.toContain('s3cret')
  })

  it('lets nothing be changed where it is only for reading', async () => {
    const client = await current().client()
    await client.query(`ALTER DATABASE ${current().name} SET default_transaction_read_only = on`)
    const session = await current().session()
    const error = await errorOf(session.execute('CREATE TABLE birds (id integer)'))
    expect(error).toMatchObject({ code: 'DATABASE_READ_ONLY', details: { engineCode: '25006' } })
    expect(error.message).toContain(current().name)
  })

  it('names what depends on something that is dropped, and does not tell to drop that, too', async () => {
    const session = await current().session()
    await session.execute('CREATE TABLE birds (id integer)')
    await session.execute('CREATE VIEW flock AS SELECT id FROM birds')
    const error = await errorOf(session.execute('DROP TABLE birds'))
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { engineCode: '2BP01' } })
    expect(error.message).toContain('other objects depend on it (view flock depends on table birds)')
    expect(error.hint).toMatch(/^Drop what depends on it first/)
  })

  it('says where in the statement the error is', async () => {
    const session = await current().session()
    const error = await errorOf(session.execute('CREATE TABLE birds (id integr)'))
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { position: 24, engineCode: '42704' } })
    expect(error.message).toContain('integr')
  })

  it('takes a statement of 10 MB, and refuses one with a NUL', async () => {
    const session = await current().session()
    const long = 'x'.repeat(10_000_000)
    expect(await session.query(`SELECT length('${long}') AS length`)).toEqual([{ length: 10_000_000 }])
    expect(await errorOf(session.execute("SELECT 'a\0b'"))).toMatchObject({ code: 'STATEMENT_FAILED' })
  })

  it('names the right that is missing', async () => {
    const role = `${current().name}_reader`
    await onServer((client) => client.query(`CREATE ROLE ${role} LOGIN`))
    try {
      const driver = postgresDriver({ url: current().urlWith({ username: role }) })
      const session = await driver.session('write')
      const error = await errorOf(session.execute('CREATE TABLE public.birds (id integer)'))
      expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { engineCode: '42501' } })
      expect(error.hint).toContain('GRANT')
      await driver.close()
    } finally {
      await onServer((client) => client.query(`DROP ROLE ${role}`))
    }
  })

  it('cuts a connection in the middle of a transaction, of which nothing is kept', async () => {
    const driver = current().driver()
    const session = await driver.session('write')
    const work = session.transaction(async () => {
      await session.execute('CREATE TABLE birds (id integer)')
      const backend = await backendOf(session)
      await onServer((client) => client.query('SELECT pg_terminate_backend($1, 10000)', [backend]))
      await session.execute('CREATE TABLE nests (id integer)')
    })
    expect(await errorOf(work)).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect(await errorOf(session.execute('SELECT 1'))).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    const next = await driver.session('read')
    expect(await next.query("SELECT to_regclass('birds') AS birds")).toEqual([{ birds: null }])
  })

  it('cuts a connection before the commit, which tells the caller to look', async () => {
    const session = await current().session()
    const work = session.transaction(async () => {
      await session.execute('CREATE TABLE birds (id integer)')
      const backend = await backendOf(session)
      await onServer((client) => client.query('SELECT pg_terminate_backend($1, 10000)', [backend]))
    })
    const error = await errorOf(work)
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { commit: true } })
  })
})
