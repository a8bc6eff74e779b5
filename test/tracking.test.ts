import { chmodSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { databaseVersion, sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runBinary } from '../packages/cli/test/binary.ts'
import { Project } from '../packages/cli/test/project.ts'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const table = (name: string) =>
  migration(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY);`, `DROP TABLE ${name};`)
const two = { '001_a': table('a'), '010_b': migration('CREATE TABLE b (id);') }

describe('the record of an applied migration', () => {
  it('says which one, in which order, what, when, for how long, by whom and with what', async () => {
    const fixture = new Fixture(two)
    const began = Date.now()
    const report = await fixture.up()
    const ended = Date.now()
    const records = fixture.rows<Record<string, string | number | null>>(
      'SELECT * FROM schema_migrations ORDER BY sequence',
    )
    const common = {
      state: 'applied',
      run_id: report.runId,
      applied_by: `${userInfo().username}@${hostname()}`,
      tool_version: '1.2.3',
    }
    const checksum = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
    expect(records).toMatchObject([
      { ...common, version: 1, name: 'a', id: '001_a', checksum, down_checksum: checksum },
      { ...common, version: 10, name: 'b', id: '010_b', checksum, down_checksum: null },
    ])
    for (const { applied_at: at, execution_time_ms: ms } of records) {
      expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(Date.parse(String(at))).toBeGreaterThanOrEqual(began - 1)
      expect(Date.parse(String(at)) + Number(ms)).toBeLessThanOrEqual(ended + 1)
    }
    const [first, second] = records
    expect(Number(second?.sequence)).toBeGreaterThan(Number(first?.sequence))
    expect(fixture.rows('PRAGMA table_info(schema_migrations)').slice(0, 5)).toMatchObject([
      { name: 'version', type: 'INTEGER', pk: 1 },
      { name: 'name', type: 'TEXT', notnull: 1 },
      { name: 'applied_at' },
      { name: 'checksum', type: 'TEXT', notnull: 1 },
      { name: 'execution_time_ms' },
    ])
  })

  it('is shown by status with a time within one second of the truth', async () => {
    const project = new Project({ app: two })
    const began = Date.now()
    await project.run('up')
    const ended = Date.now()
    const { out } = await project.run('status')
    const times = [...out.matchAll(/✓ \S+ {2}(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)Z/g)]
    expect(times).toHaveLength(2)
    for (const [, day, time] of times) {
      const shown = Date.parse(`${day}T${time}Z`)
      expect(shown).toBeGreaterThan(began - 1000)
      expect(shown).toBeLessThanOrEqual(ended)
    }
  })

  it('keeps the order of application where that is not the order of versions', async () => {
    const fixture = new Fixture({ '002_b': table('b') })
    await fixture.up()
    fixture.write({ '001_a': table('a') })
    await fixture.runner().up({ allowOutOfOrder: true })
    expect(await fixture.applied()).toEqual(['002_b', '001_a'])
  })
})

describe('the tracking tables', () => {
  it('are made in the first transaction of a run that is kept, and not looked at by the others', async () => {
    const fixture = new Fixture({ '001_a': table('a'), '002_b': migration('CREATE TABLE a (id);') })
    const tracker = sqlVersionTracker()
    const prepare = tracker.prepare.bind(tracker)
    let prepared = 0
    tracker.prepare = (...args) => {
      prepared += 1
      return prepare(...args)
    }
    const counting = { tracker, transaction: 'each' } as const
    await failure(fixture.up(counting))
    expect([prepared, await fixture.applied()]).toEqual([1, ['001_a']])
    fixture.write({
      '002_b': table('b'),
      '003_c': migration('CREATE TABLE c (id);', '', '-- Transaction: none'),
    })
    prepared = 0
    await fixture.up(counting)
    expect([prepared, await fixture.applied()]).toEqual([1, ['001_a', '002_b', '003_c']])
  })
})

describe('the history', () => {
  it('keeps failed attempts and rollbacks with reason and duration, while status shows what is now', async () => {
    const project = new Project({ app: { '001_a': table('a'), '002_b': migration('CREATE TABLE b (;', '') } })
    expect((await project.run('up')).exitCode).toBe(1)
    project.migrations('app', { '002_b': table('b') })
    await project.run('up')
    await project.run('down')
    const entries = project.rows<Record<string, unknown>>(
      'app',
      'SELECT id, action, outcome, reason, execution_time_ms AS ms FROM schema_migrations_history ORDER BY sequence',
    )
    expect(entries).toMatchObject([
      { id: '001_a', action: 'up', outcome: 'applied', reason: null },
      { id: '002_b', action: 'up', outcome: 'failed', reason: expect.stringContaining('incomplete input') },
      { id: '002_b', action: 'up', outcome: 'applied', reason: null },
      { id: '002_b', action: 'down', outcome: 'reverted', reason: null },
    ])
    for (const { ms } of entries) expect(Number(ms)).toBeGreaterThan(0)
    const status = await project.run('status')
    expect(status.out).toMatch(/✓ 001_a .*\n {2}· 002_b {2}pending\n/)
    const history = await project.run('history')
    expect(history.out.match(/002_b/g)?.length).toBeGreaterThanOrEqual(3)
    expect(history.out).toMatch(
      /✗ .* 002_b {2}failed .*\n {6}002_b failed at app\/002_b\.sql:3 .*incomplete input\n/,
    )
  })

  it('numbers what happened without ever using a number twice', async () => {
    const fixture = new Fixture(two)
    for (let round = 0; round < 3; round += 1) {
      await fixture.runner().up({ steps: 1 })
      await fixture.down()
    }
    const numbers = fixture.rows<{ n: number }>(
      'SELECT sequence AS n FROM schema_migrations_history ORDER BY rowid',
    )
    expect(numbers.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6])
  })
})

describe('a tracking table with a name of its own', () => {
  it('is used by every command, and no other one appears', async () => {
    const project = new Project({ app: two }, { table: 'our_records' })
    for (const argv of [
      ['up', '--steps', '1'],
      ['status'],
      ['validate'],
      ['history'],
      ['plan'],
      ['up'],
      ['down', '--only', '1'],
      ['up', '--allow-out-of-order'],
    ]) {
      expect({ argv, ...(await project.run(...argv)) }).toMatchObject({ argv, exitCode: 0 })
    }
    project.migrations('app', { '001_a': migration('CREATE TABLE a (id TEXT);', 'DROP TABLE a;') })
    expect((await project.run('accept', '1', '--reason', 'meant')).exitCode).toBe(0)
    const sql =
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    expect(project.rows('app', sql)).toEqual(
      ['a', 'b', 'our_records', 'our_records_history', 'our_records_stamp'].map((name) => ({ name })),
    )
    expect((await project.json('status')).databases).toMatchObject([{ current: '001_a', applied: [{}, {}] }])
  })

  it.each([
    'DROP TABLE our_records;',
    'ALTER TABLE "our_records" ADD COLUMN x;',
    'CREATE TABLE OUR_RECORDS_HISTORY (id);',
  ])('is out of reach of migrations: %s', async (sql) => {
    const tracker = sqlVersionTracker({ table: 'our_records' })
    const fixture = new Fixture({ '001_a': table('a'), '002_x': migration(sql) })
    const { error } = await failure(fixture.up({ tracker }))
    expect(error).toMatchObject({ code: 'MIGRATION_FORBIDDEN', exitCode: 2 })
    expect(fixture.bytes()).toBeUndefined()
  })
})

describe('the questions of an application', () => {
  const needed = [
    { id: '001_a', version: '1' },
    { id: '010_b', version: '10' },
  ]

  async function answers(path: string) {
    const version = databaseVersion({ driver: sqliteDriver({ path }), tracker: sqlVersionTracker() })
    return {
      isApplied: await version.isApplied('001_a'),
      pending: (await version.pending(needed)).map(({ id }) => id),
      history: (await version.history()).map(({ id, outcome }) => [id, outcome]),
    }
  }

  it('are answered where there is no database, and none appears', async () => {
    const fixture = new Fixture(two)
    expect(await answers(fixture.path)).toEqual({
      isApplied: false,
      pending: ['001_a', '010_b'],
      history: [],
    })
    expect(await fixture.runner().status()).toMatchObject({ exists: false, applied: [] })
    expect(fixture.bytes()).toBeUndefined()
  })

  it('are answered without tracking tables, and none appears', async () => {
    const fixture = new Fixture(two)
    fixture.exec('CREATE TABLE a (id)')
    const before = fixture.bytes()
    expect(await answers(fixture.path)).toEqual({
      isApplied: false,
      pending: ['001_a', '010_b'],
      history: [],
    })
    expect(await fixture.runner().status()).toMatchObject({ exists: true, applied: [] })
    expect(fixture.bytes()?.equals(before as Buffer)).toBe(true)
    expect(fixture.objects()).toEqual(['a'])
  })

  it('are answered by status, validate and history on a file that may only be read', async () => {
    const project = new Project({ app: two })
    await project.run('up', '--steps', '1')
    const before = project.snapshot()
    chmodSync(`${project.folder}/app.db`, 0o444)
    chmodSync(project.folder, 0o555)
    onTestFinished(() => chmodSync(project.folder, 0o755))
    for (const command of ['status', 'validate', 'history', 'plan']) {
      const ran = runBinary([command], { cwd: project.folder, plainUser: true })
      expect({ command, ...ran }).toMatchObject({
        command,
        exitCode: 0,
        err: '',
        out: /001_a|1 applied|010_b/,
      })
    }
    const refused = runBinary(['up'], { cwd: project.folder, plainUser: true })
    expect(refused).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/^error: app: .*\n {2}next: .*right to write/),
    })
    expect(project.snapshot()).toEqual(before)
  })
})
