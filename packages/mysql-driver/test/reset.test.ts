import type { Session } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { mysqlDriver } from '../src/index.ts'
import { workName } from '../src/lock-name.ts'
import { cuttingProxy } from './cutting-proxy.ts'
import { connectionOf, eachTestInItsDatabase } from './each-database.ts'
import { migrationFile, runnerFor } from './runner-for.ts'
import { hasServer, onServer, testDatabase } from './test-server.ts'

const never = { behind: Number.POSITIVE_INFINITY, delivers: true }

describe.runIf(await hasServer())('a session that is used again', () => {
  const { current } = eachTestInItsDatabase()

  /** Everything that a statement can leave in a connection and that a query can see. */
  const stateOf = async (session: Session) => {
    const [state] = await session.query(`SELECT database() AS place, @mark AS mark, current_role() AS role,
      @@sql_mode AS mode, @@foreign_key_checks AS checks, @@time_zone AS zone, @@lock_wait_timeout AS patience,
      @@wait_timeout AS idle, @@tx_isolation AS isolation, @@tx_read_only AS only_reads, @@autocommit AS commits,
      @@character_set_client AS letters, @@collation_connection AS sorting, @@group_concat_max_len AS length,
      @@max_statement_time AS statement, @@sql_quote_show_create AS quotes, @@sql_log_bin AS logs`)
    return state
  }

  const statements = [
    "SET @mark = 'left', SESSION sql_mode = '', SESSION foreign_key_checks = 0, SESSION time_zone = '+05:00'",
    'SET NAMES latin1, SESSION lock_wait_timeout = 7, SESSION wait_timeout = 77, SESSION group_concat_max_len = 9',
    'SET SESSION max_statement_time = 5, SESSION sql_quote_show_create = 0, SESSION sql_log_bin = 0',
    'CREATE TEMPORARY TABLE birds (id integer)',
    "DO get_lock(concat(database(), '.mine'), 0)",
    'SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY',
    'USE information_schema',
  ]

  it('is as a new one, whatever statements have left in it, and still the same connection', async () => {
    const session = await current().session()
    const [before, id] = [await stateOf(session), await connectionOf(session)]
    await session.execute('CREATE TABLE birds (name varchar(20))')
    for (const sql of statements) await session.execute(sql)
    expect(await stateOf(session)).not.toEqual(before)
    expect(await session.reset?.()).toBe(true)
    expect(await stateOf(session)).toEqual(before)
    expect(await connectionOf(session)).toBe(id)
    expect(await session.query('SHOW COLUMNS FROM birds')).toMatchObject([{ Field: 'name' }])
    const [lock] = await session.query("SELECT is_used_lock(concat(database(), '.mine')) AS holder")
    expect(lock).toEqual({ holder: null })
  })

  it('writes nothing where it was only for reading', async () => {
    const session = await current().session('read')
    await session.execute('SET SESSION TRANSACTION READ WRITE')
    expect(await session.reset?.()).toBe(true)
    await expect(session.execute('CREATE TABLE birds (id integer)')).rejects.toThrow('READ ONLY')
  })

  it('is not as a new one where a role stayed, or where the connection was cut', async () => {
    const role = `r_${current().name}`
    await onServer((server) => server.query(`CREATE ROLE ${role}`))
    onTestFinished(() => onServer(async (server) => void (await server.query(`DROP ROLE ${role}`))))
    const session = await current().session()
    await session.execute(`SET ROLE ${role}`)
    expect(await session.reset?.()).toBe(false)
    const other = await current().session()
    const id = await connectionOf(other)
    await onServer((server) => server.query(`KILL ${id}`))
    expect(await other.reset?.()).toBe(false)
  })

  it('has the lock of those who work under a lock, and none inside a transaction', async () => {
    const driver = current().driver()
    const owner = { host: 'here', pid: 1, command: 'up', since: new Date().toISOString() }
    await driver.lock(owner, { timeoutMs: 0 })
    const session = await driver.session('write')
    const id = await connectionOf(session)
    const holder = () =>
      onServer(async (server) => {
        const [rows] = await server.query('SELECT is_used_lock(?) AS holder', [workName(current().name)])
        return rows
      })
    expect(await holder()).toEqual([{ holder: id }])
    expect(await session.reset?.()).toBe(true)
    expect(await holder()).toEqual([{ holder: id }])
    await session.transaction(async () => {
      await expect(session.reset?.()).rejects.toMatchObject({ code: 'USAGE' })
    })
  })

  /** How often a run of as many migrations with DDL waits for the server, and over how many connections. */
  async function runOf(count: number) {
    await using folder = await temporaryDirectory()
    await using database = await testDatabase()
    await using proxy = await cuttingProxy(new URL(database.url), never)
    const driver = mysqlDriver({ url: database.urlWith({ host: proxy.host }) })
    const ids = Array.from({ length: count }, (_, index) => `${String(index + 1).padStart(2, '0')}_birds`)
    const files = ids.map((id) => [id, migrationFile(`CREATE TABLE t_${id} (id integer);`)])
    const run = await runnerFor({ driver, directory: folder.path, files: Object.fromEntries(files) })
    try {
      expect((await run.up()).steps.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'applied'))
      return { connections: proxy.connections, messages: proxy.messages }
    } finally {
      await driver.close()
    }
  }

  it('serves a whole run of migrations with DDL, which takes 15 round trips for each of them', async () => {
    const [few, many] = [await runOf(4), await runOf(12)]
    // One for the question about TLS, which is asked once, and those of the look, the lock and the run.
    expect([few.connections, many.connections]).toEqual([4, 4])
    expect((many.messages - few.messages) / 8).toBeLessThanOrEqual(15)
  })

  it('has told the place of its database when it was opened', async () => {
    await using proxy = await cuttingProxy(new URL(current().url), never)
    const driver = current().driver({ url: current().urlWith({ host: proxy.host }) })
    const session = await driver.session('read')
    const { connections } = proxy
    expect(await driver.place?.()).toBe(await current().driver().place?.())
    expect(await driver.place?.()).toContain(`/${current().name}`)
    expect(proxy.connections).toBe(connections)
    await session.close()
  })
})
