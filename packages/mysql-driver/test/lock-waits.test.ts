import { type RunEvent, retry } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { connectionOf, eachTestInItsDatabase } from './each-database.ts'
import { errorOf, migrationFile, runnerFor } from './runner-for.ts'
import { hasServer, onServer } from './test-server.ts'

const birds = 'CREATE TABLE birds (id integer PRIMARY KEY, n integer) ENGINE = InnoDB'

describe.runIf(await hasServer())('a statement that others are in the way of', () => {
  const { current } = eachTestInItsDatabase()

  const connectionsOf = async () =>
    onServer(async (server) => {
      const sql = `SELECT id FROM information_schema.processlist WHERE db = '${current().name}'`
      return ((await server.query(sql))[0] as { id: number }[]).map(({ id }) => id)
    })

  it('says whose transaction is open, for how long and at what, and how long it was tried', async () => {
    await using directory = await temporaryDirectory()
    const client = await current().client()
    await client.query(`${birds}`)
    await client.query('INSERT INTO birds VALUES (1, 0)')
    await client.query('START TRANSACTION')
    await client.query('UPDATE birds SET n = 1')
    const events: RunEvent['type'][] = []
    const run = await runnerFor(
      {
        driver: current().driver({ busyTimeoutMs: 100 }),
        directory: directory.path,
        files: { '001_all': migrationFile('UPDATE birds SET n = 2;') },
      },
      { onEvent: ({ type }) => void events.push(type) },
    )
    const error = await errorOf(run.up())
    expect(error).toMatchObject({
      code: 'DATABASE_BUSY',
      details: { engineCode: 1205, blockers: [{ connection: client.threadId, user: 'root', query: '' }] },
    })
    expect(error.message).toMatch(
      /in the way may be connection \d+ of root from \S+, idle in its transaction for \d+ s; tried (once|\d times) in/,
    )
    expect(error.hint).toContain(`KILL ${client.threadId}`)
    expect(await run.status()).toMatchObject({ applied: [], findings: [] })
  })

  it('runs again until they are through, from the savepoint of its step', async () => {
    await using directory = await temporaryDirectory()
    const client = await current().client()
    await client.query(birds)
    await client.query('INSERT INTO birds VALUES (1, 0)')
    await client.query('START TRANSACTION')
    await client.query('UPDATE birds SET n = 10')
    const run = await runnerFor(
      {
        driver: current().driver({ busyTimeoutMs: 60_000 }),
        directory: directory.path,
        files: { '001_all': migrationFile('INSERT INTO birds VALUES (2, 0);\nUPDATE birds SET n = n + 1;') },
      },
      { onEvent: ({ type }) => void (type === 'step-delayed' && client.query('COMMIT')) },
    )
    await run.up()
    expect((await client.query('SELECT n FROM birds ORDER BY id'))[0]).toEqual([{ n: 11 }, { n: 1 }])
  })

  it('waits for a table that is locked with each of its statements, outside a transaction, too', async () => {
    await using directory = await temporaryDirectory()
    const client = await current().client()
    await client.query(birds)
    await client.query('START TRANSACTION')
    await client.query('SELECT * FROM birds')
    const run = await runnerFor(
      {
        driver: current().driver({ busyTimeoutMs: 60_000 }),
        directory: directory.path,
        files: {
          '001_size': migrationFile(
            'INSERT INTO birds VALUES (1, 1);\nALTER TABLE birds ADD COLUMN size integer;',
          ),
        },
      },
      { onEvent: ({ type }) => void (type === 'step-delayed' && client.query('COMMIT')) },
    )
    await run.up()
    expect((await client.query('SELECT * FROM birds'))[0]).toEqual([{ id: 1, n: 1, size: null }])
  })

  it('leaves the migration where it stands when it gave up, and a retry goes on from there', async () => {
    await using directory = await temporaryDirectory()
    const client = await current().client()
    await client.query(birds)
    await client.query('START TRANSACTION')
    await client.query('SELECT * FROM birds')
    const files = {
      '001_size': migrationFile(
        'INSERT INTO birds VALUES (1, 1);\nALTER TABLE birds ADD COLUMN size integer;',
      ),
    }
    const run = await runnerFor({
      driver: current().driver({ busyTimeoutMs: 0 }),
      directory: directory.path,
      files,
    })
    const error = await errorOf(run.up())
    expect(error.message).toContain('001_size is in doubt now')
    expect((await run.status()).applied).toMatchObject([{ state: 'in-doubt', progress: 1, trace: undefined }])
    await client.query('COMMIT')
    await run.run(...retry())
    expect((await run.status()).applied).toMatchObject([{ state: 'applied' }])
  })

  it('that lost a deadlock runs again with its whole transaction, where that is all of its step', async () => {
    await using directory = await temporaryDirectory()
    const client = await current().client()
    await client.query(birds)
    await client.query('CREATE TABLE nests (id integer PRIMARY KEY, n integer) ENGINE = InnoDB')
    await client.query('INSERT INTO birds VALUES (1, 0)')
    await client.query('INSERT INTO nests VALUES (1, 0)')
    const other = await current().client()
    // Whoever changed fewer rows loses.
    await other.query(
      'CREATE TABLE weight (id integer AUTO_INCREMENT PRIMARY KEY) SELECT seq FROM seq_1_to_500',
    )
    await other.query('START TRANSACTION')
    await other.query('DELETE FROM weight')
    await other.query('UPDATE nests SET n = n + 10')
    let crossing: Promise<unknown> | undefined
    const events: string[] = []
    const run = await runnerFor(
      {
        driver: current().driver({ busyTimeoutMs: 60_000, lockTimeoutMs: 20_000 }),
        directory: directory.path,
        files: { '001_both': migrationFile('UPDATE birds SET n = n + 1;\nUPDATE nests SET n = n + 1;') },
      },
      {
        onEvent: (event) => {
          events.push(event.type)
          if (event.type !== 'statement-started' || event.statement !== 2 || crossing !== undefined) return
          crossing = other.query('UPDATE birds SET n = n + 10').then(() => other.query('COMMIT'))
        },
      },
    )
    await run.up()
    await crossing
    expect(events).toContain('step-delayed')
    expect((await client.query('SELECT n FROM birds UNION ALL SELECT n FROM nests'))[0]).toEqual([
      { n: 11 },
      { n: 11 },
    ])
    expect((await run.status()).applied).toMatchObject([{ id: '001_both', state: 'applied' }])
  })

  it('is stopped where it takes longer than it may, on MariaDB each and on MySQL a SELECT', async () => {
    const session = await current().session('write', { statementTimeoutMs: 50 })
    const error = await errorOf(session.query('SELECT sleep(20)'))
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(error.message).toContain('took longer than statementTimeout')
    expect(error.hint).toContain('"statementTimeout"')
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('ends with its session: closed in the middle, it leaves nothing on the server', async () => {
    const driver = current().driver()
    const session = await driver.session('write')
    await session.execute(birds)
    const own = await connectionOf(session)
    const lock = await driver.lock(
      { host: 'marsh', pid: 1, command: 'whimbrel up', since: '2026-11-20T10:11:12.345Z' },
      { timeoutMs: 0 },
    )
    const work = errorOf(
      session.transaction(async () => {
        await session.execute('INSERT INTO birds VALUES (1, 1)')
        await session.execute('INSERT INTO birds SELECT 2, sleep(30)')
      }),
    )
    const running = async () =>
      onServer(
        async (server) =>
          (
            await server.query(
              `SELECT state FROM information_schema.processlist WHERE id = ${own} AND info LIKE 'INSERT INTO birds SELECT%'`,
            )
          )[0],
      )
    await expect.poll(running).toHaveLength(1)
    await driver.close()
    await lock.release()
    expect(await work).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    await expect.poll(connectionsOf).toEqual([])
    const client = await current().client()
    expect((await client.query('SELECT * FROM birds'))[0]).toEqual([])
  })
})
