import type { Safeguard } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { type RunnerFor, runnerFor } from './runner-for.ts'
import { startProxy, type TestProxy } from './start-proxy.ts'
import { hasServer } from './test-server.ts'

describe.runIf(await hasServer())('what goes back and forth', () => {
  const { current } = eachTestInItsDatabase()

  const numbered = (count: number, up: (id: string) => string) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => String(at + 1).padStart(4, '0')).map((id) => [
        `${id}_step`,
        up(id),
      ]),
    )
  const throughProxy = async (
    proxy: TestProxy,
    options: Omit<RunnerFor, 'driver'>,
  ): ReturnType<typeof runnerFor> => {
    const url = current().urlWith({ host: `127.0.0.1:${proxy.port}` })
    return runnerFor({ driver: current().driver({ url }), ...options })
  }

  it('is one connection and three round trips where nothing is pending with 1,000 applied', async () => {
    await using directory = await temporaryDirectory()
    await using proxy = await startProxy(new URL(current().url))
    const runner = await throughProxy(proxy, {
      directory,
      files: numbered(1000, () => ''),
      transaction: 'all',
    })
    await runner.up()
    proxy.reset()
    const next = await throughProxy(proxy, { directory, files: {}, transaction: 'all' })
    expect((await next.up()).steps).toEqual([])
    expect(proxy.connections).toBe(1)
    expect(proxy.roundTrips).toBeLessThanOrEqual(3)
  })

  it('is one round trip for each statement, one for the record and one for the commit', async () => {
    await using directory = await temporaryDirectory()
    await using proxy = await startProxy(new URL(current().url))
    const files = numbered(20, (id) => `CREATE TABLE a${id} (id integer);\nCREATE TABLE b${id} (id integer);`)
    const runner = await throughProxy(proxy, { directory, files })
    await runner.up()
    const perMigration = 2 + 1 + 1
    const once = 20
    expect(proxy.connections).toBeLessThanOrEqual(4)
    expect(proxy.roundTrips).toBeLessThanOrEqual(20 * perMigration + once)
  })

  it('is one more for a script that may take rows from tables that it does not name', async () => {
    await using directory = await temporaryDirectory()
    await using proxy = await startProxy(new URL(current().url))
    const files = numbered(20, (id) => `CREATE TABLE a${id} (id integer);\nINSERT INTO a${id} VALUES (1);`)
    const runner = await throughProxy(proxy, { directory, files })
    await runner.up()
    expect(proxy.roundTrips).toBeLessThanOrEqual(20 * (2 + 1 + 1 + 1) + 21)
  })

  it('is one round trip for each statement in one transaction, and one for all records', async () => {
    await using directory = await temporaryDirectory()
    await using proxy = await startProxy(new URL(current().url))
    const files = numbered(20, (id) => `CREATE TABLE a${id} (id integer);\nCREATE TABLE b${id} (id integer);`)
    const runner = await throughProxy(proxy, { directory, files, transaction: 'all' })
    await runner.up()
    expect(proxy.roundTrips).toBeLessThanOrEqual(20 * 2 + 21)
  })

  it('takes no connection to look at the scripts that are about to run', async () => {
    await using directory = await temporaryDirectory()
    await using proxy = await startProxy(new URL(current().url))
    const files = numbered(20, (id) => `CREATE TABLE a${id} (id integer);`)
    const safeguard: Safeguard = {
      async ahead({ plan, scriptOf }) {
        for (const step of plan.steps) await scriptOf(step)
      },
      before: async () => ({}),
    }
    const runner = await throughProxy(proxy, { directory, files, safeguard })
    await runner.up()
    expect(proxy.connections).toBeLessThanOrEqual(4)
  })

  it('connects once where the server has no TLS and none is asked for', async () => {
    await using proxy = await startProxy(new URL(current().url))
    const url = current().urlWith({ host: `127.0.0.1:${proxy.port}` }, 'sslmode=prefer')
    const session = await current().session('read', { url })
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(proxy.connections).toBe(1)
  })
})
