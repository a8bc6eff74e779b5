import { type MigrationRunner, retry, type Session } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { errorOf } from './error-of.ts'
import { type RunnerFor, runnerFor } from './runner-for.ts'
import { hasServer, onServer } from './test-server.ts'

const indexSql = 'CREATE INDEX CONCURRENTLY birds_id ON birds (id);'
const files = { '001_index': `-- Transaction: none\n${indexSql}` }
const buildersSql = `SELECT pid FROM pg_stat_activity
  WHERE datname = $1 AND state = 'active' AND wait_event_type = 'Lock' AND query LIKE 'CREATE%INDEX%'`

describe.runIf(await hasServer())('a statement that nobody saw the end of', () => {
  const { current } = eachTestInItsDatabase()

  const runner = async (options: Omit<RunnerFor, 'driver'>) =>
    runnerFor({ driver: current().driver({ busyTimeoutMs: 60_000 }), ...options })
  const settlerOf = ({ settler }: Session) => {
    if (settler === undefined) throw new Error('A session of PostgreSQL settles')
    // What stands alone there always leaves something to be seen.
    return {
      trace: async (sql: string) => (await settler.trace(sql)) ?? '',
      settle: (sql: string, trace: string) => settler.settle(sql, trace),
    }
  }
  const indexes = async () => {
    const session = await current().session('read')
    return session.query(
      "SELECT c.relname::text AS name, indisvalid AS valid FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid WHERE indrelid = 'birds'::regclass",
    )
  }
  /** The backend that builds an index and waits for a transaction of another client. */
  const builder = async (): Promise<number> => {
    for (;;) {
      const { rows } = await onServer((client) =>
        client.query<{ pid: number }>(buildersSql, [current().name]),
      )
      if (rows[0] !== undefined) return rows[0].pid
    }
  }
  /** A run whose connection is cut while it builds an index. */
  const interrupted = async (run: MigrationRunner) => {
    const client = await current().client()
    await client.query('CREATE TABLE birds (id integer); INSERT INTO birds VALUES (1), (2)')
    await client.query('BEGIN; UPDATE birds SET id = id')
    const running = errorOf(run.up())
    const pid = await builder()
    await onServer((server) => server.query('SELECT pg_terminate_backend($1, 10000)', [pid]))
    const error = await running
    await client.query('ROLLBACK')
    return error
  }

  it('leaves an index that is not valid, which status names and retry builds again', async () => {
    await using directory = await temporaryDirectory()
    const run = await runner({ directory, files })
    expect(await interrupted(run)).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect(await indexes()).toEqual([{ name: 'birds_id', valid: 0 }])
    const { findings, applied } = await run.status()
    expect(applied).toMatchObject([{ id: '001_index', state: 'in-doubt', progress: 0 }])
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'INTEGRITY_BROKEN',
        message: 'The index birds_id on birds is not valid: building it CONCURRENTLY did not finish',
        hint: expect.stringContaining('whimbrel retry'),
      }),
    )
    await run.run(...retry())
    expect(await indexes()).toEqual([{ name: 'birds_id', valid: 1 }])
    expect((await run.status()).findings).toEqual([])
    expect((await run.status()).applied).toMatchObject([{ state: 'applied' }])
  })

  it('does not take an index that somebody else is building for its own', async () => {
    const client = await current().client()
    const other = await current().client()
    await client.query('CREATE TABLE birds (id integer, size integer); INSERT INTO birds VALUES (1, 2)')
    await client.query('BEGIN; UPDATE birds SET id = id')
    const building = other.query('CREATE INDEX CONCURRENTLY theirs ON birds (size)')
    const backend = await builder()
    const { settle } = settlerOf(await current().session('write'))
    expect(await errorOf(settle('CREATE INDEX CONCURRENTLY ON birds (id)', '-'))).toMatchObject({
      code: 'DATABASE_BUSY',
      message: expect.stringContaining(`Backend ${backend} of `),
      hint: expect.stringContaining(`pg_terminate_backend(${backend})`),
      details: { transient: true },
    })
    await client.query('ROLLBACK')
    await building
    expect(await indexes()).toEqual([{ name: 'theirs', valid: 1 }])
  })

  it('is not run again where it took effect', async () => {
    await using directory = await temporaryDirectory()
    const run = await runner({ directory, files })
    await interrupted(run)
    const client = await current().client()
    await client.query('REINDEX INDEX birds_id')
    const [built] = await indexes()
    expect(built).toEqual({ name: 'birds_id', valid: 1 })
    // Run a second time it would say that the index exists.
    await run.run(...retry())
    expect((await run.status()).applied).toMatchObject([{ state: 'applied' }])
    expect(await indexes()).toEqual([built])
  })

  it('is built again after rows that were not unique are corrected', async () => {
    await using directory = await temporaryDirectory()
    const unique = {
      '001_unique': '-- Transaction: none\nCREATE UNIQUE INDEX CONCURRENTLY ON birds (id);',
    }
    const run = await runner({ directory, files: unique })
    const client = await current().client()
    await client.query('CREATE TABLE birds (id integer); INSERT INTO birds VALUES (1), (1)')
    const error = await errorOf(run.up())
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { engineCode: '23505' } })
    // What it left is cleared away at once: nothing of the migration is there, and it is pending.
    expect(await indexes()).toEqual([])
    expect(await run.status()).toMatchObject({ applied: [], findings: [] })
    await client.query('DELETE FROM birds')
    await run.up()
    expect(await indexes()).toEqual([{ name: 'birds_id_idx', valid: 1 }])
  })

  it('leaves an index that was not valid before to whoever made it', async () => {
    const client = await current().client()
    await client.query('CREATE TABLE birds (id integer); INSERT INTO birds VALUES (1), (1)')
    await client.query('CREATE UNIQUE INDEX CONCURRENTLY birds_id ON birds (id)').catch(() => undefined)
    const session = await current().session()
    const settler = settlerOf(session)
    const trace = await settler.trace(indexSql)
    expect(trace).toMatch(/^\d+!$/)
    expect(await settler.settle(indexSql, trace)).toBe(false)
    expect(await indexes()).toEqual([{ name: 'birds_id', valid: 0 }])
  })

  it('is waited for while a backend is still at it', async () => {
    const client = await current().client()
    await client.query('CREATE TABLE birds (id integer)')
    const session = await current().session()
    const settler = settlerOf(session)
    const trace = await settler.trace(indexSql)
    await client.query('BEGIN; INSERT INTO birds VALUES (1)')
    const orphan = await current().client()
    const building = orphan.query(indexSql)
    const pid = await builder()
    await expect(settler.settle(indexSql, trace)).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
      message: expect.stringContaining(`Backend ${pid} of `),
      hint: expect.stringContaining(`pg_terminate_backend(${pid})`),
      details: { transient: true, backend: pid },
    })
    await client.query('COMMIT')
    await building
    expect(await settler.settle(indexSql, trace)).toBe(true)
  })

  it.each([
    ['DROP INDEX CONCURRENTLY birds_id'],
    ['REINDEX INDEX CONCURRENTLY birds_id'],
    ['REINDEX TABLE CONCURRENTLY birds'],
    ['ALTER TABLE flock DETACH PARTITION flock_1 CONCURRENTLY'],
  ])('is known to have taken effect or not: %s', async (sql) => {
    const client = await current().client()
    await client.query('CREATE TABLE birds (id integer)')
    await client.query('CREATE INDEX birds_id ON birds (id)')
    await client.query('CREATE TABLE flock (id integer) PARTITION BY LIST (id)')
    await client.query('CREATE TABLE flock_1 PARTITION OF flock FOR VALUES IN (1)')
    const session = await current().session()
    const settler = settlerOf(session)
    const trace = await settler.trace(sql)
    expect(trace).toMatch(/^\S+$/)
    expect(await settler.settle(sql, trace)).toBe(false)
    await session.execute(sql)
    expect(await settler.settle(sql, trace)).toBe(true)
  })

  it('clears away what REINDEX CONCURRENTLY left half done', async () => {
    const client = await current().client()
    await client.query('CREATE TABLE birds (id integer)')
    await client.query('CREATE INDEX birds_id ON birds (id)')
    const session = await current().session()
    const settler = settlerOf(session)
    const sql = 'REINDEX TABLE CONCURRENTLY birds'
    const trace = await settler.trace(sql)
    await client.query('BEGIN; INSERT INTO birds VALUES (1)')
    const orphan = await current().client()
    const rebuilding = orphan.query(sql.replace('TABLE', 'TABLE ')).catch(() => undefined)
    const waitingSql = buildersSql.replace('CREATE%INDEX%', 'REINDEX%')
    for (let found = 0; found === 0; ) {
      const { rows } = await onServer((server) => server.query(waitingSql, [current().name]))
      found = rows.length
      for (const { pid } of rows) {
        await onServer((server) => server.query('SELECT pg_terminate_backend($1, 10000)', [pid]))
      }
    }
    await rebuilding
    await client.query('COMMIT')
    expect(await indexes()).toHaveLength(2)
    expect(await settler.settle(sql, trace)).toBe(false)
    expect(await indexes()).toEqual([{ name: 'birds_id', valid: 1 }])
  })

  it('is known to have made a database or not', async () => {
    const name = `${current().name}_second`
    const sql = `CREATE DATABASE ${name}`
    const session = await current().session()
    const settler = settlerOf(session)
    const trace = await settler.trace(sql)
    expect(await settler.settle(sql, trace)).toBe(false)
    await session.execute(sql)
    expect(await settler.settle(sql, trace)).toBe(true)
    const dropped = await settler.trace(`DROP DATABASE ${name}`)
    await session.execute(`DROP DATABASE ${name}`)
    expect(await settler.settle(`DROP DATABASE ${name}`, dropped)).toBe(true)
  })
})
