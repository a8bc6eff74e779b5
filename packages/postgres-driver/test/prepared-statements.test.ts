import type { Session } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer } from './test-server.ts'

describe.runIf(await hasServer())('a statement that comes again and again', () => {
  const { current } = eachTestInItsDatabase()

  const recurring = (session: Session, value = 1) =>
    session.query<{ n: number }>('INSERT INTO notes VALUES ($1) RETURNING n', [value], { recurs: true })
  const twice = async (session: Session) => {
    await session.execute('CREATE TABLE notes (n integer)')
    await recurring(session)
    await recurring(session)
  }

  it('is parsed and planned once, like what begins and ends transactions', async () => {
    const session = await current().session()
    await session.execute('CREATE TABLE notes (n integer)')
    for (const value of [1, 2, 3]) {
      await session.transaction(() => session.transaction(() => recurring(session, value)))
    }
    const found = await session.query<{ statement: string }>(
      'SELECT statement FROM pg_prepared_statements ORDER BY statement',
    )
    const guard = /_[0-9a-f]{18}_/
    expect(found.map(({ statement }) => statement.split(' ', 2).join(' ').replace(guard, ' '))).toEqual([
      'BEGIN',
      'INSERT INTO',
      'SAVEPOINT guard 1',
      'SAVEPOINT guard 2',
      expect.stringMatching(/^SELECT set_config/),
    ])
  })

  it.each(['DEALLOCATE ALL', "DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$", 'DISCARD ALL'])(
    'is prepared anew after %s',
    async (sql) => {
      const session = await current().session()
      await twice(session)
      await session.execute(sql)
      expect(await recurring(session, 5)).toEqual([{ n: 5 }])
      const inTransaction = () => session.transaction(() => session.transaction(() => recurring(session, 6)))
      await inTransaction()
      if (sql !== 'DISCARD ALL') await session.transaction(() => session.execute(sql))
      expect(await inTransaction()).toEqual([{ n: 6 }])
    },
  )

  it('is prepared anew after one that failed, whose table changed, or whose rows have other columns', async () => {
    const session = await current().session()
    await expect(recurring(session)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    await twice(session)
    await session.execute('ALTER TABLE notes ADD COLUMN remark text')
    expect(await recurring(session, 7)).toEqual([{ n: 7 }])
    const all = () => session.query('SELECT * FROM notes WHERE n = $1', [7], { recurs: true })
    expect(await all()).toEqual([{ n: 7, remark: null }])
    await session.execute('ALTER TABLE notes DROP COLUMN remark')
    await expect(all()).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(await all()).toEqual([{ n: 7 }])
  })

  it('finds its tables where names are looked up now', async () => {
    const session = await current().session()
    await twice(session)
    await session.execute('CREATE SCHEMA elsewhere')
    await session.execute('CREATE TABLE elsewhere.notes (n integer)')
    await session.execute('SET search_path = elsewhere')
    await recurring(session, 8)
    expect(await session.query('SELECT n FROM elsewhere.notes')).toEqual([{ n: 8 }])
  })

  it('leads nobody astray where a trigger takes it away: the error says so, and the next attempt works', async () => {
    const session = await current().session()
    await twice(session)
    await session.execute(`CREATE FUNCTION forgetful() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN EXECUTE 'DEALLOCATE ALL'; RETURN NEW; END $$`)
    await session.execute('CREATE TABLE odd (n integer)')
    await session.execute('CREATE TRIGGER forgets BEFORE INSERT ON odd EXECUTE FUNCTION forgetful()')
    await session.execute('INSERT INTO odd VALUES (1)')
    await expect(recurring(session, 9)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(await recurring(session, 9)).toEqual([{ n: 9 }])
  })

  it('sets nothing where it only reads, so that nothing is put aside for what comes inside the transaction', async () => {
    const session = await current().session()
    await session.execute('CREATE TABLE notes (n integer)')
    const putAside = async () => {
      const sql =
        "SELECT 1 AS one FROM pg_prepared_statements WHERE statement LIKE '%whimbrel.guard%json_build%'"
      return (await session.query(sql)).length
    }
    const around = (reading: () => Promise<unknown>) =>
      session.transaction(async () => {
        await reading()
        await session.transaction(() => session.execute('ALTER TABLE notes ALTER n SET DEFAULT 1'))
      })
    const sql = 'SELECT count(*) AS count FROM notes'
    await around(() => session.query(sql, [], { recurs: true }))
    expect(await putAside()).toBe(0)
    await around(() => session.query(sql))
    expect(await putAside()).toBe(1)
  })
})
