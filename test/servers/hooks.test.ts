import { join } from 'node:path'
import { type HookContext, type Hooks, MigrationRunner } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { rollback } from '@whimbrel/rollback-manager'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { failure } from '../failure.ts'
import { migration } from '../fixture.ts'
import { describeEngines, type Engine } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

let log: string[] = []
beforeEach(() => {
  log = []
})
const soon = () => new Promise((resolve) => setTimeout(resolve, 1))
const note =
  (when: string) =>
  async ({ step }: HookContext) => {
    await soon()
    log.push(`${when} ${step.direction} ${step.id}`)
  }
const noting: Hooks = { before: note('before'), after: note('after'), error: note('error') }

async function runnerOn(engine: Engine, files: Record<string, string>) {
  const project = await ServerProject.on(engine, files)
  const driver = engine.driver(project.url)
  onTestFinished(() => driver.close())
  const runner = (hooks: Hooks) =>
    new MigrationRunner({
      driver,
      tracker: sqlVersionTracker({ dialect: engine.dialect }),
      source: folderSource({ directory: join(project.folder, 'migrations') }),
      hooks,
    })
  return { project, runner }
}

const insert = migration('INSERT INTO a VALUES (1);', 'DELETE FROM a;')
const broken = migration('INSERT INTO a VALUES (2);\nINSERT INTO nowhere VALUES (1);')

await describeEngines('hooks', (engine) => {
  it('fire once for each migration, in order and awaited, for up and down, and instead of the last one for an error', async () => {
    const { project, runner } = await runnerOn(engine, { '001_a': table('a'), '002_rows': insert })
    await runner(noting).up()
    expect(log.splice(0)).toEqual([
      'before up 001_a',
      'after up 001_a',
      'before up 002_rows',
      'after up 002_rows',
    ])
    project.write({ '003_broken': broken })
    await failure(runner(noting).up())
    expect(log.splice(0)).toEqual(['before up 003_broken', 'error up 003_broken'])
    await runner(noting).run(...rollback({ steps: 2 }))
    expect(log).toEqual([
      'before down 002_rows',
      'after down 002_rows',
      'before down 001_a',
      'after down 001_a',
    ])
  })

  it('do not fire in a plan, a look, or a run without steps', async () => {
    const { runner } = await runnerOn(engine, { '001_a': table('a') })
    await runner(noting).planUp()
    await runner(noting).status()
    expect(log).toEqual([])
    await runner({}).up()
    await runner(noting).up()
    expect(log).toEqual([])
  })

  it('stop a migration before its first statement when the one before it throws', async () => {
    const { project, runner } = await runnerOn(engine, { '001_a': table('a'), '002_b': table('b') })
    const before = ({ step }: HookContext) => {
      if (step.id === '002_b') throw new Error('not today')
    }
    const { error } = await failure(runner({ before }).up())
    expect(error.message).toBe('The before hook of 002_b failed: not today')
    expect(await project.tables()).toEqual(['a'])
    expect(await project.run('status')).toMatchObject({ stdout: expect.stringContaining('· 002_b  pending') })
  })

  it('work in the transaction of the migration, and undo it when the one after it throws', async () => {
    const { project, runner } = await runnerOn(engine, { '001_a': table('a') })
    await runner({}).up()
    project.write({ '002_rows': insert })
    const after = async ({ session }: HookContext) => {
      await session.execute('INSERT INTO a VALUES (7)')
      throw new Error('no')
    }
    await failure(runner({ after }).up())
    expect(await project.rows('SELECT * FROM a')).toEqual([])
    expect(await project.applied()).toEqual(['001_a'])
  })
})
