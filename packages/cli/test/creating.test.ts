import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const today = () => new Date().toISOString().slice(0, 10)

describe('create', () => {
  it('writes the next free name with both sections and the UTC date, ready to apply', async () => {
    const project = new Project({ app: { '001_a': table('a'), '002_b': table('b') } })
    const day = today()
    const { exitCode, out, err } = await project.run('create', 'Add user roles')
    expect({ exitCode, out, err }).toEqual({ exitCode: 0, out: 'app/003_add_user_roles.sql\n', err: '' })
    const text = readFileSync(join(project.folder, 'app/003_add_user_roles.sql'), 'utf8')
    expect([day, today()].map((date) => text.replace(date, 'DATE'))).toContain(
      `-- Migration: 003_add_user_roles
-- Description: Add user roles
-- Date: DATE

-- === UP MIGRATION ===


-- === DOWN MIGRATION ===

`,
    )
    expect((await project.run('up')).exitCode).toBe(0)
    expect((await project.json('create', 'again')).files).toEqual(['app/004_again.sql'])
  })

  it('numbers with the UTC time, never twice the same', async () => {
    const project = new Project({ app: {} })
    for (const name of ['one', 'two', 'three']) await project.run('create', name, '--timestamp')
    const stamps = readdirSync(join(project.folder, 'app')).map((file) => file.split('_')[0])
    expect(new Set(stamps).size).toBe(3)
    for (const stamp of stamps) expect(stamp).toMatch(new RegExp(`^${today().slice(0, 4)}\\d{10}$`))
    expect((await project.run('up')).exitCode).toBe(0)
  })

  it('writes into the first of several folders, with the next number that none of them has', async () => {
    const project = new Project({ app: { '001_a': table('a') } }, { migrations: ['app', 'shared'] })
    project.migrations('shared', { '007_b': table('b') })
    expect((await project.json('create', 'again')).files).toEqual(['app/008_again.sql'])
    expect((await project.json('up')).databases).toMatchObject([
      { steps: [{ id: '001_a' }, { id: '007_b' }, { id: '008_again' }] },
    ])
  })

  it.each<['paired' | 'directory', string[]]>([
    ['paired', ['001_x.sql', '001_x_down.sql']],
    ['directory', ['001_x/up.sql', '001_x/down.sql', '001_x/metadata.toml']],
  ])('writes what the layout %s needs, ready to apply', async (layout, files) => {
    const project = new Project({ app: {} }, { layout })
    expect((await project.json('create', 'x')).files).toEqual(files.map((file) => join('app', file)))
    expect((await project.json('status')).databases).toMatchObject([
      { findings: [], pending: [{ id: '001_x' }] },
    ])
  })

  it.each<[string, string]>([
    ['', 'USAGE'],
    ['   ', 'USAGE'],
    ['a/b', 'USAGE'],
    ['..\\b', 'USAGE'],
    ['x'.repeat(300), 'USAGE'],
  ])('refuses the name %j', async (name, code) => {
    await expectRefusal(new Project({ app: {} }), ['create', name], { code, exitCode: 2 })
  })

  it('refuses rather than renumbers beside a file whose number is unknown', async () => {
    const project = new Project({ app: { '001_a': table('a'), 'second one': table('b') } })
    const message = /^No migration was created: app\/second one\.sql is not a name/
    await expectRefusal(project, ['create', 'x'], { code: 'MIGRATION_NAME', exitCode: 2, message })
    project.remove('app/second one.sql')
    project.migrations('app', { '1_b': table('b') })
    await expectRefusal(project, ['create', 'x'], { code: 'MIGRATION_DUPLICATE', exitCode: 2 })
  })

  it('refuses a target that exists', async () => {
    const project = new Project({ app: {} })
    project.write('app/001_x.sql/file', '')
    await expectRefusal(project, ['create', 'x'], { code: 'MIGRATION_NAME', exitCode: 2 })
  })

  it('refuses where there is no folder, rather than make one that nobody meant', async () => {
    const project = new Project({ app: {} }, { migrations: 'typo' })
    await expectRefusal(project, ['create', 'x'], { code: 'SOURCE_MISSING', exitCode: 2 })
  })
})

describe('init', () => {
  it('writes a manifest and a first migration that work at once', async () => {
    const project = new Project()
    const { exitCode, out, err } = await project.run('init')
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toBe(
      `databases/manifest.json
databases/manifest.schema.json
databases/app/001_create_note.sql
Next: whimbrel up
`,
    )
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect((await project.json('status')).databases).toMatchObject([
      { name: 'app', url: 'sqlite:data/app.db', current: '001_create_note', findings: [] },
    ])
    expect(await project.run('down')).toMatchObject({ exitCode: 0 })
    expect(await project.run('validate')).toMatchObject({ exitCode: 0 })
  })

  it('gives editors the schema of the manifest', async () => {
    const project = new Project()
    await project.run('init')
    const schema = JSON.parse(readFileSync(join(project.folder, 'databases/manifest.schema.json'), 'utf8'))
    expect(schema).toMatchObject({ type: 'object', properties: { databases: {} } })
  })

  it('names the database as asked', async () => {
    const project = new Project()
    expect((await project.json('init', '--db', 'settings')).files).toContain(
      'databases/settings/001_create_note.sql',
    )
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(project.folder, 'data/settings.db'))).toBe(true)
  })

  it('begins with several databases, in the order they are named', async () => {
    const project = new Project()
    expect((await project.json('init', '--db', 'settings', '--db', 'ontology')).files).toEqual([
      'databases/manifest.json',
      'databases/manifest.schema.json',
      'databases/settings/001_create_note.sql',
      'databases/ontology/001_create_note.sql',
    ])
    expect((await project.json('up')).databases).toMatchObject([
      { name: 'settings', outcome: 'migrated' },
      { name: 'ontology', outcome: 'migrated' },
    ])
  })

  it('writes nothing where a manifest or any of its files is already', async () => {
    const exists = { code: 'FILE_EXISTS', exitCode: 2 }
    await expectRefusal(new Project({ app: {} }), ['init'], { ...exists, message: /^whimbrel\.json exists/ })
    const project = new Project()
    project.write('databases/app/001_create_note.sql', 'mine')
    await expectRefusal(project, ['init'], exists)
    const second = new Project()
    await second.run('init')
    await expectRefusal(second, ['init'], exists)
  })
})
