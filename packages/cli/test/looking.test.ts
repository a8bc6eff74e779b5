import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MigrationRunner } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { readManifest } from '@whimbrel/manifest'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import type { HistoryOutput, StatusOutput } from '../src/output.ts'
import { migration, Project, table } from './project.ts'

const looking = ['status', 'validate', 'history', 'plan', 'drift']
const two = { '001_a': table('a', '-- Description: The first'), '002_b': migration('-- nothing', '') }

async function statusOf(project: Project, ...argv: readonly string[]): Promise<StatusOutput> {
  return (await project.json('status', ...argv)).databases[0] as StatusOutput
}

describe('a look at a database that is not there', () => {
  it.each(looking)('with %s reports it as missing and makes nothing', async (command) => {
    const project = new Project({ app: two })
    const before = project.snapshot()
    const { exitCode, err } = await project.run(command)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(project.snapshot()).toEqual(before)
  })

  it('says so in words and as data', async () => {
    const project = new Project({ app: two })
    expect((await project.run('status')).out).toBe(
      `app  sqlite:app.db  does not exist yet, 2 pending
  · 001_a  pending  The first
  · 002_b  pending, empty, irreversible

2 migrations pending: run "whimbrel up".
`,
    )
    expect(await statusOf(project)).toEqual({
      name: 'app',
      url: 'sqlite:app.db',
      table: 'schema_migrations',
      exists: false,
      reachable: true,
      current: null,
      applied: [],
      pending: [
        {
          id: '001_a',
          version: '1',
          name: 'a',
          description: 'The first',
          reversible: true,
          empty: false,
          outOfOrder: false,
        },
        { id: '002_b', version: '2', name: 'b', reversible: false, empty: true, outOfOrder: false },
      ],
      skipped: [],
      findings: [],
    })
  })
})

describe('a look at a database without tracking tables', () => {
  it.each([...looking, 'down'])('with %s works and touches no byte', async (command) => {
    const project = new Project({ app: two })
    await project.run('up')
    project.exec(
      'app',
      'DROP TABLE schema_migrations; DROP TABLE schema_migrations_history; PRAGMA journal_mode = DELETE',
    )
    const before = project.snapshot()
    expect(await project.run(command)).toMatchObject({ exitCode: 0, err: '' })
    expect(project.snapshot()).toEqual(before)
    expect(await statusOf(project)).toMatchObject({ exists: true, applied: [], pending: [{}, {}] })
  })
})

describe('a look at a migrated database', () => {
  it.each(looking)('with %s touches no byte', async (command) => {
    const project = new Project({ app: two })
    await project.run('up')
    const before = project.snapshot()
    expect(await project.run(command)).toMatchObject({ exitCode: 0, err: '' })
    expect(project.snapshot()).toEqual(before)
  })

  it('with status --check exits 3 while anything is pending or found', async () => {
    const project = new Project({ app: two })
    expect((await project.run('status', '--check')).exitCode).toBe(3)
    await project.run('up')
    expect((await project.run('status', '--check')).exitCode).toBe(0)
    project.remove('app/001_a.sql')
    const found = await project.run('status', '--check')
    expect(found.exitCode).toBe(3)
    expect(found.out).toContain('! 001_a is applied but its file is missing\n    Bring the file back')
    expect((await project.run('status')).exitCode).toBe(0)
  })

  it('with history tells every attempt, newest first, as many as are asked for', async () => {
    const project = new Project({ app: { '001_a': table('a'), '002_bad': table('a') } })
    await project.run('up')
    await project.run('down')
    const { databases } = await project.json('history')
    const { entries } = databases[0] as HistoryOutput
    expect(entries.map(({ id, action, outcome }) => [id, action, outcome])).toEqual([
      ['001_a', 'down', 'reverted'],
      ['002_bad', 'up', 'failed'],
      ['001_a', 'up', 'applied'],
    ])
    expect(entries[1]?.reason).toContain('already exists')
    expect((await project.json('history', '--limit', '1')).databases).toMatchObject([
      { entries: [{ action: 'down' }] },
    ])
    expect((await project.run('history')).out).toMatch(
      /^app\n {2}✓ \S+ \S+Z {2}001_a {4}rolled back .*\n {2}✗ .*002_bad {2}failed .*\n {6}002_bad failed at .*already exists\n {2}✓ .*001_a {4}applied/,
    )
  })
})

