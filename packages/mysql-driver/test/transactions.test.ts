import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer } from './test-server.ts'

const birds = 'CREATE TABLE birds (id integer PRIMARY KEY)'

describe.runIf(await hasServer())('a transaction', () => {
  const { current } = eachTestInItsDatabase()

  it('keeps what ran before DDL and the DDL, and undoes what followed', async () => {
    const session = await current().session()
    await session.execute(birds)
    const work = session.transaction(async () => {
      await session.execute('INSERT INTO birds VALUES (1)')
      await session.transaction(async () => {
        await session.execute('ALTER TABLE birds ADD COLUMN name text')
        await session.execute('INSERT INTO birds (id) VALUES (2)')
      })
      throw new Error('enough')
    })
    await expect(work).rejects.toThrow('enough')
    expect(await session.query('SELECT id, name FROM birds')).toEqual([{ id: 1, name: null }])
  })

  it('undoes what follows DDL that failed', async () => {
    const session = await current().session()
    await session.execute(birds)
    const work = session.transaction(async () => {
      await session.execute(birds).catch(() => undefined)
      await session.execute('INSERT INTO birds VALUES (1)')
      throw new Error('enough')
    })
    await expect(work).rejects.toThrow('enough')
    expect(await session.query('SELECT id FROM birds')).toEqual([])
  })

  it('undoes what follows a statement that returns rows and commits', async () => {
    const session = await current().session()
    await session.execute(birds)
    const work = session.transaction(async () => {
      await session.query('ANALYZE TABLE birds')
      await session.execute('INSERT INTO birds VALUES (1)')
      throw new Error('enough')
    })
    await expect(work).rejects.toThrow('enough')
    expect(await session.query('SELECT id FROM birds')).toEqual([])
  })

  it.each(['COMMIT AND CHAIN', 'ROLLBACK AND CHAIN', 'START TRANSACTION', '/* x */ commit'])(
    'notices %s',
    async (statement) => {
      const session = await current().session()
      await session.execute(birds)
      const work = session.transaction(async () => {
        await session.execute(statement)
        await session.execute('INSERT INTO birds VALUES (2)')
      })
      await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_LOST' })
      expect(await session.query('SELECT id FROM birds')).toEqual([])
    },
  )

  it('says so where a deadlock undid it, and runs nothing more', async () => {
    const [one, two] = [await current().session(), await current().session()]
    await one.execute(birds)
    await one.execute('INSERT INTO birds VALUES (1), (2)')
    const lock = (id: number) => `SELECT id FROM birds WHERE id = ${id} FOR UPDATE`
    const crossing = (
      session: typeof one,
      [first, second]: readonly [number, number],
      other: Promise<void>,
    ) =>
      session.transaction(async () => {
        await session.query(lock(first))
        ready[first]?.()
        await other
        await session.query(lock(second)).catch(() => undefined)
        await session.execute(`INSERT INTO birds VALUES (${first + 10})`)
      })
    const ready: Record<number, () => void> = {}
    const has = (id: number) => new Promise<void>((resolve) => Object.assign(ready, { [id]: resolve }))
    const [first, second] = [has(1), has(2)]
    const results = await Promise.allSettled([crossing(one, [1, 2], second), crossing(two, [2, 1], first)])
    const failed = results.filter((result) => result.status === 'rejected')
    expect(failed.map(({ reason }) => reason.code)).toEqual(['TRANSACTION_LOST'])
    expect(await one.query('SELECT id FROM birds WHERE id > 10')).toHaveLength(1)
  })

  it('begins with the settings of the connection, whatever statements before have set', async () => {
    const session = await current().session('write', { lockTimeoutMs: 1234 })
    const read = 'SELECT @@sql_mode AS mode, @@time_zone AS zone, @@lock_wait_timeout AS wait'
    const pinned = {
      mode: 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
      zone: '+00:00',
      wait: 2,
    }
    const change = "SET sql_mode = 'ANSI', time_zone = '+09:00', lock_wait_timeout = 7"
    await session.execute(change)
    expect(await session.transaction(() => session.query(read))).toEqual([pinned])
    await session.execute(change)
    const [kept] = await session.transaction(() => session.query<{ zone: string }>(read), { asIs: true })
    expect(kept?.zone).toBe('+09:00')
  })

  it('gives values in which nothing is lost, and takes texts whatever sql_mode says', async () => {
    const session = await current().session()
    const [row] = await session.query(
      `SELECT CAST(1.10 AS decimal(5,2)) AS price, CAST('2026-01-02 03:04:05.123456' AS datetime(6)) AS at,
        CAST(18446744073709551615 AS unsigned) AS big, 1.5e0 AS weight, x'00ff' AS song, true AS yes`,
    )
    const exact = { price: '1.10', at: '2026-01-02 03:04:05.123456', big: 18_446_744_073_709_551_615n }
    expect(row).toEqual({ ...exact, weight: 1.5, song: new Uint8Array([0, 255]), yes: 1 })
    await session.execute("SET sql_mode = 'NO_BACKSLASH_ESCAPES'")
    const text = `a\\'b"; 🐦`
    expect(await session.query('SELECT ? AS text', [text])).toEqual([{ text }])
  })
})
