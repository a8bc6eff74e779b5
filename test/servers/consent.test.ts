import { expect, it } from 'vitest'
import { whimbrel } from '../command-line.ts'
import { migration } from '../fixture.ts'
import { needsTerminal, onTerminal } from '../pseudo-terminal.ts'
import { describeEngines, type Engine } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const production = ['--env', 'production']

async function guarded(engine: Engine): Promise<ServerProject> {
  const project = await ServerProject.on(engine, { '001_one': table('one') })
  project.configure({}, { environments: { production: { protected: true } } })
  await project.works('up', ...production)
  return project
}

async function leaveInDoubt(project: ServerProject): Promise<void> {
  const alone = (sql: string) =>
    migration(`CREATE TABLE two (id integer);\n${sql};`, '', '-- Transaction: none')
  project.write({ '002_alone': alone('INSERT INTO nowhere VALUES (1)') })
  expect(await project.run('up', ...production, '--yes')).toMatchObject({ exitCode: 1 })
  project.write({ '002_alone': alone('INSERT INTO two VALUES (1)') })
}

/** What can lose data, with what has to be the case before. */
const risks: readonly [args: readonly string[], prepare: (project: ServerProject) => unknown][] = [
  [['up', '--allow-data-loss'], (project) => project.write({ '002_drop': migration('DROP TABLE one;') })],
  [['down'], () => undefined],
  [['mark', '2', 'pending'], leaveInDoubt],
  [['retry'], leaveInDoubt],
  [['accept', '1', '--reason', 'meant'], (project) => project.write({ '001_one': table('uno') })],
]

await describeEngines('in a protected environment', (engine) => {
  it.each(risks)(
    '%j exits 5 without a terminal and changes nothing, and runs with --yes',
    async (args, prepare) => {
      const project = await guarded(engine)
      await prepare(project)
      const before = await project.snapshot()
      const refused = await project.run(...args, ...production)
      expect(refused).toMatchObject({ exitCode: 5 })
      expect(refused.stderr).toContain(
        `The environment production is protected, and ${args[0]} can lose data of app`,
      )
      expect(refused.stderr).toMatch(/^ {2}next: .*--yes/m)
      expect(await project.snapshot()).toEqual(before)
      await project.works(...args, ...production, '--yes')
      expect(await project.snapshot()).not.toEqual(before)
    },
  )

  it('the name of the database, typed on a terminal, lets it through, and another one does not', async (context) => {
    needsTerminal(context)
    const project = await guarded(engine)
    const prompt = 'Type the name of the database, app, to go on: '
    const answer = (keys: string) =>
      onTerminal(whimbrel('down', ...production), { cwd: project.folder, prompt, keys })
    expect(await answer('apq\\r')).toMatchObject({ exitCode: 5 })
    expect(await project.applied()).toEqual(['001_one'])
    expect(await answer('app\\r')).toMatchObject({ exitCode: 0 })
    expect(await project.applied()).toEqual([])
  })
})
