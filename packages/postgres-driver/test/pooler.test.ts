import { describe, expect, it } from 'vitest'
import { backendOf, eachTestInItsDatabase } from './each-database.ts'
import { startPooler } from './start-pooler.ts'
import { hasServer } from './test-server.ts'

/** The pooler of these tests has to be trusted by the server. */
const hasPassword = new URL(process.env.TEST_POSTGRES_URL ?? 'postgres://127.0.0.1').password !== ''

const owner = { host: 'marsh', pid: 1, command: 'whimbrel up', since: '2026-11-20T10:11:12.345Z' }

describe.runIf((await hasServer()) && !hasPassword)('behind a pooler', () => {
  const { current } = eachTestInItsDatabase()

  it('is refused where it gives one connection to several clients in turn', async () => {
    await using pooler = await startPooler({ url: new URL(current().url), mode: 'transaction' })
    const driver = current().driver({ url: current().urlWith({ host: `127.0.0.1:${pooler.port}` }) })
    const refused = { code: 'ENGINE_UNSUPPORTED', hint: expect.stringContaining('pool_mode = session') }
    await expect(driver.session('read')).rejects.toMatchObject(refused)
    await expect(driver.session('write')).rejects.toMatchObject(refused)
    await expect(driver.lock(owner, { timeoutMs: 0 })).rejects.toMatchObject(refused)
  })

  it('works where each client has a connection of its own', async () => {
    await using pooler = await startPooler({ url: new URL(current().url), mode: 'session' })
    const driver = current().driver({ url: current().urlWith({ host: `127.0.0.1:${pooler.port}` }) })
    const lock = await driver.lock(owner, { timeoutMs: 0 })
    await expect(current().driver().lock(owner, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
    })
    const session = await driver.session('write')
    await session.transaction(() => session.execute('CREATE TABLE birds (id integer)'))
    expect(await backendOf(session)).toBe(await backendOf(session))
    await lock.release()
  })
})
