import process from 'node:process'
import { retry } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { errorOf } from './error-of.ts'
import { runnerFor } from './runner-for.ts'
import { startProxy } from './start-proxy.ts'
import { hasServer, onServer } from './test-server.ts'

const birds = { '001_birds': 'CREATE TABLE public.birds (id integer);' }
const two = { ...birds, '002_nests': 'CREATE TABLE public.nests (id integer);' }
const terminate =
  "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1 AND query LIKE 'CREATE TABLE public.birds%'"

/** When the database of the test, and what the role has there, is gone. */
async function dropRole(role: string): Promise<void> {
  await onServer((client) => client.query(`DROP ROLE ${role}`))
}

describe.runIf(await hasServer())('a run at an odd place', () => {
  const { current } = eachTestInItsDatabase()

  const tables = async () => {
    const session = await current().session('read')
    const rows = await session.query<{ name: string }>(
      "SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema') ORDER BY 1",
    )
    return rows.map(({ name }) => name)
  }

  it('names the right that is missing for the tracking tables, and changes nothing', async () => {
    await using directory = await temporaryDirectory()
    const role = `${current().name}_reader`
    const client = await current().client()
    await client.query(`CREATE ROLE ${role} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC`)
    const driver = current().driver({ url: current().urlWith({ username: role }) })
    onTestFinished(() => dropRole(role))
    const runner = await runnerFor({ driver, directory, files: { '001_nothing': 'SELECT 1;' } })
    const error = await errorOf(runner.up())
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { engineCode: '42501' } })
    expect(error.message).toContain('permission denied for schema public')
    expect(error.hint).toContain('GRANT')
    expect(await tables()).toEqual([])
    await client.query(`GRANT CREATE, USAGE ON SCHEMA public TO ${role}`)
    await runner.up()
    await client.query(`REVOKE ALL ON schema_migrations FROM ${role}`)
    expect(await errorOf(runner.status())).toMatchObject({ details: { engineCode: '42501' } })
  })

  it('says where the tracking tables are to be when their schema is missing', async () => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({
      driver: current().driver({ schema: 'nowhere' }),
      directory,
      files: birds,
      tables: { schema: 'nowhere' },
    })
    const error = await errorOf(runner.up())
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { engineCode: '3F000' } })
    expect(error.hint).toContain('Create the schema')
    expect(await tables()).toEqual([])
  })

  it('keeps its records in a schema and a table of any name, beside a schema called like the table', async () => {
    await using directory = await temporaryDirectory()
    const schema = 'Odd "schema".x'
    const client = await current().client()
    await client.query(
      `CREATE SCHEMA "Odd ""schema"".x"; CREATE SCHEMA schema_migrations; CREATE SCHEMA "My.""Table"`,
    )
    const table = 'My."Table'
    const runner = await runnerFor({
      driver: current().driver({ schema }),
      directory,
      files: two,
      tables: { schema, table },
    })
    expect((await runner.up()).steps).toHaveLength(2)
    expect((await runner.up()).steps).toEqual([])
    expect(await tables()).toEqual(['My."Table', 'My."Table_history', 'birds', 'nests'])
    const plain = await runnerFor({ driver: current().driver(), directory, files: {} })
    expect((await plain.status()).applied).toEqual([])
  })

  it.each(['each', 'batch', 'all'] as const)(
    'lets no setting of a migration reach its record or the next migration in mode %s',
    async (transaction) => {
      await using directory = await temporaryDirectory()
      const role = `${current().name}_app`
      const client = await current().client()
      await client.query(`CREATE ROLE ${role}; CREATE SCHEMA app AUTHORIZATION ${role}`)
      onTestFinished(() => dropRole(role))
      const sets = `SET LOCAL ROLE ${role};
SET LOCAL search_path = app;
SET LOCAL TIME ZONE 'Asia/Tokyo';
SELECT set_config('search_path', 'app', true);
CREATE TABLE inside (id integer);`
      const files = {
        '001_sets': sets,
        '002_plain':
          'CREATE TABLE outside AS SELECT current_user AS who, current_setting($$TimeZone$$) AS zone;',
      }
      const runner = await runnerFor({ driver: current().driver(), directory, files, transaction })
      expect((await runner.up()).steps).toMatchObject([{ outcome: 'applied' }, { outcome: 'applied' }])
      const { rows } = await client.query(
        'SELECT (SELECT who FROM public.outside) = session_user AS itself, (SELECT zone FROM public.outside) AS zone',
      )
      expect(rows).toMatchObject([{ itself: true }])
      expect(rows[0].zone).not.toBe('Asia/Tokyo')
      expect((await client.query('SELECT id FROM app.inside')).rows).toEqual([])
      expect(await tables()).toEqual(['inside', 'outside', 'schema_migrations', 'schema_migrations_history'])
    },
  )

  it('takes no notice of clocks and time zones: times are UTC, and the order is that of the keys', async () => {
    await using directory = await temporaryDirectory()
    const client = await current().client()
    await client.query(`ALTER DATABASE ${current().name} SET TimeZone = 'Pacific/Chatham'`)
    await client.query(`ALTER DATABASE ${current().name} SET DateStyle = 'SQL, DMY'`)
    const { TZ } = process.env
    onTestFinished(() => {
      if (TZ === undefined) delete process.env.TZ
      else process.env.TZ = TZ
    })
    const began = Date.now()
    for (const [zone, steps] of [
      ['Asia/Kolkata', 1],
      ['America/St_Johns', 1],
    ] as const) {
      process.env.TZ = zone
      const runner = await runnerFor({ driver: current().driver(), directory, files: two })
      await runner.up({ steps })
    }
    const runner = await runnerFor({ driver: current().driver(), directory, files: two })
    const { applied } = await runner.status()
    expect(applied.map(({ id }) => id)).toEqual(['001_birds', '002_nests'])
    for (const { appliedAt } of applied) {
      expect(appliedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(Date.parse(appliedAt)).toBeGreaterThanOrEqual(began)
      expect(Date.parse(appliedAt)).toBeLessThanOrEqual(Date.now())
    }
  })

  it('runs a statement of 10 MB', async () => {
    await using directory = await temporaryDirectory()
    const files = { '001_long': `CREATE TABLE long AS SELECT '${'ü'.repeat(5_000_000)}' AS text;` }
    const runner = await runnerFor({ driver: current().driver(), directory, files })
    expect((await runner.up()).steps).toMatchObject([{ outcome: 'applied' }])
    const client = await current().client()
    expect((await client.query('SELECT length(text) AS n FROM long')).rows).toEqual([{ n: 5_000_000 }])
  })

  it.each([
    ['in a statement', 'SELECT pg_terminate_backend(pg_backend_pid());'],
    [
      'by somebody else, in a function',
      'DO $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$;',
    ],
  ])('that is cut off %s has changed nothing, and goes on afterwards', async (_, sql) => {
    await using directory = await temporaryDirectory()
    const files = { ...birds, '002_cut': `CREATE TABLE nests (id integer);\n${sql}` }
    const runner = await runnerFor({ driver: current().driver(), directory, files })
    const error = await errorOf(runner.up())
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', details: { migration: '002_cut' } })
    expect(error.hint).toContain('run the command again')
    expect(await tables()).toEqual(['birds', 'schema_migrations', 'schema_migrations_history'])
    const fixed = { '002_cut': 'CREATE TABLE nests (id integer);' }
    const again = await runnerFor({ driver: current().driver(), directory, files: fixed })
    expect((await again.up()).steps).toMatchObject([{ id: '002_cut', outcome: 'applied' }])
  })

  it('that is cut off between two statements has changed nothing', async () => {
    await using directory = await temporaryDirectory()
    const files = { '001_both': `${birds['001_birds']}\nCREATE TABLE public.nests (id integer);` }
    const hooks = {
      after: async () => {
        await onServer((client) => client.query(terminate, [current().name]))
      },
    }
    const runner = await runnerFor({ driver: current().driver(), directory, files: birds, hooks })
    expect(await errorOf(runner.up())).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect(await tables()).toEqual([])
    const again = await runnerFor({ driver: current().driver(), directory, files })
    await errorOf(again.up())
  })

  it.each([
    ['before the server has seen it is told as a failure', 'before', 0],
    ['after the server has done it is told as done, and the run goes on', 'answered', 2],
  ] as const)('whose COMMIT is cut off %s', async (_, when, kept) => {
    await using directory = await temporaryDirectory()
    await using proxy = await startProxy(new URL(current().url), { cut: { at: 'COMMIT', when } })
    const driver = current().driver({ url: current().urlWith({ host: `127.0.0.1:${proxy.port}` }) })
    const runner = await runnerFor({ driver, directory, files: two })
    const result = await runner.up().then(
      ({ steps }) => steps.map(({ outcome }) => outcome),
      (error: { code: string }) => error.code,
    )
    expect(result).toEqual(kept === 2 ? ['applied', 'applied'] : 'DATABASE_UNREACHABLE')
    expect((await tables()).includes('birds')).toBe(kept === 2)
    expect((await runner.status()).applied).toHaveLength(kept)
    expect((await runner.up()).steps).toHaveLength(2 - kept)
  })

  it('whose statement outside a transaction is cut off goes on with a retry', async () => {
    await using directory = await temporaryDirectory()
    const header = '-- Transaction: none\n'
    const cut = `${header}CREATE TABLE nests (id integer);\nSELECT pg_terminate_backend(pg_backend_pid());`
    const runner = await runnerFor({ driver: current().driver(), directory, files: { '001_cut': cut } })
    expect(await errorOf(runner.up())).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect((await runner.status()).applied).toMatchObject([{ state: 'in-doubt', progress: 1 }])
    const fixed = `${header}CREATE TABLE nests (id integer);\nSELECT 1;`
    const again = await runnerFor({ driver: current().driver(), directory, files: { '001_cut': fixed } })
    await again.run(...retry())
    expect((await again.status()).applied).toMatchObject([{ state: 'applied' }])
  })
})

