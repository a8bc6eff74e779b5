import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, type TestContext } from 'vitest'
import { type Document, Project, rowsOf, whimbrel } from './command-line.ts'
import { migration } from './fixture.ts'
import { needsTerminal, onTerminal } from './pseudo-terminal.ts'

const table = (name: string) => migration(`CREATE TABLE ${name} (id INTEGER);`, `DROP TABLE ${name};`)
const one = { '001_one': table('one') }
const destructive = { '002_drop': migration('DROP TABLE one;') }

interface StampRow {
  readonly instance_id: string
  readonly environment: string | null
  readonly protected: number
  readonly place: string
  readonly stamped_by: string
}

/** A project with a protected environment, all of whose environments name the same file. */
class Guarded extends Project {
  constructor(migrations: Record<string, string> = one) {
    super(migrations)
    this.declare({ production: { protected: true }, development: {} })
  }

  declare(environments: Record<string, unknown>): void {
    const databases = { app: { url: 'sqlite:app.db', migrations: 'migrations' } }
    writeFileSync(join(this.folder, 'whimbrel.json'), JSON.stringify({ databases, environments }))
  }

  stamp(path = this.path): StampRow | undefined {
    return rowsOf<StampRow>(path, 'SELECT * FROM schema_migrations_stamp')[0]
  }

  /** Every byte of the database. */
  bytes(): string {
    return readFileSync(this.path).toString('base64')
  }

  async produced(...args: readonly string[]): Promise<Document> {
    return this.json(...args, '--env', 'production')
  }
}

async function guarded(migrations: Record<string, string> = one): Promise<Guarded> {
  const project = new Guarded(migrations)
  expect(await project.run('up', '--env', 'production')).toMatchObject({ exitCode: 0 })
  return project
}

const none = '-- Transaction: none'

/** What can lose data, with what has to be the case before. */
const risks: readonly [args: readonly string[], prepare: (project: Guarded) => unknown][] = [
  [['up'], (project) => project.write(destructive)],
  [['down'], () => undefined],
  [['mark', '2', 'pending'], leaveInDoubt],
  [['retry'], leaveInDoubt],
  [['accept', '1', '--reason', 'meant'], (project) => project.write({ '001_one': table('uno') })],
]

async function leaveInDoubt(project: Guarded): Promise<void> {
  project.write({ '002_alone': migration('SELECT 1;\nnonsense;', '', none) })
  expect(await project.run('up', '--env', 'production')).toMatchObject({ exitCode: 1 })
  project.write({ '002_alone': migration('SELECT 1;\nSELECT 2;', '', none) })
}

describe('in a protected environment', () => {
  it.each(risks)(
    '%j exits 5 without a terminal and changes no byte, and runs with --yes',
    async (args, prepare) => {
      const project = await guarded()
      await prepare(project)
      const before = project.bytes()
      const refused = await project.run(...args, '--env', 'production')
      expect(refused).toMatchObject({ exitCode: 5, stdout: expect.not.stringContaining('applied,') })
      expect(refused.stderr).toContain(
        `The environment production is protected, and ${args[0]} can lose data of app`,
      )
      expect(refused.stderr).toMatch(/^ {2}next: .*--yes/m)
      expect(project.bytes()).toBe(before)
      expect(await project.run(...args, '--env', 'production', '--yes')).toMatchObject({ exitCode: 0 })
      expect(project.bytes()).not.toBe(before)
    },
  )

  it('looking, dry runs and what cannot lose data need nothing', async () => {
    const project = await guarded()
    project.write({ '002_two': table('two') })
    for (const args of [['status'], ['plan'], ['history'], ['validate'], ['down', '--dry-run'], ['up']]) {
      const { exitCode } = await project.run(...args, '--env', 'production')
      expect({ args, exitCode }).toEqual({ args, exitCode: 0 })
    }
  })

  it('a new database needs nothing: there is nothing to lose', async () => {
    const project = new Guarded({ ...one, ...destructive })
    expect(await project.produced('up')).toMatchObject({ exitCode: 0 })
  })

  it('nothing of several databases is touched where one needs consent', async () => {
    const project = await guarded({})
    const database = (name: string) => ({ url: `sqlite:${name}.db`, migrations: name })
    project.write(one, 'first')
    project.write(one, 'second')
    writeFileSync(
      join(project.folder, 'whimbrel.json'),
      JSON.stringify({
        databases: { first: database('first'), second: database('second') },
        environments: { production: { protected: true } },
      }),
    )
    expect(await project.run('up', '--env', 'production', '--db', 'second')).toMatchObject({ exitCode: 0 })
    project.write(destructive, 'second')
    expect(await project.produced('up')).toMatchObject({
      exitCode: 5,
      databases: [{ outcome: 'not-started' }, { outcome: 'failed', error: { code: 'CONSENT_REQUIRED' } }],
    })
    expect(existsSync(join(project.folder, 'first.db'))).toBe(false)
  })
})

