import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { migration, Project, table } from './project.ts'

const databases = { app: { '001_one': table('one') } }
const destructive = { '002_drop': migration('DROP TABLE one;') }

interface StampRow {
  readonly instance_id: string
  readonly environment: string | null
  readonly protected: number
  readonly place: string
  readonly stamped_by: string
}

/** A project with a protected environment and one that is not, both with the same file. */
class Guarded extends Project {
  constructor() {
    super(databases)
    this.declare({ production: { protected: true }, development: {} })
  }

  declare(environments: Record<string, unknown>): void {
    this.manifest({ databases: { app: { url: 'sqlite:app.db', migrations: 'app' } }, environments })
  }

  stamp(name = 'app'): StampRow | undefined {
    return this.rows<StampRow>(name, 'SELECT * FROM schema_migrations_stamp')[0]
  }

  async errorOf(...args: readonly string[]) {
    const { exitCode, error, databases } = await this.json(...args)
    const { message, hint } = error ?? databases[0]?.error ?? {}
    return { exitCode, message, hint }
  }

  async findings(environment: string) {
    const [database] = (await this.json('status', '--env', environment)).databases
    return database !== undefined && 'applied' in database ? database.findings : undefined
  }
}

async function guarded(): Promise<Guarded> {
  const project = new Guarded()
  expect(await project.run('up', '--env', 'production')).toMatchObject({ exitCode: 0 })
  return project
}

describe('in a protected environment', () => {
  it('looking, dry runs and what cannot lose data need nothing', async () => {
    const project = await guarded()
    project.migrations('app', { '002_two': table('two') })
    for (const args of [['status'], ['plan'], ['history'], ['validate'], ['down', '--dry-run'], ['up']]) {
      const { exitCode } = await project.run(...args, '--env', 'production')
      expect({ args, exitCode }).toEqual({ args, exitCode: 0 })
    }
  })

  it('a new database needs nothing: there is nothing to lose', async () => {
    const project = new Guarded()
    project.migrations('app', destructive)
    const { exitCode } = await project.run('up', '--env', 'production', '--allow-data-loss')
    expect(exitCode).toBe(0)
  })

  it('nothing of several databases is touched where one needs consent', async () => {
    const database = (name: string) => ({ url: `sqlite:${name}.db`, migrations: name })
    const project = new Project({ first: databases.app, second: databases.app })
    project.manifest({
      databases: { first: database('first'), second: database('second') },
      environments: { production: { protected: true } },
    })
    expect(await project.run('up', '--env', 'production', '--db', 'second')).toMatchObject({ exitCode: 0 })
    project.migrations('second', destructive)
    expect(await project.json('up', '--env', 'production')).toMatchObject({
      exitCode: 5,
      databases: [{ outcome: 'not-started' }, { outcome: 'failed', error: { code: 'CONSENT_REQUIRED' } }],
    })
    expect(existsSync(join(project.folder, 'first.db'))).toBe(false)
  })

  it('--yes does not stand for --allow-data-loss', async () => {
    const project = await guarded()
    project.exec('app', 'INSERT INTO one VALUES (1)')
    const refused = await project.errorOf('down', '--env', 'production', '--yes')
    expect(refused).toMatchObject({ exitCode: 5, hint: expect.stringContaining('--allow-data-loss') })
    const other = await project.errorOf('down', '--env', 'production', '--allow-data-loss')
    expect(other).toMatchObject({ exitCode: 5, hint: expect.stringContaining('--yes') })
    const both = ['down', '--env', 'production', '--yes', '--allow-data-loss']
    expect(await project.run(...both)).toMatchObject({ exitCode: 0 })
  })
})

