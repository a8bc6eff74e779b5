import { expect, it } from 'vitest'
import { run, whimbrel } from '../command-line.ts'
import { migration } from '../fixture.ts'
import { describeEngines } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const two = { '001_a': table('a'), '010_b': table('b') }
const looking = ['status', 'validate', 'history', 'plan']

await describeEngines('a record', (engine) => {
  it('holds what, in which order, both checksums, when, how long, by which version, run and person', async () => {
    const project = await ServerProject.on(engine, two)
    const began = Date.now()
    const { runId } = (await project.json('up')) as { runId?: string }
    const ended = Date.now()
    const records = await project.rows('SELECT * FROM schema_migrations ORDER BY sequence')
    expect(records.map(({ version, id, name }) => [String(version), id, name])).toEqual([
      ['1', '001_a', 'a'],
      ['10', '010_b', 'b'],
    ])
    for (const record of records) {
      expect(record.checksum).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(record.down_checksum).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(record.applied_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(Date.parse(String(record.applied_at))).toBeGreaterThanOrEqual(began)
      expect(Date.parse(String(record.applied_at))).toBeLessThanOrEqual(ended)
      expect(Number(record.execution_time_ms)).toBeGreaterThan(0)
      expect(Number(record.execution_time_ms)).toBeLessThanOrEqual(ended - began)
      expect(record).toMatchObject({ run_id: runId, applied_by: expect.stringMatching(/.@./) })
      expect(record.tool_version).toMatch(/^\d+\.\d+\.\d+/)
    }
  })

  it('tells the time within a second of the truth, whatever the time zones of the server and of the process', async () => {
    const project = await ServerProject.on(engine, two)
    if (engine.dialect === 'postgres') {
      await project.exec(`ALTER DATABASE ${project.database.name} SET timezone TO 'Asia/Kathmandu'`)
    }
    const env = { ...project.env, TZ: 'Pacific/Auckland' }
    const began = Date.now()
    expect(await run(whimbrel('up'), { cwd: project.folder, env })).toMatchObject({ exitCode: 0 })
    const ended = Date.now()
    const times = [...(await project.works('status')).matchAll(/(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)Z/g)]
    expect(times).toHaveLength(2)
    for (const [, day, time] of times) {
      expect(Date.parse(`${day}T${time}Z`)).toBeGreaterThan(began - 1000)
      expect(Date.parse(`${day}T${time}Z`)).toBeLessThanOrEqual(ended)
    }
  })

  it('of a failed attempt or a rollback stays in the history with reason and duration, while status shows what is now', async () => {
    const project = await ServerProject.on(engine, {
      '001_a': table('a'),
      '002_b': migration('INSERT INTO nowhere VALUES (1);', '', ''),
    })
    expect(await project.run('up')).toMatchObject({ exitCode: 1 })
    project.write({ '002_b': table('b') })
    await project.works('up')
    await project.works('down')
    const rows = await project.rows<Record<string, unknown>>(
      `SELECT id, action, outcome, reason, execution_time_ms AS ms FROM schema_migrations_history
        WHERE outcome <> 'started' ORDER BY sequence`,
    )
    expect(rows).toMatchObject([
      { id: '001_a', action: 'up', outcome: 'applied', reason: null },
      { id: '002_b', action: 'up', outcome: 'failed', reason: expect.stringContaining('nowhere') },
      { id: '002_b', action: 'up', outcome: 'applied', reason: null },
      { id: '002_b', action: 'down', outcome: 'reverted', reason: null },
    ])
    for (const { ms } of rows) expect(Number(ms)).toBeGreaterThan(0)
    expect(await project.works('status')).toMatch(/✓ 001_a .*\n {2}· 002_b {2}pending\n/)
    expect(await project.works('history')).toMatch(/✗ .* 002_b {2}failed .*\n {6}002_b failed at .*nowhere/)
  })
})

await describeEngines('a tracking table with a name of its own', (engine) => {
  const odd = 'x"; DROP TABLE `users`; --'

  it.each([odd, 'Überblick'])('is used by every command: %s', async (name) => {
    const project = await ServerProject.on(engine, two, { table: name })
    await project.exec('CREATE TABLE users (id integer)')
    for (const words of [
      ['up', '--steps', '1'],
      ['status'],
      ['validate'],
      ['history'],
      ['plan', '--sql'],
      ['up'],
      ['down', '--only', '1'],
      ['up', '--allow-out-of-order'],
      ['stats'],
    ]) {
      await project.works(...words)
    }
    project.write({ '001_a': migration('CREATE TABLE a (id bigint);', 'DROP TABLE a;') })
    expect(await project.run('validate')).toMatchObject({ exitCode: 3 })
    await project.works('accept', '1', '--reason', 'meant')
    await project.works('validate')
    const own = ['', '_history', '_stamp'].map((ending) => `${name}${ending}`)
    expect([...(await project.tables())].sort()).toEqual(['a', 'b', ...own, 'users'].sort())
    const records = await project.rows<{ id: string }>(`SELECT id FROM ${engine.quote(name)} ORDER BY id`)
    expect(records.map(({ id }) => id)).toEqual(['001_a', '010_b'])
  })

  it('is out of reach of migrations', async () => {
    const project = await ServerProject.on(engine, two, { table: 'our_records' })
    for (const sql of [
      'DROP TABLE our_records;',
      'ALTER TABLE our_records ADD COLUMN x integer;',
      'CREATE TABLE our_records_history (id integer);',
    ]) {
      project.write({ '011_x': migration(sql) })
      const document = await project.json('up')
      expect(document).toMatchObject({ exitCode: 2 })
      expect(JSON.stringify(document)).toContain('MIGRATION_FORBIDDEN')
    }
    expect(await project.tables()).toEqual([])
  })
})

await describeEngines('a table of somebody else under the name of the tracking table', (engine) => {
  const instant = engine.dialect === 'postgres' ? 'timestamptz' : 'datetime(3)'

  const refuses = async (project: ServerProject, commands: readonly string[], message: RegExp) => {
    const before = await project.snapshot()
    for (const command of commands) {
      const { exitCode, stderr } = await project.run(command)
      expect([command, exitCode]).toEqual([command, 3])
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(/next: .*(baseline|"table")/)
    }
    expect(await project.snapshot()).toEqual(before)
  }

  it('is named by every command, with a way on, and nothing is created over it', async () => {
    const project = await ServerProject.on(engine, two)
    await project.exec('CREATE TABLE schema_migrations (colour varchar(9), taste varchar(9))')
    await refuses(project, ['up', 'down', ...looking], /colour.*taste/)
  })

  it.each([
    ['golang-migrate', 'version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL', /golang-migrate/],
    ['dbmate or Rails', 'version varchar(128) PRIMARY KEY', /dbmate or Rails/],
    ['Kysely', 'name varchar(255) PRIMARY KEY, timestamp varchar(255)', /Kysely/],
    [
      'a plain program',
      `version bigint PRIMARY KEY, name varchar(200), applied_at ${instant}, checksum varchar(90), execution_time_ms integer`,
      /plain five-column table/,
    ],
  ])('is known by its columns: %s', async (_, columns, message) => {
    const project = await ServerProject.on(engine, two)
    await project.exec(`CREATE TABLE schema_migrations (${columns})`)
    await refuses(project, ['up'], message)
  })

  it.each([
    ['as text', 'varchar(40)', "'2026-01-02T03:04:05.000Z'"],
    ...(engine.dialect === 'postgres' ? [['as an instant', 'timestamptz', "'2026-01-02 05:04:05+02'"]] : []),
  ])('with five plain columns is adopted by baseline, and keeps its times: %s', async (_, type, value) => {
    const project = await ServerProject.on(engine, { '001_a': table('a'), '002_b': table('b') })
    await project.exec(`CREATE TABLE a (id integer PRIMARY KEY);
      CREATE TABLE schema_migrations (version bigint PRIMARY KEY, name varchar(200), applied_at ${type}, checksum varchar(90), execution_time_ms integer);
      INSERT INTO schema_migrations VALUES (1, 'a', ${value}, 'md5:1', 7)`)
    await project.works('baseline', '1', '--reason', 'taken over')
    const began = Date.now()
    await project.works('up')
    const { databases } = await project.json('status')
    expect(databases).toMatchObject([
      { applied: [{ id: '001_a', appliedAt: '2026-01-02T03:04:05.000Z' }, { id: '002_b' }] },
    ])
    const times = databases[0]?.applied.map((record) => (record as { appliedAt?: string }).appliedAt) ?? []
    expect(Date.parse(times[1] ?? '') - began).toBeGreaterThanOrEqual(0)
    await project.works('down')
    expect(await project.tables()).toEqual(['a'])
  })
})

await describeEngines('looking', (engine) => {
  it('works without tracking tables, and creates nothing', async () => {
    const project = await ServerProject.on(engine, two)
    const before = await project.snapshot()
    for (const command of [...looking, 'stats']) await project.works(command)
    expect(await project.json('status')).toMatchObject({
      databases: [{ exists: true, reachable: true, current: null, applied: [], pending: [{}, {}] }],
    })
    expect(await project.works('down')).toContain('nothing')
    expect(await project.snapshot()).toEqual(before)
  })

  it('works for a user who may only read, with and without tracking tables; up says which right is missing', async () => {
    const project = await ServerProject.on(engine, two)
    const reader = await project.database.user('read')
    for (const applied of [0, 1]) {
      project.configure({ url: reader })
      const before = await project.snapshot()
      for (const command of looking) await project.works(command)
      expect(await project.json('status')).toMatchObject({
        databases: [{ applied: Array(applied).fill({}) }],
      })
      const { exitCode, stderr } = await project.run('up')
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/denied[\s\S]*next: \S/)
      expect(await project.snapshot()).toEqual(before)
      project.configure({})
      await project.works('up', '--steps', '1')
    }
  })

  it('tells the size of the database', async () => {
    const project = await ServerProject.on(engine, two)
    await project.works('up')
    const document = (await project.json('status')) as unknown as { databases: { sizeBytes?: number }[] }
    expect(document.databases[0]?.sizeBytes).toBeGreaterThan(10_000)
    expect(await project.works('stats')).toMatch(/size {9}\d/)
  })
})
