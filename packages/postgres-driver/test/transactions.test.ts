import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer } from './test-server.ts'

const parents = 'CREATE TABLE nests (id integer PRIMARY KEY)'
const children = `CREATE TABLE eggs (nest integer REFERENCES nests (id) DEFERRABLE INITIALLY DEFERRED)`

describe.runIf(await hasServer())('a transaction', () => {
  const { current } = eachTestInItsDatabase()

  it('begins with the settings of the connection, whatever statements before have set', async () => {
    const session = await current().session('write', { searchPath: ['public'], lockTimeoutMs: 1234 })
    await session.execute('CREATE SCHEMA elsewhere')
    const role = `${current().name}_nobody`
    await session.execute(`CREATE ROLE ${role}`)
    await session.transaction(async () => {
      await session.execute('SET search_path = elsewhere')
      await session.execute('SET lock_timeout = 0')
      await session.execute("SET TIME ZONE 'Asia/Tokyo'")
      await session.execute(`SET ROLE ${role}`)
    })
    const sql = `SELECT current_schema() AS schema, current_setting('lock_timeout') AS timeout,
      current_setting('TimeZone') AS zone, current_user = session_user AS itself`
    const [row] = await session.transaction(() => session.query<Record<string, unknown>>(sql))
    expect(row).toMatchObject({ schema: 'public', timeout: '1234ms', itself: 1 })
    expect(row?.zone).not.toBe('Asia/Tokyo')
    const [kept] = await session.transaction(
      async () => {
        await session.execute('SET search_path = elsewhere')
        return session.query<Record<string, unknown>>(sql)
      },
      { asIs: true },
    )
    expect(kept).toMatchObject({ schema: 'elsewhere' })
    await session.execute(`DROP ROLE ${role}`)
  })

  it('gives back what was set in a transaction inside it when that one ends, whoever set it before', async () => {
    const session = await current().session('write', { searchPath: ['public'] })
    const role = `${current().name}_nobody`
    await session.execute(`CREATE ROLE ${role}`)
    const sql = `SELECT current_setting('search_path') AS path, current_setting('work_mem') AS memory,
      current_user = session_user AS itself`
    const inside = () =>
      session.transaction(async () => {
        await session.execute('SET LOCAL search_path = elsewhere')
        await session.execute("SELECT set_config('work_mem', '1MB', true)")
        await session.execute(`SET LOCAL ROLE ${role}`)
      })
    const [first, own, second] = await session.transaction(async () => {
      await inside()
      const [first] = await session.query<Record<string, unknown>>(sql)
      await session.execute('SET LOCAL search_path = mine')
      await session.execute("SET LOCAL work_mem = '2MB'")
      const [own] = await session.query<Record<string, unknown>>(sql)
      await inside()
      return [first, own, ...(await session.query<Record<string, unknown>>(sql))]
    })
    expect(first).toMatchObject({ path: '"public"', itself: 1 })
    expect(own).toMatchObject({ path: 'mine', memory: '2MB', itself: 1 })
    expect(second).toEqual(own)
    await session.execute(`DROP ROLE ${role}`)
  })

  it('sends nothing where nothing happened in it', async () => {
    const session = await current().session()
    await session.transaction(() => session.transaction(async () => undefined))
    const work = session.transaction(async () => {
      throw new Error('before any statement')
    })
    await expect(work).rejects.toThrow('before any statement')
    await session.transaction(async () => {
      await session.transaction(async () => undefined)
      await session.execute('CREATE TABLE birds (id integer)')
    })
    expect(await session.query('SELECT * FROM birds')).toEqual([])
  })

  it('never runs its first statement outside of it, even where its begin was stopped', async () => {
    const session = await current().session('write', { statementTimeoutMs: 1 })
    for (let round = 0; round < 20; round += 1) {
      const sql = `CREATE TABLE birds_${round} AS SELECT count(*) FROM generate_series(1, 100000)`
      await session
        .transaction(async () => {
          await session.execute(sql)
          throw new Error('undone')
        })
        .catch(() => undefined)
    }
    const client = await current().client()
    const { rows } = await client.query("SELECT relname FROM pg_class WHERE relname LIKE 'birds%'")
    expect(rows).toEqual([])
  })

  it('says at its commit which deferred foreign key was not satisfied, and keeps nothing', async () => {
    const session = await current().session()
    await session.execute(parents)
    await session.execute(children)
    const work = session.transaction(() => session.execute('INSERT INTO eggs VALUES (1)'))
    await expect(work).rejects.toMatchObject({
      code: 'FOREIGN_KEYS_VIOLATED',
      details: { commit: true, table: 'eggs', constraint: 'eggs_nest_fkey' },
    })
    expect(await session.query('SELECT * FROM eggs')).toEqual([])
  })

  it('is not kept where a statement failed and nobody passed the error on', async () => {
    const session = await current().session()
    const work = session.transaction(async () => {
      await session.execute('CREATE TABLE birds (id integer)')
      await session.execute('SELECT nonsense').catch(() => undefined)
    })
    await expect(work).rejects.toMatchObject({
      code: 'STATEMENT_FAILED',
      details: { engineCode: '25P02' },
      hint: expect.stringContaining('not passed on'),
    })
    expect(await session.query("SELECT to_regclass('birds') AS birds")).toEqual([{ birds: null }])
  })

  it('survives a failure that stays inside a transaction in it', async () => {
    const session = await current().session()
    await session.transaction(async () => {
      await session.execute('CREATE TABLE birds (id integer)')
      await session.transaction(() => session.execute('SELECT nonsense')).catch(() => undefined)
      await session.execute('INSERT INTO birds VALUES (1)')
    })
    expect(await session.query('SELECT id FROM birds')).toEqual([{ id: 1 }])
  })

  it.each(['COMMIT AND CHAIN', 'ROLLBACK AND CHAIN'])('notices %s', async (statement) => {
    const session = await current().session()
    await session.execute('CREATE TABLE birds (id integer)')
    const work = session.transaction(async () => {
      await session.execute(statement)
      await session.execute('INSERT INTO birds VALUES (2)')
    })
    await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_LOST' })
    expect(await session.query('SELECT id FROM birds')).toEqual([])
  })

  it('runs no further statement once another one has ended it', async () => {
    const session = await current().session()
    await session.execute('CREATE TABLE birds (id integer)')
    const work = session.transaction(async () => {
      await session.execute('COMMIT')
      await session.execute('INSERT INTO birds VALUES (1)')
    })
    await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_LOST' })
    expect(await session.query('SELECT id FROM birds')).toEqual([])
  })

  it('gives the same values whatever the database is set to', async () => {
    const client = await current().client()
    for (const setting of [
      'bytea_output = escape',
      'extra_float_digits = -10',
      'idle_session_timeout = 200',
    ]) {
      // The last one came with PostgreSQL 14.
      await client.query(`ALTER DATABASE ${current().name} SET ${setting}`).catch(() => undefined)
    }
    const session = await current().session()
    await new Promise((resolve) => setTimeout(resolve, 300))
    const [row] = await session.query("SELECT '\\x00ff'::bytea AS song, 0.1::float8 + 0.2::float8 AS weight")
    expect(row).toEqual({ song: new Uint8Array([0, 255]), weight: 0.1 + 0.2 })
  })

  it('gives values of other types as the text of the server, and booleans as 1 and 0', async () => {
    const session = await current().session()
    const [row] = await session.query(
      `SELECT 1.10::numeric AS price, '2026-01-02 03:04:05.123456'::timestamp AS at, true AS yes, false AS no,
        1.5::float8 AS weight, '{"a":1}'::jsonb AS facts, $1::boolean AS bound`,
      [1],
    )
    const exact = { price: '1.10', at: '2026-01-02 03:04:05.123456', facts: '{"a": 1}' }
    expect(row).toEqual({ ...exact, yes: 1, no: 0, weight: 1.5, bound: 1 })
  })
})