describe.runIf(await hasServer())('a database that is not UTF-8', () => {
  const { current } = eachTestInItsDatabase()

  const encoded = async (encoding: string) => {
    const name = `${current().name}_${encoding.toLowerCase()}`
    await onServer((client) =>
      client.query(
        `CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`,
      ),
    )
    onTestFinished(async () => {
      await onServer((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`))
    })
    return current().urlWith({ pathname: `/${name}` })
  }

  it.each(['LATIN1', 'SQL_ASCII'])('gives back what was written: %s', async (encoding) => {
    await using directory = await temporaryDirectory()
    const driver = current().driver({ url: await encoded(encoding) })
    const files = { '001_umlaut': 'CREATE TABLE "vögel" AS SELECT \'Großer Brachvogel\'::text AS name;' }
    const runner = await runnerFor({ driver, directory, files })
    await runner.up()
    const session = await driver.session('read')
    expect(await session.query('SELECT name FROM "vögel"')).toEqual([{ name: 'Großer Brachvogel' }])
    const kept = await sqlVersionTracker({ dialect: 'postgres' }).kept(session, '1')
    expect(kept?.up).toContain('Großer Brachvogel')
    await driver.close()
  })

  it('says which character it cannot hold, and changes nothing', async () => {
    await using directory = await temporaryDirectory()
    const driver = current().driver({ url: await encoded('LATIN1') })
    const runner = await runnerFor({ driver, directory, files: { '001_bird': "SELECT '🐦';" } })
    const error = await errorOf(runner.up())
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { engineCode: '22P05' } })
    expect(error.message).toContain('LATIN1')
    expect(error.hint).toContain('UTF-8')
    expect((await runner.status()).applied).toEqual([])
    await driver.close()
  })
})
