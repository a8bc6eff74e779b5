import { describe, expect, it } from 'vitest'
import type { RunOutput } from '../src/output.ts'
import { Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const four = { '001_a': table('a'), '002_b': table('b'), '003_c': table('c'), '010_d': table('d') }

async function idsOf(project: Project, ...argv: readonly string[]): Promise<readonly string[]> {
  const { databases, ok } = await project.json(...argv)
  expect(ok).toBe(true)
  return (databases[0] as RunOutput).steps.map(({ id }) => id)
}

describe('up', () => {
  it('applies the first n pending migrations, then up to a target, then the rest, by version', async () => {
    const project = new Project({ app: four })
    expect(await idsOf(project, 'up', '--steps', '1')).toEqual(['001_a'])
    expect(await idsOf(project, 'up', '--to', '3')).toEqual(['002_b', '003_c'])
    expect(await idsOf(project)).toEqual(['010_d'])
  })

  it.each(['003_c', '3', '003', '003_'])('takes %s for the same migration', async (to) => {
    const project = new Project({ app: four })
    expect(await idsOf(project, 'up', '--to', to)).toEqual(['001_a', '002_b', '003_c'])
  })

  it('applies nothing for a target that is applied already', async () => {
    const project = new Project({ app: four })
    await project.run('up')
    expect(await project.run('up', '--to', '2')).toMatchObject({
      exitCode: 0,
      out: 'app  nothing to do, at 010_d\n',
    })
  })

  it('refuses an unknown target and one that several ids begin with', async () => {
    const stamps = { '20260101_x': table('x'), '20260102_y': table('y') }
    const project = new Project({ app: { ...four, ...stamps } })
    const hint = /Known: .*003_c/
    await expectRefusal(project, ['up', '--to', '77'], { code: 'MIGRATION_UNKNOWN', exitCode: 2, hint })
    const ambiguous = { code: 'MIGRATION_AMBIGUOUS', exitCode: 2, hint: /20260101_x, 20260102_y/ }
    await expectRefusal(project, ['up', '--to', '2026'], ambiguous)
  })

  it('applies nothing the second time, says so, and touches no file', async () => {
    const project = new Project({ app: four })
    await project.run('up')
    const before = project.snapshot()
    expect(await project.run('up')).toEqual({ exitCode: 0, out: 'app  nothing to do, at 010_d\n', err: '' })
    expect(project.snapshot()).toEqual(before)
  })

  it('stops at a pending migration that sorts before an applied one, unless it is allowed', async () => {
    const project = new Project({ app: four })
    await project.run('up')
    project.migrations('app', { '005_late': table('late') })
    const expected = {
      code: 'OUT_OF_ORDER',
      exitCode: 3,
      message: /^005_late .* before 010_d/,
      hint: /--allow-out-of-order/,
    }
    await expectRefusal(project, ['up'], expected)
    const allowed = await project.run('up', '--allow-out-of-order')
    expect(allowed.out).toMatch(/^app {2}1 applied, now at 005_late\n {2}✓ 005_late {2}.*, out of order\n$/)
    expect(await idsOf(project, 'down')).toEqual(['005_late'])
  })
})

describe('down', () => {
  it('undoes the most recently applied, newest first', async () => {
    const project = new Project({ app: four })
    await project.run('up')
    expect(await idsOf(project, 'down')).toEqual(['010_d'])
    expect(await idsOf(project, 'down', '--steps', '2')).toEqual(['003_c', '002_b'])
    await project.run('up')
    expect(await idsOf(project, 'down', '--to', '2')).toEqual(['010_d', '003_c'])
    expect(await idsOf(project, 'down', '--only', '001')).toEqual(['001_a'])
    expect(await idsOf(project, 'down', '--all')).toEqual(['002_b'])
    expect(project.objects('app')).toEqual([])
    expect(await project.run('down')).toMatchObject({ exitCode: 0, out: 'app  nothing to do\n' })
  })

  it('undoes nothing for an id that is unknown or not applied', async () => {
    const project = new Project({ app: four })
    await project.run('up', '--steps', '2')
    const unknown = { code: 'MIGRATION_UNKNOWN', exitCode: 2 }
    await expectRefusal(project, ['down', '--only', '77'], { ...unknown, message: /no migration "77"/ })
    await expectRefusal(project, ['down', '--to', '3'], { ...unknown, message: /003_c is not applied/ })
  })
})

describe('several databases', () => {
  const databases = { first: four, second: { '001_x': table('x') }, third: { '001_y': table('y') } }

  it('are all migrated by one command, each with its own migrations', async () => {
    const project = new Project(databases)
    expect((await project.run('up')).out).toMatch(
      /^first {3}4 applied, .*\n( {2}✓ .*\n){4}second {2}1 applied, .*\n {2}✓ .*\nthird {3}1 applied, .*\n {2}✓ .*\n$/,
    )
    expect(['first', 'second', 'third'].map((name) => project.objects(name))).toEqual([
      ['a', 'b', 'c', 'd'],
      ['x'],
      ['y'],
    ])
  })

  it('stay untouched but for the one that is named', async () => {
    const project = new Project(databases)
    await project.run('up', '--db', 'second')
    const files = Object.keys(project.snapshot()).filter((path) => path.includes('.db'))
    expect(files.every((path) => path.startsWith('second.db'))).toBe(true)
    expect(project.objects('second')).toEqual(['x'])
  })

  it('are taken in the order of the manifest, each once', async () => {
    const project = new Project(databases)
    const { databases: planned } = await project.json(
      'plan',
      '--db',
      'third',
      '--db',
      'first',
      '--db',
      'third',
    )
    expect(planned.map(({ name }) => name)).toEqual(['first', 'third'])
  })

  it('are all planned first: bad input in the last one stops the first one', async () => {
    const project = new Project({ ...databases, third: { '001_y': 'no marker' } })
    await expectRefusal(project, ['up'], { code: 'MIGRATION_MARKER', exitCode: 2 })
    const { databases: done } = await project.json('up')
    expect(done.map((database) => (database as RunOutput).outcome)).toEqual([
      'not-started',
      'not-started',
      'failed',
    ])
  })

  it('after a failure report done, failed and not started, and a second run finishes the rest', async () => {
    const project = new Project({ ...databases, second: { '001_x': table('x'), '002_bad': table('x') } })
    const failed = await project.json('up', '--independent')
    expect(failed).toMatchObject({ ok: false, exitCode: 1 })
    expect(failed.databases).toMatchObject([
      { outcome: 'migrated', after: '010_d' },
      { outcome: 'failed', after: '001_x', error: { code: 'STATEMENT_FAILED', migration: '002_bad' } },
      { outcome: 'not-started', before: null, after: null },
    ])
    project.migrations('second', { '002_bad': table('mended') })
    const again = await project.json('up', '--independent')
    expect(again.databases).toMatchObject([
      { outcome: 'up-to-date' },
      { outcome: 'migrated' },
      { outcome: 'migrated' },
    ])
  })

  it('say where they are also when nothing is run', async () => {
    const project = new Project(databases)
    await project.run('up', '--db', 'first', '--steps', '1')
    project.migrations('second', { '002_bad': 'no marker' })
    const { databases: refused } = await project.json('up')
    expect(refused[0]).toMatchObject({ outcome: 'not-started', before: '001_a', after: '001_a' })
  })
})
