import type { MigrateError } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { mysqlDriver } from '../src/index.ts'
import { connectionOf, eachTestInItsDatabase } from './each-database.ts'
import { errorOf, migrationFile, runnerFor } from './runner-for.ts'
import { hasServer, onServer } from './test-server.ts'

function everything({ message, hint, stack, details, cause }: MigrateError): string {
  return JSON.stringify([message, hint, stack, details, String(cause), cause])
}

it('says that a server is down, with its place', async () => {
  const driver = mysqlDriver({ url: 'mysql://ada:s3cret@127.0.0.1:1/shop' })
  const error = await errorOf(driver.session('read'))
  expect(error.code).toBe('DATABASE_UNREACHABLE')
  expect(error.message).toContain('mysql://ada@127.0.0.1:1/shop cannot be reached')
  expect(everything(error)).not.toContain('s3cret')
})

it('says that certificates cannot be read before it connects', async () => {
  const url = 'mysql://127.0.0.1:1/shop?ssl-mode=VERIFY_CA&ssl-ca=/no/such.pem'
  const error = await errorOf(mysqlDriver({ url }).session('read'))
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  expect(error.message).toContain('/no/such.pem')
})

describe.runIf(await hasServer())('a server that refuses', () => {
  const { current } = eachTestInItsDatabase()

  it('names an unknown database, in every mode', async () => {
    const driver = mysqlDriver({ url: current().urlWith({ pathname: '/no_such_whimbrel' }) })
    for (const mode of ['read', 'write'] as const) {
      const error = await errorOf(driver.session(mode))
      expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { engineCode: 1049 } })
      expect(error.message).toContain('no_such_whimbrel')
      expect(error.hint).toContain('CREATE DATABASE')
    }
  })

  it('names a user whose password is wrong, and never the password', async () => {
    const url = current().urlWith({ username: 'no_such_whimbrel', password: 's3cret' })
    const error = await errorOf(mysqlDriver({ url }).session('write'))
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect(error.message).toContain('no_such_whimbrel')
    expect(everything(error)).not.toContain('s3cret')
  })

  it('lets nothing be changed in a session for reading', async () => {
    const session = await current().session('read')
    const error = await errorOf(session.execute('CREATE TABLE birds (id integer)'))
    expect(error).toMatchObject({ code: 'DATABASE_READ_ONLY', details: { engineCode: 1792 } })
  })

  it('gives up waiting for the lock of another connection', async () => {
    const client = await current().client()
    await client.query('CREATE TABLE birds (id integer)')
    await client.query('LOCK TABLES birds WRITE')
    const session = await current().session('write', { lockTimeoutMs: 20 })
    const error = await errorOf(session.execute('ALTER TABLE birds ADD COLUMN name text'))
    expect(error).toMatchObject({ code: 'DATABASE_BUSY', details: { engineCode: 1205, transient: true } })
  })

  it.each([
    ['SELECT 1,\n  2 FRM birds b', 19],
    ['SELECT (1', 10],
  ])('says where in the statement the error is: %j', async (sql, position) => {
    const session = await current().session()
    const error = await errorOf(session.execute(sql))
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { engineCode: 1064, position } })
  })

  it('takes a statement of 10 MB', async () => {
    const session = await current().session()
    const long = 'x'.repeat(10_000_000)
    expect(await session.query(`SELECT length('${long}') AS length`)).toEqual([{ length: 10_000_000 }])
  })

  it('names the right that is missing', async () => {
    const user = `${current().name.slice(0, 20)}_r`
    await onServer((client) => client.query(`CREATE USER ${user}@'%'`))
    try {
      await onServer((client) => client.query(`GRANT SELECT ON ${current().name}.* TO ${user}@'%'`))
      const driver = mysqlDriver({ url: current().urlWith({ username: user, password: '' }) })
      const session = await driver.session('write')
      const error = await errorOf(session.execute('CREATE TABLE birds (id integer)'))
      expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { engineCode: 1142 } })
      expect(error.hint).toContain('GRANT')
      await driver.close()
    } finally {
      await onServer((client) => client.query(`DROP USER ${user}@'%'`))
    }
  })

  it('says which right the tracking tables need, before anything of a migration runs', async () => {
    await using directory = await temporaryDirectory()
    const user = `${current().name.slice(0, 20)}_t`
    await onServer((client) => client.query(`CREATE USER ${user}@'%' IDENTIFIED BY 's3cret'`))
    try {
      await onServer((client) => client.query(`GRANT SELECT, INSERT ON ${current().name}.* TO ${user}@'%'`))
      const driver = current().driver({ url: current().urlWith({ username: user, password: 's3cret' }) })
      const run = await runnerFor({
        driver,
        directory: directory.path,
        files: { '001_birds': migrationFile('INSERT INTO birds VALUES (1);') },
      })
      await (await current().client()).query('CREATE TABLE birds (id integer)')
      const error = await errorOf(run.up())
      expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { engineCode: 1142 } })
      expect(error.message).toMatch(/CREATE command denied to user .*schema_migrations/)
      expect(error.hint).toContain('GRANT')
      expect(everything(error)).not.toContain('s3cret')
      expect((await (await current().client()).query('SELECT * FROM birds'))[0]).toEqual([])
      const problems = (await driver.diagnose?.())?.filter(({ verdict }) => verdict === 'problem')
      expect(problems).toMatchObject([
        { name: 'rights', message: expect.stringContaining('UPDATE, DELETE, CREATE') },
      ])
      await driver.close()
    } finally {
      await onServer((client) => client.query(`DROP USER ${user}@'%'`))
    }
  })

  it('tells of a server that is down, of a wrong password and an unknown database in doctor, too', async () => {
    for (const [parts, hint] of [
      [{ host: '127.0.0.1:1' }, 'Check that the server runs'],
      [{ username: 'no_such_whimbrel', password: 's3cret' }, 'Check user and password'],
      [{ pathname: '/no_such_whimbrel' }, 'CREATE DATABASE'],
    ] as const) {
      const found = await mysqlDriver({ url: current().urlWith(parts) }).diagnose?.()
      expect(found).toMatchObject([
        { name: 'server', verdict: 'problem', hint: expect.stringContaining(hint) },
      ])
      expect(JSON.stringify(found)).not.toContain('s3cret')
    }
  })

  it('is no matter to a database that is named like a tracking table, and to names full of quotation marks', async () => {
    await using directory = await temporaryDirectory()
    const name = 'schema_migrations'
    await onServer((client) => client.query(`CREATE DATABASE IF NOT EXISTS ${name}`))
    try {
      for (const table of ['schema_migrations', 'it`s "odd"; \'\\']) {
        const driver = current().driver({ url: current().urlWith({ pathname: `/${name}` }) })
        const run = await runnerFor(
          {
            driver,
            directory: directory.path,
            files: {
              '001_birds': migrationFile(
                'CREATE OR REPLACE TABLE `b``"\'s` (id integer);',
                'DROP TABLE `b``"\'s`;',
              ),
            },
          },
          { tracker: sqlVersionTracker({ dialect: 'mysql', table }) },
        )
        await run.up()
        expect(await run.status()).toMatchObject({
          applied: [{ id: '001_birds' }],
          findings: [],
          plan: { steps: [] },
        })
        await driver.close()
      }
    } finally {
      await onServer((client) => client.query(`DROP DATABASE ${name}`))
    }
  })

  it('cuts a connection in the middle of a transaction, of which nothing is kept', async () => {
    const driver = current().driver()
    const session = await driver.session('write')
    await session.execute('CREATE TABLE birds (id integer)')
    const work = session.transaction(async () => {
      await session.execute('INSERT INTO birds VALUES (1)')
      const id = await connectionOf(session)
      await onServer((client) => client.query(`KILL ${id}`))
      await session.execute('INSERT INTO birds VALUES (2)')
    })
    expect(await errorOf(work)).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect(await errorOf(session.execute('SELECT 1'))).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    const next = await driver.session('read')
    expect(await next.query('SELECT * FROM birds')).toEqual([])
  })
})
