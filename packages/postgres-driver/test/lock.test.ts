import type { LockOwner } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer, onServer } from './test-server.ts'

const owner: LockOwner = {
  host: 'marsh.example',
  pid: 4711,
  command: 'whimbrel up --db "mar*/sh"',
  since: '2026-11-20T10:11:12.345Z',
}

function withResolver() {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

const holderSql = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = $1)`

describe.runIf(await hasServer())('the lock of a database', () => {
  const { current } = eachTestInItsDatabase()

  const holders = async () => {
    const { name } = current()
    const { rows } = await onServer((client) => client.query<{ pid: number }>(holderSql, [name]))
    return rows.map(({ pid }) => pid)
  }
  const cut = (pid: number | undefined) =>
    onServer((client) => client.query('SELECT pg_terminate_backend($1, 10000)', [pid]))

  it('names the process of the server and its application beside the owner', async () => {
    const lock = await current().driver().lock(owner, { timeoutMs: 0 })
    const error = await current()
      .driver()
      .lock(owner, { timeoutMs: 0 })
      .catch((reason: unknown) => reason)
    const [backend] = await holders()
    expect(error).toMatchObject({
      code: 'LOCK_TIMEOUT',
      message: expect.stringContaining(`backend ${backend} of "whimbrel"`),
      details: { holder: owner, backend, applicationName: 'whimbrel' },
    })
    await lock.release()
  })

  it('names what anybody may see to a user who may not read the statements of others', async () => {
    const role = `${current().name}_other`
    await onServer((client) => client.query(`CREATE ROLE ${role} LOGIN`))
    try {
      const lock = await current().driver().lock(owner, { timeoutMs: 0 })
      const driver = current().driver({ url: current().urlWith({ username: role }) })
      const shown = `backend ${(await holders())[0]} of "whimbrel" as `
      await expect(driver.lock(owner, { timeoutMs: 0 })).rejects.toThrow(shown)
      await lock.release()
      await driver.close()
    } finally {
      await onServer((client) => client.query(`DROP ROLE ${role}`))
    }
  })

  it('is one for each schema of tracking tables', async () => {
    const first = await current().driver({ schema: 'a' }).lock(owner, { timeoutMs: 0 })
    const second = await current().driver({ schema: 'b' }).lock(owner, { timeoutMs: 0 })
    const third = current().driver({ schema: 'a' }).lock(owner, { timeoutMs: 0 })
    await expect(third).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
    await first.release()
    await second.release()
  })

  it('is free at once when the connection that had it is cut, and the run that had it keeps nothing more', async () => {
    const driver = current().driver()
    await driver.lock(owner, { timeoutMs: 0 })
    const session = await driver.session('write')
    const work = session.transaction(async () => {
      await session.execute('CREATE TABLE birds (id integer)')
      await cut((await holders())[0])
      const next = await current().driver().lock(owner, { timeoutMs: 10_000 })
      await next.release()
    })
    await expect(work).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    const look = await current().session('read')
    expect(await look.query("SELECT to_regclass('birds') AS birds")).toEqual([{ birds: null }])
    await expect(session.execute('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  })

  it('lets an index be built CONCURRENTLY by others while somebody waits for it', async () => {
    const lock = await current().driver().lock(owner, { timeoutMs: 0 })
    const signal = { aborted: false }
    const { promise: isWaiting, resolve: onWait } = withResolver()
    const waiting = current().driver().lock(owner, { timeoutMs: 60_000, signal, onWait })
    await isWaiting
    const session = await current().session()
    await session.execute('CREATE TABLE birds (id integer)')
    await session.execute('CREATE INDEX CONCURRENTLY birds_id ON birds (id)')
    signal.aborted = true
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await lock.release()
  })
})