describe('one database that cannot be read', () => {
  const others = { good: { '001_a': table('a') }, late: { '001_b': table('b') } }

  it.each<[string, string, number, (project: Project) => void]>([
    [
      'is no database',
      'DATABASE_INVALID',
      1,
      (project) => project.write('bad.db', 'not a database at all, by far'),
    ],
    ['is a folder', 'DATABASE_UNREACHABLE', 1, (project) => project.write('bad.db/file', '')],
    ['has no folder of migrations', 'SOURCE_MISSING', 2, (project) => project.remove('bad')],
  ])('because it %s hides no other', async (_, code, exitCode, spoil) => {
    const project = new Project({ good: others.good, bad: {}, late: others.late })
    await project.run('up', '--db', 'good')
    spoil(project)
    const status = await project.run('status')
    expect(status.exitCode).toBe(exitCode)
    expect(status.out).toMatch(/good {2}.*up to date\n/)
    expect(status.out).toMatch(/bad {2}.*cannot be read\n/)
    expect(status.out).toMatch(/late {2}.*1 pending\n/)
    expect(status.out).toMatch(/\n\n1 database with an error; 1 migration pending: run "whimbrel up"\.\n$/)
    expect(status.err).toMatch(/^error: bad: .+\n {2}next: .+\n$/)
    const { databases } = await project.json('status')
    expect(databases).toMatchObject([
      { name: 'good', reachable: true, current: '001_a' },
      { name: 'bad', reachable: code === 'SOURCE_MISSING', error: { code } },
      { name: 'late', reachable: true, pending: [{ id: '001_b' }] },
    ])
    expect((await project.run('up', '--db', 'late')).exitCode).toBe(0)
    for (const command of ['validate', 'plan']) expect((await project.run(command)).exitCode).toBe(exitCode)
  })

  it('because its server is down hides no other', async () => {
    const project = new Project()
    project.migrations('good', others.good)
    project.migrations('bad', {})
    const good = { url: 'sqlite:good.db', migrations: 'good' }
    const bad = { url: 'postgres://user:secret@127.0.0.1:1/x', migrations: 'bad' }
    project.manifest({ databases: { good, bad } })
    expect((await project.run('up', '--db', 'good')).exitCode).toBe(0)
    const status = await project.run('status')
    expect(status.exitCode).toBe(1)
    expect(status.out).toMatch(/good {2}.*up to date\n/)
    expect(status.err).toContain('error: bad: postgres://user:***@127.0.0.1:1/x cannot be reached')
    const before = project.snapshot()
    expect((await project.run('up')).exitCode).toBe(1)
    expect(project.snapshot()).toEqual(before)
  })
})

describe('the command and a program that embeds the packages', () => {
  it('report the same path, table and state of the same manifest', async () => {
    const project = new Project({ app: two }, { table: 'my_records' })
    await project.run('up', '--steps', '1')
    const { databases } = await readManifest(join(project.folder, 'whimbrel.json'), { env: {} })
    const [entry] = databases
    if (entry?.path === undefined) throw new Error('no entry')
    const { path, pragmas, table, layout, migrations } = entry
    const tracker = sqlVersionTracker({ table })
    const source = folderSource({ directory: migrations[0], layout })
    const runner = new MigrationRunner({ driver: sqliteDriver({ path, pragmas }), tracker, source })
    const embedded = await runner.status()
    const command = await statusOf(project)
    expect(tracker.tables).toEqual(['my_records', 'my_records_history', 'my_records_stamp'])
    expect(path).toBe(join(project.folder, command.url.replace('sqlite:', '')))
    expect(embedded).toMatchObject({
      exists: command.exists,
      sizeBytes: command.sizeBytes,
      applied: command.applied,
      findings: command.findings,
    })
    expect(embedded.plan.steps.map(({ id }) => id)).toEqual(command.pending.map(({ id }) => id))
    // What the program applies is what the command sees, and the other way round.
    await runner.up()
    expect(await statusOf(project)).toMatchObject({ current: '002_b', pending: [] })
    expect(existsSync(path)).toBe(true)
  })
})
