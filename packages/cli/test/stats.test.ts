import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { Backups } from '@whimbrel/rollback-manager'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import type { StatsOutput } from '../src/output.ts'
import { migration, Project } from './project.ts'

const app = {
  '001_users': migration(
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users (name) VALUES ('a'), ('b');",
  ),
}

async function statsOf(project: Project, ...argv: readonly string[]): Promise<StatsOutput> {
  return (await project.json('stats', ...argv)).databases[0] as StatsOutput
}

describe('stats', () => {
  it('counts rows and bytes of every table, and says whether the database is sound', async () => {
    const project = new Project({ app })
    await project.run('up')
    const { exitCode, out, err } = await project.run('stats')
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toMatch(
      /^app {2}sqlite:app\.db\n {2}schema_migrations +1 row {2}\d+ kB\n {2}schema_migrations_history +\d rows? +\d+ kB\n {2}schema_migrations_stamp +\d rows? +\d+ kB\n {2}users +2 rows {2}5 kB\n {2}size {9}\d+ kB: \d+ pages of 4096 bytes\n {2}integrity {4}ok\n {2}last backup {2}none\n$/,
    )
    const output = await statsOf(project)
    expect(output).toMatchObject({
      exists: true,
      pageSize: 4096,
      freePages: 0,
      integrity: 'ok',
      lastBackup: null,
      findings: [],
    })
    expect(output.tables.find(({ name }) => name === 'users')).toEqual({
      name: 'users',
      rows: 2,
      sizeBytes: 4096,
    })
    expect(output.sizeBytes).toBe((output.pages ?? 0) * 4096)
  })

  it('names the newest backup', async () => {
    const project = new Project({ app })
    await project.run('up')
    const driver = sqliteDriver({ path: join(project.folder, 'app.db') })
    const directory = join(project.folder, 'backups/app')
    const backups = new Backups({ database: 'app', driver, tracker: sqlVersionTracker(), directory })
    await backups.create({ lock: 'held' })
    const { id, path, bytes, manifest } = await backups.create({ lock: 'held' })
    await driver.close()
    expect((await statsOf(project)).lastBackup).toEqual({
      id,
      path,
      createdAt: manifest?.createdAt,
      sizeBytes: bytes,
    })
    expect((await project.run('stats')).out).toMatch(
      new RegExp(`\\n {2}last backup {2}\\S+ \\S+Z {2}${id}, \\d+ kB\\n$`),
    )
  })

  it('reports a missing file as missing, and makes none', async () => {
    const project = new Project({ app })
    const before = project.snapshot()
    expect(await project.run('stats')).toEqual({
      exitCode: 0,
      out: 'app  sqlite:app.db  does not exist yet\n  last backup  none\n',
      err: '',
    })
    expect(project.snapshot()).toEqual(before)
  })

  it('needs no tracking table and no right to write', async () => {
    const project = new Project({ app })
    await project.run('up')
    project.exec(
      'app',
      'DROP TABLE schema_migrations; DROP TABLE schema_migrations_history; DROP TABLE schema_migrations_stamp; PRAGMA journal_mode = DELETE',
    )
    chmodSync(join(project.folder, 'app.db'), 0o444)
    const before = project.snapshot()
    expect(await statsOf(project)).toMatchObject({ integrity: 'ok', tables: [{ name: 'users', rows: 2 }] })
    expect(project.snapshot()).toEqual(before)
  })

  it('exits 1 and says what to do where something is broken, unless it is told not to look', async () => {
    const project = new Project({ app })
    await project.run('up')
    project.exec(
      'app',
      'PRAGMA foreign_keys = OFF; CREATE TABLE pets (owner REFERENCES users (id)); INSERT INTO pets VALUES (77); CREATE VIEW v AS SELECT absent FROM users',
    )
    const { exitCode, out } = await project.run('stats')
    expect(exitCode).toBe(1)
    expect(out).toContain('  integrity    2 problems\n')
    expect(out).toContain(
      '  ! pets: 1 row has no parent in users\n    Write a migration that removes these rows',
    )
    expect(out).toContain(
      '  ! The view v does not compile: no such column: absent\n    Write a migration that drops it',
    )
    expect(await statsOf(project, '--no-integrity')).toMatchObject({ integrity: 'not-checked', findings: [] })
    expect((await project.run('stats', '--no-integrity')).exitCode).toBe(0)
  })

  it('tells of other databases where one cannot be read', async () => {
    const project = new Project({ bad: {}, app })
    await project.run('up', '--db', 'app')
    project.write('bad.db', 'this is not a database, and never was')
    const { exitCode, out, err } = await project.run('stats')
    expect(exitCode).toBe(1)
    expect(out).toMatch(/^bad {2}sqlite:bad\.db {2}cannot be read\n\napp {2}sqlite:app\.db\n/)
    expect(err).toMatch(/^error: bad: .+\n {2}next: .+\n$/)
  })
})
