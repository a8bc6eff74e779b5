import { type MigrationRunner, retry } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { errorOf, migrationFile, runnerFor } from './runner-for.ts'
import { hasServer, onServer } from './test-server.ts'

describe.runIf(await hasServer())('a migration with DDL', () => {
  const { current } = eachTestInItsDatabase()
  let directory: string

  beforeEach(async () => {
    const folder = await temporaryDirectory()
    onTestFinished(() => folder[Symbol.asyncDispose]())
    directory = folder.path
  })

  const runner = (...statements: readonly string[]): Promise<MigrationRunner> =>
    runnerFor({
      driver: current().driver(),
      directory,
      files: { '001_birds': migrationFile(statements.map((sql) => `${sql};`).join('\n')) },
    })

  const rows = async (sql: string): Promise<unknown> => (await (await current().client()).query(sql))[0]
  const tracker = sqlVersionTracker({ dialect: 'mysql' })
  const history = async () => {
    const entries = await tracker.history(await current().session('read'))
    return entries.map(({ action, outcome }) => `${action} ${outcome}`).reverse()
  }

  /** Ends the connection that is at a statement that begins so, as a network or an administrator does. */
  async function killAt(beginning: string): Promise<void> {
    const sql = `SELECT id FROM information_schema.processlist WHERE db = '${current().name}' AND info LIKE '${beginning}%' AND id <> connection_id()`
    await onServer(async (server) => {
      const find = async () => ((await server.query(sql))[0] as { id: number }[])[0]?.id
      let id: number | undefined
      await expect
        .poll(
          async () => {
            id = await find()
            return id
          },
          { timeout: 10_000 },
        )
        .toBeDefined()
      await server.query(`KILL ${id}`)
    })
  }

  it('stands at the statement that failed, says so, and goes on behind it when the file is corrected', async () => {
    const statements = [
      'CREATE TABLE birds (id integer)',
      'INSERT INTO birds VALUES (1)',
      'ALTER TABLE birds ADD COLUMN nonsense nothing',
      'INSERT INTO birds (id) VALUES (2)',
      'CREATE INDEX by_id ON birds (id)',
    ]
    const run = await runner(...statements)
    expect((await run.planUp()).steps).toMatchObject([
      { migration: { transactional: false, commits: 'CREATE TABLE' } },
    ])
    const error = await errorOf(run.up())
    expect(error.message).toMatch(
      /001_birds failed at .*:5 \(statement 3 of 5\): .*; 001_birds is in doubt now$/,
    )
    const { findings, applied } = await run.status()
    expect(findings).toMatchObject([{ code: 'IN_DOUBT' }])
    expect(findings[0]?.message).toContain('(2 of its statements did)')
    expect(applied).toMatchObject([{ state: 'in-doubt', progress: 2, trace: undefined }])
    const corrected = await runner(...statements.with(2, 'ALTER TABLE birds ADD COLUMN name varchar(20)'))
    await corrected.run(...retry())
    expect(await rows('SELECT * FROM birds')).toEqual([
      { id: 1, name: null },
      { id: 2, name: null },
    ])
    expect(await history()).toEqual(['up started', 'up failed', 'up started', 'up applied'])
    expect(await corrected.status()).toMatchObject({ findings: [] })
  })

  it('is pending where its first statement is refused: nothing of it is there, and its history is', async () => {
    const run = await runner('CREATE TABLE birds (id nothing)', 'INSERT INTO birds VALUES (1)')
    for (let time = 0; time < 3; time += 1) {
      const error = await errorOf(run.up())
      expect(error.code).toBe('STATEMENT_FAILED')
      expect(error.message).toMatch(/\(statement 1 of 2\)/)
      expect(error.message).not.toContain('doubt')
    }
    expect(await run.status()).toMatchObject({
      applied: [],
      findings: [],
      plan: { steps: [{ id: '001_birds' }] },
    })
    await (await runner('CREATE TABLE birds (id integer)', 'INSERT INTO birds VALUES (1)')).up()
    expect(await history()).toEqual([
      ...Array.from({ length: 3 }, () => ['up started', 'up failed']).flat(),
      'up started',
      'up applied',
    ])
    expect((await run.status()).applied).toMatchObject([{ state: 'applied' }])
  })

  it('is in doubt where its first statement failed and left something: of several tables one was dropped', async () => {
    await rows('CREATE TABLE old (id integer)')
    const run = await runner('DROP TABLE old, nothing', 'CREATE TABLE birds (id integer)')
    expect((await errorOf(run.up())).message).toContain('is in doubt now')
    expect((await run.status()).findings[0]?.message).toContain(
      '(0 of its statements did; statement 1 was begun)',
    )
    // Both are gone, as the statement wants it.
    await run.run(...retry())
    expect((await run.status()).applied).toMatchObject([{ state: 'applied' }])
  })

  const called = [
    'CREATE TABLE birds (id integer)',
    'CREATE PROCEDURE fill() BEGIN INSERT INTO birds VALUES (1); DO sleep(9); END',
    'CALL fill()',
    'INSERT INTO birds VALUES (2)',
  ]

  it('calls a procedure of rows again where the connection was cut in it: nothing of it was kept', async () => {
    const run = await runner(...called)
    const error = errorOf(run.up())
    await killAt('DO sleep')
    expect(await error).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect((await run.status()).applied).toMatchObject([{ state: 'in-doubt', progress: 2, trace: undefined }])
    await rows('DROP PROCEDURE fill')
    await rows('CREATE PROCEDURE fill() INSERT INTO birds VALUES (1)')
    await run.run(...retry())
    expect(await rows('SELECT id FROM birds')).toEqual([{ id: 1 }, { id: 2 }])
  })

  it.each([
    ['skip', [1, 2]],
    ['again', [1, 1, 2]],
  ] as const)(
    'says that nobody can know where a procedure was cut that had committed, and takes the word of who looked: %s',
    async (interrupted, ids) => {
      const commits = 'CREATE PROCEDURE fill() BEGIN INSERT INTO birds VALUES (1); COMMIT; DO sleep(9); END'
      const run = await runner(...called.with(1, commits))
      const failed = errorOf(run.up())
      await killAt('DO sleep')
      expect(await failed).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
      const error = await errorOf(run.run(...retry()))
      expect(error).toMatchObject({ code: 'IN_DOUBT', details: { statement: 3 } })
      expect(error.message).toBe(
        'Statement 3 of the up of 001_birds was interrupted (CALL fill()), and whether it took effect cannot be seen',
      )
      expect(error.hint).toContain('"whimbrel retry 001_birds --skip"')
      expect((await run.status()).applied).toMatchObject([{ state: 'in-doubt', progress: 2 }])
      await rows('DROP PROCEDURE fill')
      await rows('CREATE PROCEDURE fill() INSERT INTO birds VALUES (1)')
      await run.run(...retry({ interrupted }))
      expect(await rows('SELECT id FROM birds')).toEqual(ids.map((id) => ({ id })))
      expect((await run.status()).applied).toMatchObject([{ state: 'applied' }])
    },
  )

  it('settles what was begun where the file says something else now', async () => {
    const run = await runner(
      'CREATE TABLE birds (id integer)',
      'CREATE TABLE nests (id integer) AS SELECT 1 AS id, sleep(9)',
    )
    const failed = errorOf(run.up())
    await killAt('CREATE TABLE nests')
    await failed
    expect((await run.status()).applied).toMatchObject([
      { state: 'in-doubt', progress: 1, trace: expect.any(String) },
    ])
    // It was killed and left nothing: another one may stand in its place.
    const edited = await runner('CREATE TABLE birds (id integer)', 'CREATE TABLE nests (size integer)')
    await edited.run(...retry())
    expect(await rows('SHOW COLUMNS FROM nests')).toMatchObject([{ Field: 'size' }])
  })

  it('refuses what was edited where it took effect although nobody lived to write that down', async () => {
    const run = await runner(
      'CREATE TABLE birds (id integer)',
      'CREATE TABLE nests (id integer) AS SELECT 1 AS id, sleep(9)',
    )
    const failed = errorOf(run.up())
    await killAt('CREATE TABLE nests')
    await failed
    await rows('CREATE TABLE nests (id integer)')
    const edited = await runner('CREATE TABLE birds (id integer)', 'CREATE TABLE nests (size integer)')
    const error = await errorOf(edited.run(...retry()))
    expect(error.message).toBe(
      'The up of 001_birds was edited where it had already run: statement 2 was interrupted and took effect',
    )
    expect(error.code).toBe('CHECKSUM_CHANGED')
    expect((await edited.status()).applied).toMatchObject([{ state: 'in-doubt', progress: 1 }])
  })

  it('of rows alone is undone as a whole, and stays pending', async () => {
    await rows('CREATE TABLE birds (id integer PRIMARY KEY)')
    const run = await runner('INSERT INTO birds VALUES (1)', 'SET @two = 2', 'INSERT INTO birds VALUES (1)')
    expect((await run.planUp()).steps).toMatchObject([{ migration: { transactional: true } }])
    await errorOf(run.up())
    expect(await rows('SELECT id FROM birds')).toEqual([])
    expect(await run.status()).toMatchObject({ applied: [], findings: [] })
  })
})
