import { mkdir, writeFile } from 'node:fs/promises'
import { MigrationRunner, plan, retry } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { temporaryDirectory } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer } from './test-server.ts'

const file = (up: string, down: string, header = '-- Transaction: none\n') =>
  `${header}-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`

const birds = file(
  `CREATE TABLE birds (id bigint PRIMARY KEY, name varchar(20));
DELIMITER $$
CREATE TRIGGER birds_shout BEFORE INSERT ON birds FOR EACH ROW BEGIN SET NEW.name = upper(NEW.name); END$$
DELIMITER ;
INSERT INTO birds VALUES (1, 'whimbrel'), (2, 'curlew');`,
  'DROP TABLE birds;',
)
const more = file("INSERT INTO birds VALUES (3, 'knot');", 'DELETE FROM birds WHERE id = 3;', '')
const broken = file(
  'ALTER TABLE birds ADD COLUMN size integer;\nUPDATE birds\n  SET size == 1;',
  'ALTER TABLE birds DROP COLUMN size;',
)
const brokenRows = file("INSERT INTO birds VALUES (4, 'ruff');\nINSERT INTO birds VALUES (1, 'x');", '', '')

describe.runIf(await hasServer())('a run over a MariaDB or MySQL database', () => {
  const { current } = eachTestInItsDatabase()

  const runnerFor = async (files: Record<string, string>, directory: string) => {
    await mkdir(directory, { recursive: true })
    for (const [id, text] of Object.entries(files)) await writeFile(`${directory}/${id}.sql`, text)
    return new MigrationRunner({
      driver: current().driver(),
      tracker: sqlVersionTracker({ dialect: 'mysql' }),
      source: folderSource({ directory }),
    })
  }

  it('applies, does nothing where nothing is pending, and rolls back', async () => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({ '001_birds': birds, '002_more': more }, directory.path)
    const report = await runner.up()
    expect(report.steps.map(({ id, rowsChanged }) => [id, rowsChanged])).toEqual([
      ['001_birds', 2],
      ['002_more', 1],
    ])
    expect((await runner.up()).steps).toEqual([])
    const session = await current().session('read')
    const names = 'SELECT name FROM birds ORDER BY id'
    expect(await session.query(names)).toEqual([{ name: 'WHIMBREL' }, { name: 'CURLEW' }, { name: 'KNOT' }])
    await runner.run((state) => plan(state, { direction: 'down', versions: ['1', '2'] }))
    await expect(session.query(names)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect((await runner.status()).applied).toEqual([])
  })

  it('says where DDL outside of a transaction stopped, names line and column, and goes on from there', async () => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({ '001_birds': birds, '002_size': broken }, directory.path)
    const error = await runner.up().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { line: 5, statement: 2 } })
    expect((error as Error).message).toMatch(/002_size\.sql:5:/)
    const [, doubtful] = (await runner.status()).applied
    expect(doubtful).toMatchObject({ id: '002_size', state: 'in-doubt', progress: 1 })
    const mended = await runnerFor({ '002_size': broken.replace('size ==', 'size =') }, directory.path)
    await mended.run(...retry({ id: '002_size' }))
    const session = await current().session('read')
    expect(await session.query('SELECT DISTINCT size FROM birds')).toEqual([{ size: 1 }])
    expect((await mended.status()).applied[1]).toMatchObject({ id: '002_size', state: 'applied' })
  })

  it('undoes a migration of rows alone as a whole', async () => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({ '001_birds': birds, '002_rows': brokenRows }, directory.path)
    await expect(runner.up()).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    const session = await current().session('read')
    expect(await session.query('SELECT id FROM birds')).toEqual([{ id: 1 }, { id: 2 }])
    expect((await runner.status()).applied.map(({ id }) => id)).toEqual(['001_birds'])
  })

  it('lets two runs that begin together apply everything once', async () => {
    await using directory = await temporaryDirectory()
    const runners = await Promise.all([1, 2].map(() => runnerFor({ '001_birds': birds }, directory.path)))
    const reports = await Promise.all(runners.map((runner) => runner.up()))
    expect(reports.flatMap(({ steps }) => steps.map(({ id }) => id))).toEqual(['001_birds'])
  })

  it('goes on with the keys of a history that began after its records', async () => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({ '001_birds': birds, '002_more': more }, directory.path)
    await runner.up({ steps: 1 })
    const session = await current().session()
    await session.execute('DROP TABLE schema_migrations_history')
    await runner.up()
    expect((await runner.status()).applied.map(({ id }) => id)).toEqual(['001_birds', '002_more'])
  })

  it('leaves a table of another tool alone', async () => {
    await using directory = await temporaryDirectory()
    const runner = await runnerFor({ '001_birds': birds }, directory.path)
    const session = await current().session()
    await session.execute('CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY)')
    const error = { code: 'TRACKING_TABLE_FOREIGN', message: expect.stringContaining('dbmate or Rails') }
    await expect(runner.up()).rejects.toMatchObject(error)
  })
})
