import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate, openDatabases, status } from 'whimbrel'
import type { RunOutput, StatusOutput } from '../src/output.ts'
import { Project, table } from './project.ts'

const entry = { table: 'birds_history', pragmas: { synchronous: 'FULL' }, backup: { directory: 'kept' } }
const before = process.cwd()
let project: Project

// Both show paths relative to where they were started.
beforeEach(() => {
  project = new Project(
    {
      settings: { '001_create_users': table('users'), '002_create_roles': table('roles') },
      ontology: { '001_create_terms': table('terms', '-- Depends-On: settings:002') },
    },
    entry,
  )
  process.chdir(project.folder)
})

afterEach(() => process.chdir(before))

const names = ['settings', 'ontology'] as const
const place = { env: {} }

async function commandStatus() {
  const { databases } = await project.json('status')
  return (databases as StatusOutput[]).map(
    ({ name, url, table: tracking, exists, current, applied, pending, findings }) => ({
      name,
      url,
      table: tracking,
      exists,
      current,
      applied: applied.map(({ id }) => id),
      pending: pending.map(({ id }) => id),
      findings: findings.map(({ code, migration }) => [code, migration]),
    }),
  )
}

async function embeddedStatus() {
  return (await status(place)).map(({ problem, findings, ...standing }) => ({
    ...standing,
    findings: findings.map(({ code, migration }) => [code, migration]),
  }))
}

/** What is on record, without times and without who did it. */
function records() {
  const columns = 'version, name, id, sequence, checksum, down_checksum, up_sql, down_sql'
  return names.map((name) => project.rows(name, `SELECT ${columns} FROM birds_history ORDER BY sequence`))
}

describe('the command and the call of an application, given the same manifest', () => {
  it('report the same path, table and status before and after either of them', async () => {
    expect(await embeddedStatus()).toEqual(await commandStatus())
    await migrate({ ...place, databases: ['settings'] })
    expect(await commandStatus()).toMatchObject([
      { url: 'sqlite:settings.db', table: 'birds_history', current: '002_create_roles', pending: [] },
      { url: 'sqlite:ontology.db', table: 'birds_history', exists: false, pending: ['001_create_terms'] },
    ])
    expect(await embeddedStatus()).toEqual(await commandStatus())
    expect((await project.run('up')).exitCode).toBe(0)
    expect(await embeddedStatus()).toEqual(await commandStatus())
    project.write('settings/001_create_users.sql', table('people'))
    project.remove('ontology/001_create_terms.sql')
    expect(await embeddedStatus()).toEqual(await commandStatus())
    expect((await embeddedStatus()).flatMap(({ findings }) => findings.map(([code]) => code))).toEqual([
      'CHECKSUM_CHANGED',
      'CHECKSUM_CHANGED',
      'FILE_MISSING',
    ])
  })

  it('find nothing to do where the other has been, and leave the same on record', async () => {
    const opened = await openDatabases(place)
    const { report } = opened
    opened.close()
    const embedded = records()
    const { databases } = await project.json('up')
    expect((databases as RunOutput[]).map(({ outcome }) => outcome)).toEqual(['up-to-date', 'up-to-date'])
    expect(report.databases.map(({ after }) => after)).toEqual(
      (databases as RunOutput[]).map(({ after }) => after),
    )
    for (const name of names) project.remove(`${name}.db`)
    await project.run('up')
    expect(records()).toEqual(embedded)
    expect((await migrate(place)).databases.map(({ outcome }) => outcome)).toEqual([
      'up-to-date',
      'up-to-date',
    ])
  })

  it('put backups into the same place, and refuse the same loss', async () => {
    await migrate(place)
    project.exec('settings', 'INSERT INTO roles VALUES (1)')
    project.write(
      'settings/003_drop_roles.sql',
      '-- === UP MIGRATION ===\nDROP TABLE roles;\n-- === DOWN MIGRATION ===\n',
    )
    const refused = await project.json('up')
    const error = await migrate(place).catch((thrown: { code: string; message: string }) => thrown)
    const [settings] = refused.databases as RunOutput[]
    expect(error).toMatchObject({
      code: settings?.error?.code,
      message: `settings: ${settings?.error?.message}`,
    })
    await migrate({ ...place, allowDataLoss: true })
    const { databases } = await project.json('backups', '--db', 'settings')
    expect(databases).toMatchObject([
      { name: 'settings', backups: [{ path: expect.stringContaining('kept/') }] },
    ])
  })
})
