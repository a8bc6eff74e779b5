import { expect, it } from 'vitest'
import { migration } from '../fixture.ts'
import { describeEngines } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const up = (name: string) =>
  `CREATE TABLE ${name} (\n  id INTEGER PRIMARY KEY, -- ; no end\n  kind VARCHAR(9) DEFAULT 'a;b'\n);\nINSERT INTO ${name} VALUES (1, 'x;y')`
const files = {
  ...Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((name, index) => [
      `00${index + 1}_${name}`,
      migration(`${up(name)};`, `DELETE FROM ${name};\nDROP TABLE ${name};`),
    ]),
  ),
  '005_e': table('e', '-- Depends-On: 2'),
}

/** One after the other: each is tried out first, and then done. */
const walk = [
  ['up', '--steps', '1'],
  ['up', '--to', '009_nowhere'],
  ['up', '--to', '3'],
  ['down'],
  ['down', '--to', '1'],
  ['up'],
  ['down', '--only', '2'],
  ['down', '--only', '2', '--cascade'],
  ['up'],
  ['up', '--allow-out-of-order', '--steps', '1'],
  ['up', '--allow-out-of-order'],
  ['down', '--steps', '2'],
  ['down', '--all'],
  ['up', '--steps', '9'],
]

await describeEngines('a dry run', (engine) => {
  it('prints the ids and statements that the run then executes, and changes nothing on the server', async () => {
    const project = await ServerProject.on(engine, files)
    for (const words of walk) {
      const consent = words[0] === 'down' ? ['--allow-data-loss'] : []
      const before = await project.snapshot()
      const dry = await project.json(...words, ...consent, '--dry-run', '--sql')
      const text = await project.run(...words, ...consent, '--dry-run', '--sql')
      expect(await project.snapshot()).toEqual(before)
      const real = await project.json(...words, ...consent)
      expect([words, dry.exitCode, text.exitCode]).toEqual([words, real.exitCode, real.exitCode])
      const ids = (document: typeof dry) => document.databases[0]?.steps?.map(({ id }) => id)
      expect(ids(dry)).toEqual(ids(real))
      if (real.exitCode !== 0) continue
      for (const { id, sql = [] } of (dry.databases[0]?.steps ?? []) as readonly {
        id: string
        sql?: string[]
      }[]) {
        const name = id.slice(4)
        expect(sql[0]).toMatch(words[0] === 'up' ? `CREATE TABLE ${name} ` : / e|FROM/)
        for (const statement of sql) expect(text.stdout).toContain(`\n${statement};\n`)
      }
    }
    expect(await project.applied()).toEqual(Object.keys(files))
  }, 120_000)

  it('says beforehand what the run would refuse', async () => {
    const project = await ServerProject.on(engine, { ...files, '006_f': migration('COMMIT;') })
    const before = await project.snapshot()
    const dry = await project.run('up', '--dry-run')
    expect(dry).toMatchObject({ exitCode: 2 })
    expect(dry.stderr).toContain('006_f')
    expect(await project.snapshot()).toEqual(before)
  })

  it('of migrations that one transaction for all cannot hold says so, as the run does', async () => {
    const project = await ServerProject.on(engine, files, { transaction: 'all' })
    const dry = await project.run('up', '--dry-run')
    const plan = await project.run('plan')
    const real = await project.run('up')
    expect([dry.exitCode, plan.exitCode, real.exitCode]).toEqual(engine.undoesDdl ? [0, 0, 0] : [2, 2, 2])
    expect(dry.stderr).toEqual(real.stderr)
  })
})
