import type { LockOwner } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { lockName } from '../src/lock-name.ts'
import { connectionOf, eachTestInItsDatabase } from './each-database.ts'
import { hasServer, onServer } from './test-server.ts'

const owner: LockOwner = {
  host: 'marsh.example',
  pid: 4711,
  command: 'whimbrel up --db "mar*/sh"',
  since: '2026-11-20T10:11:12.345Z',
}

describe.runIf(await hasServer())('the lock of a database', () => {
  const { current } = eachTestInItsDatabase()

  const holder = async () => {
    const sql = 'SELECT is_used_lock(?) AS id'
    const [rows] = await onServer((client) => client.query(sql, [lockName(current().name)]))
    return (rows as { id: number }[])[0]?.id ?? 0
  }
  const cut = (id: number) => onServer((client) => client.query(`KILL ${id}`))
  const refused = (work: Promise<unknown>) => work.catch((reason: unknown) => reason)

  it('names connection and user beside the owner, and leaves no owner behind', async () => {
    const lock = await current().driver().lock(owner, { timeoutMs: 0 })
    const connection = await holder()
    expect(await refused(current().driver().lock(owner, { timeoutMs: 0 }))).toMatchObject({
      code: 'LOCK_TIMEOUT',
      message: expect.stringContaining(`connection ${connection} of `),
      details: { holder: owner, connection },
    })
    await lock.release()
    const session = await current().session('read')
    expect(await session.query('SELECT * FROM whimbrel_lock')).toEqual([])
    expect((await session.inspector?.schema())?.objects).toEqual([])
  })

  it('is as good where the owner cannot be written down', async () => {
    const session = await current().session()
    await session.execute('CREATE VIEW whimbrel_lock AS SELECT 1 AS one')
    const lock = await current().driver().lock(owner, { timeoutMs: 0 })
    expect(await refused(current().driver().lock(owner, { timeoutMs: 0 }))).toMatchObject({
      code: 'LOCK_TIMEOUT',
      details: { holder: undefined, connection: await holder() },
    })
    await lock.release()
  })

  it('does not name an owner who had the lock before', async () => {
    const lock = await current().driver().lock(owner, { timeoutMs: 0 })
    await (await current().session()).execute('UPDATE whimbrel_lock SET connection = connection - 1')
    expect(await refused(current().driver().lock(owner, { timeoutMs: 0 }))).toMatchObject({
      details: { holder: undefined },
    })
    await lock.release()
  })

  it('is free at once when the connection that had it is cut, and the run that had it keeps nothing more', async () => {
    const driver = current().driver()
    const session = await driver.session('write')
    await session.execute('CREATE TABLE birds (id integer)')
    await driver.lock(owner, { timeoutMs: 0 })
    const work = session.transaction(async () => {
      await session.execute('INSERT INTO birds VALUES (1)')
      await cut(await holder())
      const next = await current().driver().lock(owner, { timeoutMs: 10_000 })
      await next.release()
    })
    await expect(work).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    const look = await current().session('read')
    expect(await look.query('SELECT * FROM birds')).toEqual([])
  })

  it('is not given to the next one while the server is at something of a client that is gone', async () => {
    const driver = current().driver()
    await driver.lock(owner, { timeoutMs: 0 })
    const session = await driver.session('write')
    const id = await connectionOf(session)
    const working = session.query('SELECT sleep(60)').catch((reason: unknown) => reason)
    const state = async () =>
      (
        await onServer((client) =>
          client.query(`SELECT command FROM information_schema.processlist WHERE id = ${id}`),
        )
      )[0]
    await expect.poll(state).toEqual([{ command: 'Query' }])
    await cut(await holder())
    const error = await refused(current().driver().lock(owner, { timeoutMs: 20 }))
    expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', details: { connection: id } })
    const next = current().driver().lock(owner, { timeoutMs: 60_000 })
    await cut(id)
    await (await next).release()
    expect(await working).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  })

  it('does not wait for a session that does nothing', async () => {
    const driver = current().driver()
    const lock = await driver.lock(owner, { timeoutMs: 0 })
    const session = await driver.session('write')
    await lock.release()
    const next = await current().driver().lock(owner, { timeoutMs: 0 })
    await next.release()
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})
