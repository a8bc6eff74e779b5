import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '@whimbrel/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { compileProgram } from './compile-program.ts'
import { backendOf, eachTestInItsDatabase } from './each-database.ts'
import { errorOf } from './error-of.ts'
import { hasServer, onServer } from './test-server.ts'

const owner = { host: 'marsh', pid: 1, command: 'whimbrel up', since: '2026-11-20T10:11:12.345Z' }
const backendsSql = 'SELECT pid FROM pg_stat_activity WHERE datname = $1'
const sleepingSql = `${backendsSql} AND state = 'active' AND wait_event = 'PgSleep'`

describe.runIf(await hasServer())('a connection that ends in the middle of a statement', () => {
  const { current } = eachTestInItsDatabase()

  const pids = async (sql: string) => {
    const { rows } = await onServer((client) => client.query<{ pid: number }>(sql, [current().name]))
    return rows.map(({ pid }) => pid)
  }
  const until = async (sql: string, count: number) => {
    for (;;) {
      const found = await pids(sql)
      if (found.length === count) return found
    }
  }

  it.each(['SELECT pg_sleep(600)', 'ALTER TABLE birds ADD COLUMN size integer'])(
    'because its driver is closed leaves neither statement, transaction nor backend: %s',
    async (statement) => {
      const client = await current().client()
      await client.query('CREATE TABLE birds (id integer)')
      await client.query('BEGIN; LOCK TABLE birds')
      const driver = current().driver({ lockTimeoutMs: 0 })
      await driver.lock(owner, { timeoutMs: 0 })
      const session = await driver.session('write')
      const backend = await backendOf(session)
      const work = errorOf(
        session.transaction(async () => {
          await session.execute('CREATE TABLE nests (id integer)')
          await session.execute(statement)
        }),
      )
      await until(`${backendsSql} AND pid = ${backend} AND wait_event IN ('PgSleep', 'relation')`, 1)
      await driver.close()
      expect(await work).toMatchObject({ details: { engineCode: '57014' } })
      expect(await until(backendsSql, 1)).not.toContain(backend)
      await client.query('COMMIT')
      const { rows } = await client.query("SELECT to_regclass('nests') AS nests")
      expect(rows).toEqual([{ nests: null }])
    },
  )

  it('because its process was killed is noticed by the server, which gives back its locks', async ({
    skip,
  }) => {
    const session = await current().session()
    const [row] = await session.query<{ version: string }>(
      "SELECT current_setting('server_version_num') AS version",
    )
    if (Number(row?.version) < 140_000) skip('before PostgreSQL 14 a server does not look')
    await using directory = await temporaryDirectory()
    const program = await compileProgram(fileURLToPath(new URL('child.ts', import.meta.url)), directory)
    const child = spawn(process.execPath, [program, current().url, 'SELECT pg_sleep(600)'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await until(sleepingSql, 1)
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    await until(sleepingSql, 0)
    // Whoever comes next gets the lock as soon as the server is done with the statement.
    const lock = await current().driver().lock(owner, { timeoutMs: 20_000 })
    await lock.release()
  })
})
