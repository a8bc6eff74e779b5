import type { LockOwner } from '@whimbrel/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { backendOf, eachTestInItsDatabase } from './each-database.ts'
import { hasServer, onServer, testDatabase } from './test-server.ts'

const owner: LockOwner = { host: 'marsh', pid: 7, command: 'a test', since: '2026-11-26T10:00:00.000Z' }

describe.runIf(await hasServer())('the run journal of a database', () => {
  const place = eachTestInItsDatabase()

  it('is the text that was written last, and nothing once it was removed', async () => {
    const { runJournal } = place.current().driver()
    expect(await runJournal?.read()).toBeUndefined()
    await runJournal?.write('one')
    await runJournal?.write("it's the other one")
    expect(await place.current().driver().runJournal?.read()).toBe("it's the other one")
    await runJournal?.remove({ durable: true })
    await runJournal?.remove()
    expect(await place.current().driver().runJournal?.read()).toBeUndefined()
    const [tables] = (
      await (
        await place.current().client()
      ).query('SELECT count(*) FROM pg_tables WHERE schemaname = $1', ['public'])
    ).rows
    expect(tables).toEqual({ count: '0' })
  })

  it('is written although a transaction of the run is open', async () => {
    const driver = place.current().driver()
    const lock = await driver.lock(owner, { timeoutMs: 0 })
    const session = await driver.session('write')
    await session.transaction(async () => {
      await session.execute('CREATE TABLE birds (id integer)')
      await driver.runJournal?.write('decided')
      expect(await place.current().driver().runJournal?.read()).toBe('decided')
    })
    await session.close()
    await lock.release()
  })

  it('is one for each schema of tracking tables', async () => {
    const client = await place.current().client()
    await client.query('CREATE SCHEMA own')
    const own = place.current().driver({ schema: 'own' }).runJournal
    const other = place.current().driver().runJournal
    await own?.write('of own')
    expect(await other?.read()).toBeUndefined()
    expect(await other?.place()).not.toBe(await own?.place())
  })

  it('is seen from another database of the server, by a place that names neither host nor database', async () => {
    const second = await testDatabase()
    onTestFinished(() => second.remove())
    const other = place.current().driver({ url: second.url }).runJournal
    const journal = place.current().driver().runJournal
    await other?.write('decided there')
    const there = (await other?.place()) ?? ''
    expect(there).toMatch(/^postgres:\d+\/\d+\/public$/)
    const from = (await journal?.place()) ?? ''
    expect(await journal?.readOther({ place: there, from })).toBe('decided there')
    await expect(
      journal?.readOther({ place: there.replace(/\/\d+\//, '/1234567/'), from }),
    ).rejects.toMatchObject({
      code: 'DATABASE_MISSING',
    })
    await expect(journal?.readOther({ place: '/data/settings.db', from })).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
    })
  })
})

describe.runIf(await hasServer())('the lock of a database', () => {
  const place = eachTestInItsDatabase()

  it('is given only when the server is done with what a former holder had begun', async () => {
    const former = place.current().driver()
    await former.lock(owner, { timeoutMs: 0 })
    const session = await former.session('write')
    const left = await backendOf(session)
    // The connection with the lock is gone at once, the one that works is in the middle of something.
    const working = session.execute('SELECT pg_sleep(60)').catch((error: unknown) => error)
    await onServer(
      (client) =>
        client.query(
          "SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks AS l WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        ),
      place.current().url,
    )
    const lock = await place.current().driver().lock(owner, { timeoutMs: 5_000 })
    const backends = await onServer((client) =>
      client.query('SELECT pid FROM pg_stat_activity WHERE pid = $1', [left]),
    )
    expect(backends.rows).toEqual([])
    expect(await working).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    await lock.release()
  })

  it('leaves alone who only looks, and who works under the lock of another schema', async () => {
    const client = await place.current().client()
    await client.query('CREATE SCHEMA own')
    const other = place.current().driver({ schema: 'own' })
    const held = await other.lock(owner, { timeoutMs: 0 })
    const working = await other.session('write')
    const looking = await place.current().session('read')
    const lock = await place.current().driver().lock(owner, { timeoutMs: 0 })
    expect(await working.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(await looking.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await lock.release()
    await working.close()
    await held.release()
  })
})

describe.runIf(await hasServer())('a transaction that is prepared', () => {
  const place = eachTestInItsDatabase()

  it('fails before its commit where a deferred foreign key is not satisfied', async () => {
    const session = await place.current().session()
    await session.execute('CREATE TABLE parents (id integer PRIMARY KEY)')
    await session.execute(
      'CREATE TABLE children (parent integer REFERENCES parents DEFERRABLE INITIALLY DEFERRED)',
    )
    let isPrepared = false
    const working = session.transaction(async () => {
      await session.execute('INSERT INTO children VALUES (1)')
      await session.twoPhase?.prepare('a run')
      isPrepared = true
    })
    await expect(working).rejects.toMatchObject({ code: 'FOREIGN_KEYS_VIOLATED' })
    expect(isPrepared).toBe(false)
  })
})
