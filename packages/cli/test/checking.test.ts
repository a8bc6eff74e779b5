import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { CheckOutput } from '../src/output.ts'
import { bin } from './binary.ts'
import { outputSchema } from './output-schema.ts'
import { migration, Project, table } from './project.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const fine = { '001_a': table('a'), '002_b': table('b') }
const forgetful = {
  '001_a': table('a'),
  '002_b': migration('CREATE TABLE b (id INTEGER PRIMARY KEY);', 'SELECT 1;'),
}

describe('check', () => {
  it('finds nothing in the example databases, without any database', async () => {
    const project = new Project()
    const { exitCode, out, err } = await project.run(
      'check',
      '--manifest',
      join(root, 'databases/manifest.json'),
    )
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    const heads = out.split('\n').filter((line) => /^\w/.test(line))
    expect(heads).toEqual([
      'settings         8 migrations: up, down, up: fine',
      'knowledge_graph  9 migrations: up, down, up: fine',
      'ontology         9 migrations: up, down, up: fine',
    ])
    expect(out).toContain('008_return_free_pages VACUUM was left out: it does not work inside a transaction')
  })

  it('opens, makes and changes no file', async () => {
    const project = new Project({ app: fine })
    const before = project.snapshot()
    expect((await project.run('check')).exitCode).toBe(0)
    expect(project.snapshot()).toEqual(before)
    await project.run('up')
    const applied = project.snapshot()
    await project.run('check')
    expect(project.snapshot()).toEqual(applied)
  })

  it('names what a down forgets, with what to write, and exits 3', async () => {
    const project = new Project({ app: forgetful })
    expect(await project.run('check')).toEqual({
      exitCode: 3,
      out: `app  2 migrations: up, down, up: 1 finding
  ! The down of 002_b leaves the table b behind
    Add to its down: DROP TABLE b;
`,
      err: '',
    })
  })

  it('prints one document that says the same', async () => {
    const project = new Project({ app: forgetful, other: fine })
    const output = await project.json('check')
    expect(outputSchema.parse(output)).toEqual(output)
    expect(output).toMatchObject({ ok: false, command: 'check', exitCode: 3 })
    const [app, other] = output.databases as readonly CheckOutput[]
    expect(app).toEqual({
      name: 'app',
      migrations: [
        { id: '001_a', outcome: 'cycled', notes: [] },
        { id: '002_b', outcome: 'cycled', notes: [] },
      ],
      skipped: [],
      findings: [
        {
          code: 'DOWN_LEAVES',
          migration: '002_b',
          file: 'app/002_b.sql',
          line: 5,
          message: 'The down of 002_b leaves the table b behind',
          hint: 'Add to its down: DROP TABLE b;',
        },
      ],
    })
    expect(other?.findings).toEqual([])
  })

  it('looks at one database where it is asked to', async () => {
    const project = new Project({ app: forgetful, other: fine })
    expect((await project.run('check', '--db', 'other')).out).toBe(
      'other  2 migrations: up, down, up: fine\n',
    )
    expect((await project.run('check', '--db', 'othr')).exitCode).toBe(2)
  })

  it('says nothing with --quiet where nothing is found', async () => {
    expect(await new Project({ app: fine }).run('check', '--quiet')).toEqual({
      exitCode: 0,
      out: '',
      err: '',
    })
  })

  it('tells of irreversible migrations, with and without a reason', async () => {
    const project = new Project({
      app: {
        '001_a': migration('CREATE TABLE a (x);', '', '-- Irreversible: it is the first one'),
        '002_b': migration('CREATE TABLE b (x);', ''),
      },
    })
    const { exitCode, out } = await project.run('check')
    expect(exitCode).toBe(3)
    expect(out).toContain('2 migrations: up, down, up, 2 only up: 1 finding')
    expect(out).toContain('002_b has no down and does not say why')
  })

  it('exits 2 for a wrong file, says where, and checks the other databases all the same', async () => {
    const project = new Project({ app: { '001_a': 'CREATE TABLE a (x);' }, other: forgetful })
    const { exitCode, out, err } = await project.run('check')
    expect(exitCode).toBe(2)
    expect(err).toContain('app/001_a.sql')
    expect(out).toMatch(/^app {4}cannot be checked\nother {2}2 migrations: .*1 finding/)
    const output = await project.json('check')
    expect(output.databases[0]).toMatchObject({
      name: 'app',
      migrations: [],
      error: { code: 'MIGRATION_MARKER' },
    })
  })

  it('follows dependencies between databases and the environment', async () => {
    const project = new Project({
      app: {
        '001_a': table('a', '-- Depends-On: other:001_b'),
        '002_d': table('d', '-- Environments: development'),
      },
      other: { '001_b': table('b') },
    })
    const { out } = await project.run('check', '--db', 'app')
    expect(out).toBe('app  1 migration: up, down, up: fine\n  · 002_d skipped, only for development\n')
    project.remove('other/001_b.sql')
    expect(await project.run('check', '--db', 'app')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('001_a needs other:001_b (not found)'),
    })
  })

  it('refuses a migration that touches the records', async () => {
    const project = new Project({ app: { '001_a': migration('DROP TABLE schema_migrations;', 'SELECT 1;') } })
    expect((await project.json('check')).databases[0]).toMatchObject({
      error: { code: 'MIGRATION_FORBIDDEN' },
    })
  })

  it('says of a server that it cannot be reached, and checks the others', async () => {
    const project = new Project({ app: fine, far: fine })
    project.manifest({
      databases: {
        app: { url: 'sqlite:app.db', migrations: 'app' },
        far: { url: 'postgres://me:secret@127.0.0.1:1/far', migrations: 'far' },
      },
    })
    const { exitCode, out, err } = await project.run('check')
    expect(exitCode).toBe(1)
    expect(out).toContain('app  2 migrations: up, down, up: fine')
    expect(err).toContain('far: postgres://me:***@127.0.0.1:1/far cannot be reached')
    expect(out + err).not.toContain('secret')
  })

  it('works without a manifest', async () => {
    const project = new Project({ app: forgetful })
    const { exitCode } = await project.run('check', '--url', 'sqlite:none.db', '--migrations', 'app')
    expect(exitCode).toBe(3)
  })

  it('shows findings beside the lines of a change on GitHub', async () => {
    const project = new Project({ app: forgetful })
    project.env = { GITHUB_ACTIONS: 'true' }
    expect((await project.run('check')).out).toContain(
      '\n::error file=app/002_b.sql,line=5,title=DOWN_LEAVES::The down of 002_b leaves the table b behind%0AAdd to its down: DROP TABLE b;\n',
    )
  })
})

describe('docs/ci.md', () => {
  const text = readFileSync(join(root, 'docs/ci.md'), 'utf8')

  it('has one job for each database of the example, and its command works', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'databases/manifest.json'), 'utf8'))
    const [, names = ''] = /database: \[(.*)\]/.exec(text) ?? []
    expect(names.split(', ')).toEqual(Object.keys(manifest.databases))
    const [, command = ''] = /whimbrel (check --db \$\{\{ matrix\.database \}\})/.exec(text) ?? []
    const args = command.replace(/\$\{\{.*\}\}/, 'ontology').split(' ')
    const { status, stdout } = spawnSync(process.execPath, [bin, ...args], { cwd: root, encoding: 'utf8' })
    expect({ status, stdout: stdout.split('\n')[0] }).toEqual({
      status: 0,
      stdout: 'ontology  9 migrations: up, down, up: fine',
    })
  })
})
