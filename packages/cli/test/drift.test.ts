import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DriftOutput } from '../src/output.ts'
import { migration, Project, table } from './project.ts'

const app = {
  '001_users': migration(
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'nobody'); CREATE INDEX by_name ON users (name); CREATE VIEW names AS SELECT name FROM users;",
    'DROP TABLE users;',
  ),
  '002_tags': table('tags'),
}

const outside =
  'DROP INDEX by_name; ALTER TABLE users ADD COLUMN legacy TEXT; DROP VIEW names; CREATE VIEW names AS\nSELECT id,\n  name FROM users; CREATE TABLE tmp_1 (a)'

async function changed(entry: Record<string, unknown> = {}) {
  const project = new Project({ app }, entry)
  await project.run('up')
  project.exec('app', outside)
  return project
}

async function driftOf(project: Project, ...argv: readonly string[]): Promise<DriftOutput> {
  return (await project.json('drift', ...argv)).databases[0] as DriftOutput
}

describe('drift', () => {
  it('says that a database is as its migrations made it', async () => {
    const project = new Project({ app, empty: {} })
    expect(await project.run('drift')).toEqual({
      exitCode: 0,
      out: 'app    does not exist yet\nempty  does not exist yet\n',
      err: '',
    })
    await project.run('up')
    expect((await project.run('drift', '--check')).out).toMatch(/^app {4}as 2 migrations made it\n/)
  })

  it('shows every change that somebody made outside, with what either side has', async () => {
    const project = await changed()
    const { exitCode, out, err } = await project.run('drift')
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toBe(`app  4 differences from what 2 migrations give
  - index by_name on users  only the migrations give it
      CREATE INDEX by_name ON users (name)
  + table tmp_1  only the database has it
      CREATE TABLE tmp_1 (a)
  + column users.legacy  only the database has it
      legacy TEXT
  ~ view names  changed
      the migrations give  CREATE VIEW names AS SELECT name FROM users
      the database has
        CREATE VIEW names AS
        SELECT id,
          name FROM users
    Write a migration that makes the same change, undo the change by hand, or accept it with an entry under "drift": { "ignore": […] } in the manifest
`)
  })

  it('with --check exits 3 while anything differs', async () => {
    const project = await changed()
    expect((await project.run('drift', '--check')).exitCode).toBe(3)
    expect(await project.run('drift', '--check', '--quiet')).toMatchObject({ exitCode: 3, err: '' })
    expect(await project.run('drift', '--quiet')).toEqual({ exitCode: 0, out: '', err: '' })
  })

  it('gives the same as data', async () => {
    const project = await changed()
    expect(await driftOf(project)).toMatchObject({
      name: 'app',
      url: 'sqlite:app.db',
      exists: true,
      migrations: 2,
      complete: true,
      ignored: 0,
      differences: [
        { change: 'removed', kind: 'index', name: 'by_name', table: 'users' },
        { change: 'added', kind: 'table', name: 'tmp_1', databaseHas: 'CREATE TABLE tmp_1 (a)' },
        { change: 'added', kind: 'column', name: 'legacy', table: 'users', databaseHas: 'legacy TEXT' },
        { change: 'changed', kind: 'view', migrationsGive: 'CREATE VIEW names AS SELECT name FROM users' },
      ],
      findings: [{ code: 'DRIFT' }],
    })
  })

  it('does not tell what the manifest ignores, and says how much that is', async () => {
    const project = await changed({ drift: { ignore: ['tmp_*', 'column:users.legacy', 'index:*', 'names'] } })
    expect(await project.run('drift', '--check')).toEqual({
      exitCode: 0,
      out: 'app  as 2 migrations made it; 4 ignored\n',
      err: '',
    })
  })

  it('leaves the tables of the tool out, whatever they are called', async () => {
    const project = new Project({ app }, { table: 'my changes' })
    await project.run('up')
    expect((await project.run('drift', '--check')).exitCode).toBe(0)
  })

  it('says that the comparison is incomplete where a migration cannot be replayed', async () => {
    const project = new Project({ app })
    await project.run('up')
    project.exec('app', 'UPDATE schema_migrations SET up_sql = NULL WHERE version = 2')
    expect((await project.run('drift', '--check')).exitCode).toBe(0)
    project.remove('app/002_tags.sql')
    const { exitCode, out } = await project.run('drift', '--check')
    expect(exitCode).toBe(3)
    expect(out).toMatch(
      /^app {2}1 difference from what 2 migrations give; the comparison is incomplete\n {2}! 002_tags cannot be replayed: its SQL was not kept/,
    )
    expect(await driftOf(project)).toMatchObject({ complete: false })
  })

  it('tells of other databases where one cannot be read', async () => {
    const project = new Project({ app, bad: {}, last: { '001_a': table('a') } })
    await project.run('up', '--db', 'app')
    await project.run('up', '--db', 'last')
    project.write('bad.db', 'this is not a database, and never was')
    project.exec('last', 'CREATE TABLE more (a)')
    const { exitCode, out, err } = await project.run('drift')
    expect(exitCode).toBe(1)
    expect(out).toMatch(/^app {3}as 2 migrations made it\nbad {3}cannot be compared\nlast {2}1 difference /)
    expect(err).toMatch(/^error: bad: .+\n {2}next: .+\n$/)
  })

  it('keeps what was replayed where the environment says, and nothing without a home', async () => {
    const project = await changed()
    const before = project.snapshot()
    await project.run('drift')
    expect(project.snapshot()).toEqual(before)
    project.env = { XDG_CACHE_HOME: join(project.folder, 'cache') }
    const { out } = await project.run('drift')
    const folder = join(project.folder, 'cache', 'whimbrel')
    const [file = ''] = readdirSync(folder)
    const kept = readFileSync(join(folder, file))
    expect((await project.run('drift')).out).toBe(out)
    expect(readFileSync(join(folder, file))).toEqual(kept)
    project.env = { HOME: project.folder }
    await project.run('drift')
    expect(existsSync(join(project.folder, '.cache/whimbrel', file))).toBe(true)
  })
})
