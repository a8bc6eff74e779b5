import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { documentOf, Project, table } from './project.ts'

const databases = { a: { '001_first': table('first') }, b: { '001_other': table('other') } }

function protectedProject(): Project {
  const project = new Project(databases)
  const entries = ['a', 'b'].map((name) => [name, { url: `sqlite:${name}.db`, migrations: name }])
  project.manifest({
    databases: Object.fromEntries(entries),
    environments: { production: { protected: true }, staging: {} },
  })
  return project
}

describe('a protected environment', () => {
  it('lets nothing go back without consent, and exits 5', async () => {
    const project = protectedProject()
    await project.run('up', '--env', 'production')
    const refused = await project.run('down', '--db', 'a', '--env', 'production', '--json')
    expect(documentOf(refused)).toMatchObject({
      exitCode: 5,
      databases: [{ error: { code: 'CONSENT_REQUIRED' } }],
    })
    expect((await project.run('status', '--db', 'a', '--env', 'production')).out).toContain('✓ 001_first')
    expect(await project.run('down', '--db', 'a', '--env', 'production', '--yes')).toMatchObject({
      exitCode: 0,
    })
  })

  it('asks for nothing to look, and another environment asks for nothing at all', async () => {
    const project = protectedProject()
    await project.run('up')
    const look = await project.run('down', '--db', 'a', '--env', 'production', '--dry-run')
    expect(look).toMatchObject({ exitCode: 0 })
    expect(await project.run('down', '--db', 'a', '--env', 'staging')).toMatchObject({ exitCode: 0 })
  })

  it('refuses baseline, accept and mark as well', async () => {
    const project = protectedProject()
    await project.run('up')
    for (const words of [
      ['baseline', '1'],
      ['accept', '1', '--reason', 'x'],
      ['mark', '1', 'applied'],
    ]) {
      expect(await project.run(...words, '--db', 'a', '--env', 'production')).toMatchObject({ exitCode: 5 })
    }
  })
})

describe('a hint', () => {
  it('can be copied as it stands, with the database and the environment of the call', async () => {
    const project = protectedProject()
    await project.run('up')
    project.migrations('a', { '001_first': table('other_name') })
    const { err } = await project.run('up', '--env', 'staging')
    expect(err).toContain('"whimbrel accept 001_first --reason … --env staging --db a"')
  })
})

describe('an existing database without records', () => {
  it('can be given its baseline also after up has failed on it, as the hint of up says', async () => {
    const project = new Project({ a: { '001_first': table('first') } })
    new Database(join(project.folder, 'a.db')).exec('CREATE TABLE first (id INTEGER PRIMARY KEY)').close()
    expect(await project.run('up')).toMatchObject({ exitCode: 1 })
    expect(await project.run('baseline', '001')).toMatchObject({ exitCode: 0 })
    expect((await project.run('status')).out).toContain('up to date')
  })
})
