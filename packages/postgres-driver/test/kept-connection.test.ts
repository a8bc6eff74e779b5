import { describe, expect, it } from 'vitest'
import { backendOf, eachTestInItsDatabase } from './each-database.ts'
import { hasServer, onServer } from './test-server.ts'

const backendsSql = "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'"

describe.runIf(await hasServer())('the connection that a driver keeps for a moment', () => {
  const { current } = eachTestInItsDatabase()

  const backends = async () => {
    const { rows } = await onServer((client) => client.query<{ pid: number }>(backendsSql, [current().name]))
    return rows.map(({ pid }) => pid)
  }
  const none = async () => {
    while ((await backends()).length > 0);
  }

  it('is the next one that reads, and has nothing of what the one before did to it', async () => {
    const driver = current().driver({ searchPath: ['public'] })
    const first = await driver.session('read')
    const backend = await backendOf(first)
    await first.execute("SET search_path = 'pg_catalog'")
    await first.execute('SET default_transaction_read_only = off')
    await first.execute('SET statement_timeout = 60000')
    await first.query('SELECT pg_advisory_lock(7)')
    await first.execute('CREATE TEMPORARY TABLE birds (id integer)')
    await first.execute('LISTEN birds')
    await first.close()
    const second = await driver.session('read')
    expect(await backendOf(second)).toBe(backend)
    const [row] = await second.query(
      `SELECT current_setting('search_path') AS path, current_setting('default_transaction_read_only') AS "readOnly",
        current_setting('statement_timeout') AS timeout, to_regclass('birds') AS birds,
        (SELECT count(*)::int FROM pg_listening_channels()) AS channels,
        (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks`,
    )
    expect(row).toEqual({
      path: '"public"',
      readOnly: 'on',
      timeout: '0',
      birds: null,
      channels: 0,
      locks: 0,
    })
  })

  it('is never one that has written, and never for one that writes', async () => {
    const driver = current().driver()
    const seen: number[] = []
    for (const mode of ['write', 'write', 'read', 'write', 'write'] as const) {
      const session = await driver.session(mode)
      seen.push(await backendOf(session))
      await session.close()
    }
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('is out of reach for whoever had it', async () => {
    const driver = current().driver()
    const session = await driver.session('read')
    await session.close()
    const usage = { code: 'USAGE', message: expect.stringContaining('is closed') }
    await expect(session.query('SELECT 1')).rejects.toMatchObject(usage)
    await expect(session.inspector?.version()).rejects.toMatchObject(usage)
  })

  it('is replaced by a new one where the server has ended it', async () => {
    const driver = current().driver()
    const session = await driver.session('read')
    const backend = await backendOf(session)
    await session.close()
    await onServer((client) => client.query('SELECT pg_terminate_backend($1)', [backend]))
    const next = await driver.session('read')
    expect(await backendOf(next)).not.toBe(backend)
  })

  it('ends with its driver', async () => {
    const driver = current().driver()
    await driver.place?.()
    await (await driver.session('read')).close()
    await driver.close()
    await none()
  })

  it('ends by itself where nobody closes the driver', async () => {
    await (await current().driver().session('read')).close()
    await none()
  })
})
