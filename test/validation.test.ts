import { describe, expect, it } from 'vitest'
import type { StatusOutput } from '../packages/cli/src/output.ts'
import { Project } from '../packages/cli/test/project.ts'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const up = `CREATE TABLE birds (
  id INTEGER PRIMARY KEY, -- a number
  name TEXT DEFAULT 'whim; brel'
);
INSERT INTO birds (name) VALUES ('it''s');`
const down = 'DROP TABLE birds;'
const original = migration(up, down, '-- Description: Birds')

async function applied(): Promise<Fixture> {
  const fixture = new Fixture({ '001_birds': original })
  await fixture.up()
  return fixture
}

describe('an applied migration whose file reads the same but for its form', () => {
  it.each<[string, string | Buffer]>([
    ['CRLF line ends', original.replaceAll('\n', '\r\n')],
    ['a byte-order mark', `\ufeff${original}`],
    [
      'other white space between tokens',
      original.replace('CREATE TABLE birds (', 'CREATE\n\tTABLE   birds('),
    ],
    ['white space around its commas', original.replace('KEY, --', 'KEY ,--')],
    ['no comments', original.replace(' -- a number', '')],
    ['more comments', original.replace('INSERT', '/* a; b */ INSERT -- c\n')],
    ['another comment inside a statement', original.replace('-- a number', '-- the number')],
    ['another description', original.replace('Birds', 'All birds')],
    ['no line end at its end', original.trimEnd()],
    ['empty lines', original.replaceAll(';\n', ';\n\n\n')],
  ])('(%s) has not changed', async (_, text) => {
    const fixture = await applied()
    fixture.write({ '001_birds': text.toString() })
    expect((await fixture.runner().status()).findings).toEqual([])
    expect(await fixture.up()).toMatchObject({ outcome: 'up-to-date' })
    expect(await fixture.down()).toMatchObject({ outcome: 'rolled-back' })
  })
})

describe('an applied migration of which one token was changed', () => {
  it.each<[string, string]>([
    ['a keyword', original.replace('INTEGER', 'INT')],
    ['a name', original.replaceAll('birds', 'bird')],
    ['the case of a name', original.replace('name TEXT', 'Name TEXT')],
    ['a string', original.replace('whim; brel', 'whim;  brel')],
    ['the case of a string', original.replace('whim', 'Whim')],
    ['a quotation mark in a string', original.replace("it''s", 'its')],
    ['the quotation of a name', original.replace('name TEXT', '"name" TEXT')],
    ['a statement more', original.replace("('it''s');", "('it''s');\nSELECT 1;")],
    ['a statement less', original.replace(/INSERT.*;/, '')],
    ['a comment that took a statement', original.replace('INSERT', '-- INSERT')],
  ])('(%s) stops up with both checksums, and nothing is applied', async (_, text) => {
    const fixture = await applied()
    fixture.write({ '001_birds': text, '002_next': migration('CREATE TABLE next (id);') })
    const before = fixture.bytes()
    const [record] = fixture.rows<{ checksum: string }>('SELECT checksum FROM schema_migrations')
    const { error } = await failure(fixture.up())
    expect(error).toMatchObject({
      code: 'CHECKSUM_CHANGED',
      exitCode: 3,
      details: { migration: '001_birds', section: 'up', stored: record?.checksum },
    })
    const { stored, current } = error.details as { stored: string; current: string }
    expect(current).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(current).not.toBe(stored)
    expect(error.message).toBe(
      `The up of 001_birds was edited after it was applied (stored ${stored}, now ${current})`,
    )
    expect(error.hint).toContain('new migration')
    expect(fixture.bytes()?.equals(before as Buffer)).toBe(true)
  })
})

