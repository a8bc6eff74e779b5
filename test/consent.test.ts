import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { Project, whimbrel } from './command-line.ts'
import { migration } from './fixture.ts'
import { needsTerminal, onTerminal } from './pseudo-terminal.ts'

const table = (name: string) => migration(`CREATE TABLE ${name} (id INTEGER);`, `DROP TABLE ${name};`)
const production = ['--env', 'production']

/** A project of one database whose environment is protected. */
class Guarded extends Project {
  constructor() {
    super({ '001_one': table('one') })
    const databases = { app: { url: 'sqlite:app.db', migrations: 'migrations' } }
    const environments = { production: { protected: true } }
    writeFileSync(join(this.folder, 'whimbrel.json'), JSON.stringify({ databases, environments }))
  }

  /** Every byte of the database. */
  bytes(): string {
    return readFileSync(this.path).toString('base64')
  }
}

async function guarded(): Promise<Guarded> {
  const project = new Guarded()
  expect(await project.run('up', ...production)).toMatchObject({ exitCode: 0 })
  return project
}

async function leaveInDoubt(project: Guarded): Promise<void> {
  const alone = (sql: string) => migration(`SELECT 1;\n${sql};`, '', '-- Transaction: none')
  project.write({ '002_alone': alone('nonsense') })
  expect(await project.run('up', ...production)).toMatchObject({ exitCode: 1 })
  project.write({ '002_alone': alone('SELECT 2') })
}

async function backUpAndGoOn(project: Guarded): Promise<void> {
  expect(await project.run('backup', ...production)).toMatchObject({ exitCode: 0 })
  project.write({ '002_two': table('two') })
  expect(await project.run('up', ...production)).toMatchObject({ exitCode: 0 })
}

/** What can lose data, with what has to be the case before. */
const risks: readonly [args: readonly string[], prepare: (project: Guarded) => unknown][] = [
  [['up'], (project) => project.write({ '002_drop': migration('DROP TABLE one;') })],
  [['down'], () => undefined],
  [['mark', '2', 'pending'], leaveInDoubt],
  [['retry'], leaveInDoubt],
  [['restore', 'latest'], backUpAndGoOn],
  [['accept', '1', '--reason', 'meant'], (project) => project.write({ '001_one': table('uno') })],
]

describe('in a protected environment', () => {
  it.each(risks)(
    '%j exits 5 without a terminal and changes no byte, and runs with --yes',
    async (args, prepare) => {
      const project = await guarded()
      await prepare(project)
      const before = project.bytes()
      const refused = await project.run(...args, ...production)
      expect(refused).toMatchObject({ exitCode: 5 })
      const message = `The environment production is protected, and ${args[0]} can lose data of app`
      expect(refused.stderr).toContain(message)
      expect(refused.stderr).toMatch(/^ {2}next: .*--yes/m)
      expect(project.bytes()).toBe(before)
      expect(await project.run(...args, ...production, '--yes')).toMatchObject({ exitCode: 0 })
      expect(project.bytes()).not.toBe(before)
    },
  )
})

describe('on a terminal', () => {
  const prompt = 'Type the name of the database, app, to go on: '
  const answer = async (project: Guarded, keys: string, ...args: readonly string[]) =>
    onTerminal(whimbrel(...args, ...production), { cwd: project.folder, prompt, keys })

  it('the typed name lets a run through, and a decision about records', async (context: TestContext) => {
    needsTerminal(context)
    const project = await guarded()
    project.write({ '001_one': table('one').replace('DROP', 'DROP /* it */') })
    const accepted = await answer(project, ' app \\r', 'accept', '1', '--reason', 'meant')
    expect(accepted).toMatchObject({ exitCode: 0 })
    const { shown, exitCode } = await answer(project, 'app\\r', 'down')
    expect(shown).toContain('The environment production is protected, and down can lose data of app.')
    expect({ shown, exitCode }).toMatchObject({ exitCode: 0 })
    expect(project.state()).toEqual({ applied: [], tables: [] })
  })

  it('another name, the end of input and ctrl-C end with exit code 5, and nothing is touched', async (context: TestContext) => {
    needsTerminal(context)
    const project = await guarded()
    const before = project.bytes()
    const files = readdirSync(project.folder)
    // Another name, nothing, yes, ctrl-D, ctrl-C, half a name and ctrl-C.
    for (const keys of ['apq\\r', '\\r', 'y\\r', '\\x04', '\\x03', 'ap\\x03']) {
      const { shown, exitCode } = await answer(project, keys, 'down')
      expect({ keys, shown, exitCode }).toMatchObject({ exitCode: 5 })
      expect(shown).toContain('error: ')
    }
    const accepting = await answer(project, '\\x03', 'accept', '1', '--reason', 'meant')
    expect(accepting).toMatchObject({ exitCode: 5 })
    expect(project.bytes()).toBe(before)
    expect(readdirSync(project.folder)).toEqual(files)
  })
})