describe('a database that says itself that it is protected', () => {
  it('is stamped by the first command that changes it, and by none that looks', async () => {
    const project = await guarded()
    const stamp = project.stamp()
    expect(stamp).toMatchObject({ environment: 'production', protected: 1 })
    expect(stamp?.instance_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(stamp?.place).toMatch(/\/app\.db \(inode \d+\)$/)
    expect(stamp?.stamped_by).toMatch(/.@./)
    project.write({ '002_two': table('two') })
    await project.run('up', '--env', 'production')
    expect(project.stamp()).toEqual(stamp)
  })

  it('is guarded in its environment also when the manifest no longer protects it', async () => {
    const project = await guarded()
    project.declare({ production: {}, development: {} })
    const refused = await project.produced('down')
    expect(refused).toMatchObject({ exitCode: 5 })
    expect(refused.databases[0]?.error?.message).toBe(
      'The environment production is protected, as the database app itself says, and down can lose data of app',
    )
  })

  it('asks for consent to every change in another environment, and names both', async () => {
    const project = await guarded()
    project.write({ '002_two': table('two') })
    const before = project.bytes()
    const refused = await project.json('up', '--env', 'development')
    expect(refused.databases[0]?.error).toMatchObject({
      code: 'CONSENT_REQUIRED',
      message:
        'app belongs to the protected environment production, and up was called in the environment development',
      hint: expect.stringContaining('Add --env production, or correct the url of app'),
    })
    const byUrl = ['up', '--url', 'sqlite:app.db', '--migrations', 'migrations']
    const single = await project.json(...byUrl)
    expect(single).toMatchObject({ exitCode: 5 })
    expect(single.databases[0]?.error?.message).toMatch(
      /production, and up was called without an environment$/,
    )
    expect(await project.json('baseline', '1', '--env', 'development')).toMatchObject({ exitCode: 5 })
    expect(project.bytes()).toBe(before)
    expect(await project.json('status', '--env', 'development')).toMatchObject({ exitCode: 0 })
    expect(await project.json('up', '--env', 'development', '--yes')).toMatchObject({ exitCode: 0 })
    // It is still production's.
    expect(project.stamp()).toMatchObject({ environment: 'production', protected: 1 })
  })

  it('is recognised as a copy elsewhere, needs consent once there, and is free then', async () => {
    const project = await guarded()
    const original = project.stamp()
    mkdirSync(join(project.folder, 'copies'))
    const copy = join(project.folder, 'copies/app.db')
    copyFileSync(project.path, copy)
    project.declare({
      production: { protected: true },
      development: { databases: { app: { url: 'sqlite:copies/app.db' } } },
    })
    project.write({ '002_two': table('two') })
    const [status] = (await project.json('status', '--env', 'development')).databases
    expect(status?.findings).toMatchObject([{ code: 'COPIED' }])
    expect(status?.findings[0]?.message).toContain(`it was stamped at ${original?.place}`)
    expect(status?.findings[0]?.message).toContain(`is at ${copy} (inode `)
    expect(await project.run('validate', '--env', 'development')).toMatchObject({ exitCode: 0 })
    const refused = await project.json('up', '--env', 'development')
    expect(refused.databases[0]?.error?.message).toMatch(
      /^app was copied or moved from the protected environment production/,
    )
    expect(project.stamp(copy)).toEqual(original)
    expect(await project.run('up', '--env', 'development', '--yes')).toMatchObject({ exitCode: 0 })
    expect(project.stamp(copy)).toMatchObject({ environment: 'development', protected: 0 })
    expect(project.stamp(copy)?.instance_id).not.toBe(original?.instance_id)
    expect(await project.run('down', '--env', 'development')).toMatchObject({ exitCode: 0 })
    expect((await project.json('status', '--env', 'development')).databases).toMatchObject([{ findings: [] }])
    expect(project.stamp()).toEqual(original)
  })

  it('is recognised when it was restored by hand', async () => {
    const project = await guarded()
    copyFileSync(project.path, `${project.path}.bak`)
    rmSync(project.path)
    renameSync(`${project.path}.bak`, project.path)
    const [status] = (await project.json('status', '--env', 'production')).databases
    expect(status?.findings).toMatchObject([{ code: 'COPIED' }])
    expect(await project.run('status', '--check', '--env', 'production')).toMatchObject({ exitCode: 0 })
  })
})

describe('a database without a stamp', () => {
  it('works as before, and gets one at its next change', async () => {
    const project = await guarded()
    new Database(project.path).exec('DROP TABLE schema_migrations_stamp').close()
    for (const args of [['status'], ['history'], ['up'], ['plan']]) {
      expect(await project.run(...args)).toMatchObject({ exitCode: 0 })
    }
    expect(project.rows("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations_stamp'")).toEqual([])
    expect(await project.run('down', '--env', 'development')).toMatchObject({ exitCode: 0 })
    expect(project.stamp()).toMatchObject({ environment: 'development', protected: 0 })
  })

  it('keeps migrations away from the table of the stamp', async () => {
    const project = new Guarded({ '001_bad': migration('CREATE TABLE schema_migrations_stamp (id);') })
    expect(await project.json('up')).toMatchObject({
      databases: [{ error: { code: 'MIGRATION_FORBIDDEN' } }],
    })
  })
})

describe('on a terminal', () => {
  const prompt = 'Type the name of the database, app, to go on: '
  const answer = async (project: Guarded, keys: string, ...args: readonly string[]) =>
    onTerminal(whimbrel(...args, '--env', 'production'), { cwd: project.folder, prompt, keys })

  it('the typed name lets a run through', async (context: TestContext) => {
    needsTerminal(context)
    const project = await guarded()
    const { shown, exitCode } = await answer(project, 'app\\r', 'down')
    expect(shown).toContain('The environment production is protected, and down can lose data of app.')
    expect({ shown, exitCode }).toMatchObject({ exitCode: 0 })
    expect(project.state()).toEqual({ applied: [], tables: [] })
  })

  it('the typed name lets a decision about records through', async (context: TestContext) => {
    needsTerminal(context)
    const project = await guarded()
    project.write({ '001_one': table('uno') })
    const { exitCode } = await answer(project, ' app \\r', 'accept', '1', '--reason', 'meant')
    expect(exitCode).toBe(0)
    expect(await project.run('validate')).toMatchObject({ exitCode: 0 })
  })

  it.for([
    ['another name', 'apq\\r'],
    ['nothing', '\\r'],
    ['yes', 'y\\r'],
    ['the end of input', '\\x04'],
    ['ctrl-C', '\\x03'],
    ['half a name and ctrl-C', 'ap\\x03'],
  ] as const)('%s ends with exit code 5, and nothing is touched', async ([, keys], context: TestContext) => {
    needsTerminal(context)
    const project = await guarded()
    const before = project.bytes()
    const files = readdirSync(project.folder)
    const { shown, exitCode } = await answer(project, keys, 'down')
    expect({ shown, exitCode }).toMatchObject({ exitCode: 5 })
    expect(shown).toContain('error: ')
    expect(project.bytes()).toBe(before)
    expect(readdirSync(project.folder)).toEqual(files)
  })
})