describe('validate', () => {
  const three = {
    '001_a': migration('CREATE TABLE a (id);', 'DROP TABLE a;'),
    '002_b': migration('CREATE TABLE b (id);', 'DROP TABLE b;'),
    '003_c': migration('CREATE TABLE c (id);', 'DROP TABLE c;'),
  }

  async function migrated(files: Readonly<Record<string, string>> = three): Promise<Project> {
    const project = new Project({ app: files })
    expect((await project.run('up')).exitCode).toBe(0)
    return project
  }

  /** Code and migration of everything found, and the exit code. */
  async function found(project: Project) {
    const { exitCode, databases } = await project.json('validate')
    const { findings } = databases[0] as StatusOutput
    const before = project.snapshot()
    expect((await project.run('validate')).exitCode).toBe(exitCode)
    expect(project.snapshot()).toEqual(before)
    for (const { message, hint } of findings) expect(message.length * hint.length).toBeGreaterThan(100)
    return { exitCode, findings: findings.map(({ code, migration: id }) => [code, id]) }
  }

  it('exits 0 when files and records agree', async () => {
    const project = await migrated()
    expect(await found(project)).toEqual({ exitCode: 0, findings: [] })
    expect((await project.run('validate')).out).toBe('app  3 applied migrations, all as recorded\n')
  })

  it('exits 0 while something is only pending', async () => {
    const project = await migrated()
    project.migrations('app', { '004_d': migration('CREATE TABLE d (id);') })
    expect(await found(project)).toEqual({ exitCode: 0, findings: [] })
  })

  it('reports two changed ups and one changed down at once', async () => {
    const project = await migrated()
    project.migrations('app', {
      '001_a': migration('CREATE TABLE a (id TEXT);', 'DROP TABLE a;'),
      '002_b': migration('CREATE TABLE b (id TEXT);', 'DROP TABLE b;'),
      '003_c': migration('CREATE TABLE c (id);', 'DROP TABLE IF EXISTS c;'),
    })
    expect(await found(project)).toEqual({
      exitCode: 3,
      findings: [
        ['CHECKSUM_CHANGED', '001_a'],
        ['CHECKSUM_CHANGED', '002_b'],
        ['CHECKSUM_CHANGED', '003_c'],
      ],
    })
    const { out } = await project.run('validate')
    expect(out).toContain('! The up of 001_a was edited')
    expect(out).toContain('! The up of 002_b was edited')
    expect(out).toContain('! The down of 003_c was edited')
    // The same three with the run that they stop, but for the down, which does not stop it.
    const up = await project.run('up')
    expect(up.exitCode).toBe(3)
    expect(up.err.match(/^error: app: The up of/gm)).toHaveLength(2)
  })

  it.each<[string, (project: Project) => unknown, readonly (readonly [string, string | undefined])[]]>([
    ['missing on disk', (project) => project.remove('app/002_b.sql'), [['FILE_MISSING', '002_b']]],
    [
      'out of order',
      async (project) => {
        project.remove('app/002_b.sql')
        await project.run('down', '--only', '2')
        project.migrations('app', { '002_b': three['002_b'] })
      },
      [['OUT_OF_ORDER', '002_b']],
    ],
    [
      'an unknown dependency',
      (project) => project.migrations('app', { '004_d': migration('SELECT 1;', '', '-- Depends-On: 099_z') }),
      [['DEPENDENCY_MISSING', '004_d']],
    ],
    [
      'a circle of dependencies',
      (project) =>
        project.migrations('app', {
          '004_d': migration('SELECT 1;', '', '-- Depends-On: 005_e'),
          '005_e': migration('SELECT 1;', '', '-- Depends-On: 004_d'),
        }),
      [['DEPENDENCY_CYCLE', '004_d']],
    ],
    ['a bad name', (project) => project.write('app/004 d.sql', ''), [['MIGRATION_NAME', undefined]]],
    [
      'a version twice',
      (project) => project.migrations('app', { '03_again': three['003_c'] }),
      [['MIGRATION_DUPLICATE', undefined]],
    ],
    [
      'a file without markers',
      (project) => project.migrations('app', { '004_d': 'SELECT 1;' }),
      [['MIGRATION_MARKER', '004_d']],
    ],
    [
      'an unknown header key',
      (project) => project.migrations('app', { '004_d': migration('SELECT 1;', '', '-- Autor: me') }),
      [['MIGRATION_HEADER', '004_d']],
    ],
    [
      'in doubt',
      async (project) => {
        const none = '-- Transaction: none'
        project.migrations('app', { '004_d': migration('CREATE TABLE d (id);\nSELECT nowhere;', '', none) })
        expect((await project.run('up')).exitCode).toBe(1)
      },
      [['IN_DOUBT', '004_d']],
    ],
  ])('reports what is %s', async (_, spoil, findings) => {
    const project = await migrated()
    await spoil(project)
    expect(await found(project)).toEqual({ exitCode: 3, findings })
  })

  it('reports an imported record once, until it is accepted', async () => {
    const project = new Project({ app: three })
    project.write('app.db', '')
    project.exec(
      'app',
      `CREATE TABLE a (id); CREATE TABLE b (id); CREATE TABLE c (id);
       CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT, applied_at TEXT, checksum TEXT, execution_time_ms INTEGER);
       INSERT INTO schema_migrations VALUES (1, 'a', '2026-01-02T03:04:05.000Z', 'md5:1', 7)`,
    )
    expect((await project.run('baseline', '3')).exitCode).toBe(0)
    expect(await found(project)).toEqual({ exitCode: 3, findings: [['CHECKSUM_UNKNOWN', '001_a']] })
    expect((await project.run('accept', '1', '--reason', 'compared by hand')).exitCode).toBe(0)
    expect(await found(project)).toEqual({ exitCode: 0, findings: [] })
    const { out } = await project.run('history')
    expect(out).toMatch(/001_a {2}accepted as it reads .*\n {6}compared by hand\n/)
  })

  it('keeps the old checksum and the reason when a change is accepted', async () => {
    const project = await migrated()
    const [before] = project.rows<{ checksum: string }>('app', 'SELECT checksum FROM schema_migrations')
    project.migrations('app', { '001_a': migration('CREATE TABLE a (id TEXT);', 'DROP TABLE a;') })
    expect((await project.run('accept', '1', '--reason', 'typo')).exitCode).toBe(0)
    expect(await found(project)).toEqual({ exitCode: 0, findings: [] })
    const sql =
      "SELECT previous_checksum AS old, reason FROM schema_migrations_history WHERE action = 'accept'"
    expect(project.rows('app', sql)).toEqual([{ old: before?.checksum, reason: 'typo' }])
  })

  it('reports everything of every kind at once, database by database', async () => {
    const project = new Project({ app: three, other: three })
    await project.run('up')
    project.remove('app/001_a.sql')
    project.write('app/004 d.sql', '')
    project.migrations('app', { '003_c': migration('CREATE TABLE c (id TEXT);', 'DROP TABLE c;') })
    const { exitCode, out } = await project.run('validate')
    expect(exitCode).toBe(3)
    expect(out).toMatch(
      /^app {4}3 findings\n( {2}! .+\n {4}.+\n){3}other {2}3 applied migrations, all as recorded\n$/,
    )
  })
})