describe('a database that says itself that it is protected', () => {
  it('is stamped by the first command that changes it, and stays so', async () => {
    const project = await guarded()
    const stamp = project.stamp()
    expect(stamp).toMatchObject({ environment: 'production', protected: 1 })
    expect(stamp?.instance_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(stamp?.place).toMatch(/\/app\.db \(inode \d+\)$/)
    expect(stamp?.stamped_by).toMatch(/.@./)
    project.migrations('app', { '002_two': table('two') })
    await project.run('up', '--env', 'production')
    expect(project.stamp()).toEqual(stamp)
  })

  it('is guarded in its environment also when the manifest no longer protects it', async () => {
    const project = await guarded()
    project.declare({ production: {}, development: {} })
    expect(await project.errorOf('down', '--env', 'production')).toMatchObject({
      exitCode: 5,
      message:
        'The environment production is protected, as the database app itself says, and down can lose data of app',
    })
  })

  it('asks for consent to every change in another environment, and names both', async () => {
    const project = await guarded()
    project.migrations('app', { '002_two': table('two') })
    const before = project.snapshot()
    expect(await project.errorOf('up', '--env', 'development')).toEqual({
      exitCode: 5,
      message:
        'app belongs to the protected environment production, and up was called in the environment development',
      hint: expect.stringMatching(/^Add --env production, or correct the url of app\. .*--yes/),
    })
    const byUrl = ['up', '--url', 'sqlite:app.db', '--migrations', 'app']
    expect(await project.errorOf(...byUrl)).toMatchObject({
      exitCode: 5,
      message: expect.stringMatching(/production, and up was called without an environment$/),
    })
    expect(await project.errorOf('baseline', '1', '--env', 'development')).toMatchObject({ exitCode: 5 })
    expect(project.snapshot()).toEqual(before)
    expect(await project.run('status', '--env', 'development')).toMatchObject({ exitCode: 0 })
    expect(await project.run('up', '--env', 'development', '--yes')).toMatchObject({ exitCode: 0 })
    // It is still production's.
    expect(project.stamp()).toMatchObject({ environment: 'production', protected: 1 })
  })

  it('is recognised as a copy elsewhere, needs consent once there, and is free then', async () => {
    const project = await guarded()
    const original = project.stamp()
    mkdirSync(join(project.folder, 'copies'))
    const copy = join(project.folder, 'copies/app.db')
    copyFileSync(join(project.folder, 'app.db'), copy)
    const elsewhere = { databases: { app: { url: 'sqlite:copies/app.db' } } }
    project.declare({ production: { protected: true }, development: elsewhere })
    project.migrations('app', { '002_two': table('two') })
    const [finding, ...others] = (await project.findings('development')) ?? []
    expect(others).toEqual([])
    expect(finding?.code).toBe('COPIED')
    expect(finding?.message).toContain(`it was stamped at ${original?.place}`)
    expect(finding?.message).toContain(`is at ${copy} (inode `)
    expect(await project.run('validate', '--env', 'development')).toMatchObject({ exitCode: 0 })
    expect(await project.errorOf('up', '--env', 'development')).toMatchObject({
      message: expect.stringMatching(/^app was copied or moved from the protected environment production/),
    })
    expect(project.stamp('copies/app')).toEqual(original)
    expect(await project.run('up', '--env', 'development', '--yes')).toMatchObject({ exitCode: 0 })
    expect(project.stamp('copies/app')).toMatchObject({ environment: 'development', protected: 0 })
    expect(project.stamp('copies/app')?.instance_id).not.toBe(original?.instance_id)
    expect(await project.run('down', '--env', 'development')).toMatchObject({ exitCode: 0 })
    expect(await project.findings('development')).toEqual([])
    expect(project.stamp()).toEqual(original)
  })

  it('is recognised when it was restored by hand, which is nothing to complain of', async () => {
    const project = await guarded()
    const path = join(project.folder, 'app.db')
    copyFileSync(path, `${path}.bak`)
    rmSync(path)
    renameSync(`${path}.bak`, path)
    expect(await project.findings('production')).toMatchObject([{ code: 'COPIED' }])
    expect(await project.run('status', '--check', '--env', 'production')).toMatchObject({ exitCode: 0 })
  })
})

describe('a database without a stamp', () => {
  it('works as before, is not written by looking, and gets one at its next change', async () => {
    const project = await guarded()
    project.exec('app', 'DROP TABLE schema_migrations_stamp')
    const before = project.snapshot()
    for (const args of [['status'], ['history'], ['up'], ['plan']]) {
      expect(await project.run(...args)).toMatchObject({ exitCode: 0 })
    }
    expect(project.snapshot()).toEqual(before)
    expect(await project.run('down', '--env', 'development')).toMatchObject({ exitCode: 0 })
    expect(project.stamp()).toMatchObject({ environment: 'development', protected: 0 })
  })

  it('keeps migrations away from the table of the stamp', async () => {
    const project = new Guarded()
    project.migrations('app', { '002_bad': migration('CREATE TABLE schema_migrations_stamp (id);') })
    expect(await project.json('up')).toMatchObject({
      databases: [{ error: { code: 'MIGRATION_FORBIDDEN' } }],
    })
  })
})
