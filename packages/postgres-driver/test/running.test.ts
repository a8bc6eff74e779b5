import { mkdir, writeFile } from 'node:fs/promises'
import { MigrationRunner, plan } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { temporaryDirectory } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { errorOf } from './error-of.ts'
import { hasServer } from './test-server.ts'

const file = (up: string, down: string, header = '') =>
  `${header}-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`

const birds = file(
  `CREATE TABLE birds (id bigint PRIMARY KEY, name text);
CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql AS $$ SELECT upper($1); $$;
INSERT INTO birds VALUES (1, 'whimbrel'), (2, 'curlew');`,
  'DROP FUNCTION shout(text);\nDROP TABLE birds;',
)
const index = file(
  'CREATE INDEX CONCURRENTLY birds_name ON birds (name);\nANALYZE birds;',
  'DROP INDEX CONCURRENTLY birds_name;',
  '-- Transaction: none\n',
)
const broken = file(
  'ALTER TABLE birds ADD COLUMN size integer;\nUPDATE birds\n  SET size = 1,\n    colour = 1;',
  'ALTER TABLE birds DROP COLUMN size;',
)

describe.runIf(await hasServer())('a run over a PostgreSQL database', () => {
  const { current } = eachTestInItsDatabase()

  const runnerFor = async (files: Record<string, string>, directory: string) => {
    await mkdir(directory, { recursive: true })
    for (const [id, text] of Object.entries(files)) await writeFile(`${directory}/${id}.sql`, text)
    return new MigrationRunner({
      driver: current().driver(),
      tracker: sqlVersionTracker({ dialect: 'postgres' }),
      source: folderSource({ directory }),
    })
  }

  it('applies, does nothing where nothing is pending, and rolls back', async () => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({ '001_birds': birds, '002_index': index }, directory.path)
    const report = await runner.up()
    expect(report.steps.map(({ id, rowsChanged }) => [id, rowsChanged])).toEqual([
      ['001_birds', 2],
      ['002_index', 0],
    ])
    expect((await runner.up()).steps).toEqual([])
    const session = await current().session('read')
    expect(await session.query('SELECT shout(name) AS name FROM birds ORDER BY id LIMIT 1')).toEqual([
      { name: 'WHIMBREL' },
    ])
    const indexes = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('birds_name')"
    expect(await session.query(indexes)).toEqual([{ indisvalid: 1 }])
    await runner.run((state) => plan(state, { direction: 'down', versions: ['1', '2'] }))
    const [left] = await session.query("SELECT to_regclass('birds') AS birds")
    expect(left).toEqual({ birds: null })
    expect((await runner.status()).applied).toEqual([])
  })

  it('undoes a migration that fails as a whole, and names line and column', async () => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({ '001_birds': birds, '002_size': broken }, directory.path)
    const error = await runner.up().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { line: 5, column: 5, statement: 2 } })
    expect((error as Error).message).toMatch(/002_size\.sql:5:5 .*colour/)
    const session = await current().session('read')
    const columns = "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'birds'"
    expect(await session.query(columns)).not.toContainEqual({ name: 'size' })
  })

  it('lets two runs that begin together apply everything once', async () => {
    await using directory = await temporaryDirectory()
    const runners = await Promise.all([1, 2].map(() => runnerFor({ '001_birds': birds }, directory.path)))
    const reports = await Promise.all(runners.map((runner) => runner.up()))
    expect(reports.flatMap(({ steps }) => steps.map(({ id }) => id))).toEqual(['001_birds'])
  })

  it('goes on with the keys of a history that began after its records', async () => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({ '001_birds': birds, '002_index': index }, directory.path)
    await runner.up({ steps: 1 })
    const session = await current().session()
    await session.execute('DROP TABLE schema_migrations_history')
    await runner.up()
    const { applied } = await runner.status()
    expect(applied.map(({ id }) => id)).toEqual(['001_birds', '002_index'])
    const history = await sqlVersionTracker({ dialect: 'postgres' }).history(session)
    expect(history.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'up applied',
      'up started',
      'baseline recorded',
    ])
  })

  it('leaves a table of another tool alone', async () => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({ '001_birds': birds }, directory.path)
    const session = await current().session()
    await session.execute('CREATE TABLE schema_migrations (version character varying PRIMARY KEY)')
    const error = { code: 'TRACKING_TABLE_FOREIGN', message: expect.stringContaining('dbmate or Rails') }
    await expect(runner.up()).rejects.toMatchObject(error)
  })

  it.each([
    ['in the second statement, behind other letters', "SELECT '🐦 über';\nSELECT 'ß',\n  nonsense;", 3, 3],
    ['in a DO block', 'DO $$\nBEGIN\n  -- 🐦\n  PERFORM 1/0;\nEND $$;', 4, 3],
    ['in a statement of a DO block', 'DO $$ BEGIN\n  INSERT INTO nowhere VALUES (1);\nEND $$;', 2, 15],
    [
      'in the body of a function',
      'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN\n  RETURNN 1;\nEND $$;',
      2,
      3,
    ],
  ])('says where the error is: %s', async (_, up, line, column) => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({ '001_wrong': file(up, '') }, directory.path)
    const error = await errorOf(runner.up())
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { line: line + 1, column } })
    expect(error.message).toContain(`001_wrong.sql:${line + 1}:${column} `)
  })

  it('names the function in which an error is that a statement calls', async () => {
    await using directory = await temporaryDirectory()
    const up = `CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  RETURN nope;
END $$;
SELECT public.f();`
    const runner = await runnerFor({ '001_wrong': file(up, '') }, directory.path)
    const error = await errorOf(runner.up())
    expect(error.message).toMatch(
      /001_wrong.sql:5 \(statement 2 of 2\): .*nope.* \(in PL\/pgSQL function (public\.)?f\(\) line 2/,
    )
  })
})
