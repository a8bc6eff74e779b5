import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunOutput } from '../src/output.ts'
import { migration, Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const three = { '001_a': table('a'), '002_b': table('b'), '003_c': table('c') }
const moved = { code: 'STATE_MOVED', exitCode: 3, hint: /whimbrel plan --out/ }

async function projectWithPlan(...argv: readonly string[]): Promise<Project> {
  const project = new Project({ first: three, second: { '001_x': table('x') } })
  await project.run('up', '--db', 'first', '--steps', '1')
  const { exitCode, out } = await project.run('plan', '--out', 'release.json', ...argv)
  expect({ exitCode, last: out.split('\n').at(-2) }).toEqual({ exitCode: 0, last: 'Written to release.json' })
  return project
}

async function idsOf(project: Project, ...argv: readonly string[]) {
  const document = await project.json(...argv)
  const databases = document.databases as readonly RunOutput[]
  return { ok: document.ok, ids: databases.map(({ name, steps }) => [name, ...steps.map(({ id }) => id)]) }
}

describe('a plan in a file', () => {
  it('is carried out exactly, also when more has become pending since', async () => {
    const project = await projectWithPlan()
    project.migrations('first', { '004_d': table('d') })
    const expected = {
      ok: true,
      ids: [
        ['first', '002_b', '003_c'],
        ['second', '001_x'],
      ],
    }
    expect(await idsOf(project, 'up', '--plan', 'release.json', '--dry-run')).toEqual(expected)
    expect(await idsOf(project, 'up', '--plan', 'release.json')).toEqual(expected)
    expect(project.objects('first')).toEqual(['a', 'b', 'c'])
  })

  it.each([
    [
      ['--steps', '1'],
      [
        ['first', '002_b'],
        ['second', '001_x'],
      ],
    ],
    [['--db', 'first', '--to', '2'], [['first', '002_b']]],
    [['--db', 'second'], [['second', '001_x']]],
  ])('keeps to the databases and migrations that %j chose', async (argv, ids) => {
    const project = await projectWithPlan(...argv)
    expect(await idsOf(project, 'up', '--plan', 'release.json')).toEqual({ ok: true, ids })
  })

  it('says that there is nothing to do where that was the plan, and refuses where it is no longer', async () => {
    const project = new Project({ app: three })
    await project.run('up')
    await project.run('plan', '--out', 'nothing.json')
    project.migrations('app', { '004_d': table('d') })
    expect(await project.run('up', '--plan', 'nothing.json')).toMatchObject({
      exitCode: 0,
      out: 'app  nothing to do, at 003_c\n',
    })
    await project.run('up')
    await expectRefusal(project, ['up', '--plan', 'nothing.json'], {
      ...moved,
      message: /^app is at 004_d now, and the plan begins at 003_c$/,
    })
  })

  it.each<[string, (project: Project) => unknown, RegExp]>([
    [
      'a file was edited',
      (project) => project.migrations('first', { '003_c': table('other') }),
      /^first:003_c was edited since/,
    ],
    [
      'a file is gone',
      (project) => project.remove('first/003_c.sql'),
      /^The file of first:003_c is missing now$/,
    ],
    [
      'a database has moved on',
      (project) => project.run('up', '--db', 'first', '--steps', '1'),
      /^first is at 002_b now, and the plan begins at 001_a$/,
    ],
    [
      'a database was created',
      (project) => project.run('up', '--db', 'second'),
      /^second is at 001_x now, and the plan begins at nothing$/,
    ],
    [
      'another one comes first',
      (project) => project.write('first/002_a.sql', table('late')),
      /have the same version, 2$/,
    ],
    [
      'it was carried out',
      (project) => project.run('up', '--plan', 'release.json'),
      /^first is at 003_c now, and the plan begins at 001_a; second is at 001_x now, .* at nothing$/,
    ],
  ])('is refused when %s, and nothing is run', async (_, change, message) => {
    const project = await projectWithPlan()
    await change(project)
    const expected = message.source.includes('version') ? { code: 'MIGRATION_DUPLICATE', exitCode: 2 } : moved
    await expectRefusal(project, ['up', '--plan', 'release.json'], { ...expected, message })
  })

  it('does not notice comments and white space', async () => {
    const project = await projectWithPlan()
    project.migrations('first', { '003_c': `-- a remark\n${three['003_c']}` })
    expect((await project.run('up', '--plan', 'release.json')).exitCode).toBe(0)
  })

  it('includes what is out of order where that was allowed', async () => {
    const project = new Project({ app: three })
    await project.run('up')
    await project.run('down', '--only', '2')
    expect((await project.run('plan', '--out', 'p.json')).exitCode).toBe(3)
    expect((await project.run('plan', '--allow-out-of-order', '--out', 'p.json')).exitCode).toBe(0)
    expect(await idsOf(project, 'up', '--plan', 'p.json')).toEqual({
      ok: true,
      ids: [['app', '002_b']],
    })
  })

  it('belongs to the environment that it was made for', async () => {
    const project = new Project()
    project.migrations('m', { '001_a': table('a'), '002_p': table('p', '-- Environments: production') })
    project.manifest({
      databases: { app: { url: 'app.db', migrations: 'm' } },
      environments: { production: {} },
    })
    await project.run('plan', '--env', 'production', '--out', 'p.json')
    const hint = /^Run it with --env production, or/
    await expectRefusal(project, ['up', '--plan', 'p.json'], { code: 'USAGE', exitCode: 2, hint })
    const run = await idsOf(project, 'up', '--plan', 'p.json', '--env', 'production')
    expect(run).toEqual({ ok: true, ids: [['app', '001_a', '002_p']] })
  })

  it('works without a manifest', async () => {
    const project = new Project()
    project.migrations('m', three)
    const single = ['--url', 'sqlite:app.db', '--migrations', 'm']
    await project.run('plan', ...single, '--steps', '2', '--out', 'p.json')
    expect(await idsOf(project, 'up', '--plan', 'p.json', ...single)).toEqual({
      ok: true,
      ids: [['app', '001_a', '002_b']],
    })
    const other = ['--url', 'sqlite:other.db', '--migrations', 'm']
    await expectRefusal(project, ['up', '--plan', 'p.json', ...other], {
      code: 'USAGE',
      exitCode: 2,
      message: /not about other$/,
    })
  })

  it('is written nowhere where something exists, or where there is something wrong', async () => {
    const project = await projectWithPlan()
    await expectRefusal(project, ['plan', '--out', 'first/001_a.sql'], {
      code: 'FILE_EXISTS',
      exitCode: 2,
      message: /^first\/001_a\.sql exists already$/,
      hint: /remove the file/,
    })
    project.migrations('first', { '003_c': 'no marker' })
    await expectRefusal(project, ['plan', '--out', 'other.json'], { code: 'MIGRATION_MARKER', exitCode: 2 })
  })

  it.each([
    ['--to', ['--to', '2']],
    ['--steps', ['--steps', '1']],
    ['--allow-out-of-order', ['--allow-out-of-order']],
    ['--atomic', ['--atomic']],
    ['--independent', ['--independent']],
    ['--db', ['--db', 'first']],
  ])('contradicts %s', async (option, argv) => {
    const project = await projectWithPlan()
    const message = new RegExp(`^--plan and ${option} contradict each other$`)
    await expectRefusal(project, ['up', '--plan', 'release.json', ...argv], {
      code: 'USAGE',
      exitCode: 2,
      message,
    })
  })

  it('has to be one', async () => {
    const project = await projectWithPlan()
    const usage = { code: 'USAGE', exitCode: 2 }
    await expectRefusal(project, ['up', '--plan', 'nowhere.json'], {
      ...usage,
      message: /^nowhere\.json, which --plan names, cannot be read/,
    })
    const plan = JSON.parse(readFileSync(join(project.folder, 'release.json'), 'utf8'))
    for (const content of [
      '',
      '[]',
      '7',
      'null',
      '{}',
      { ...plan, databases: [{}] },
      { ...plan, databases: 1 },
    ]) {
      project.write('odd.json', typeof content === 'string' ? content : JSON.stringify(content))
      await expectRefusal(project, ['up', '--plan', 'odd.json'], {
        ...usage,
        message: /^odd\.json is not a plan$/,
      })
    }
    const edited = { ...plan, databases: [{ ...plan.databases[0], name: 'frist' }] }
    for (const [content, message] of [
      [{ ...plan, plan: 1 }, /^odd\.json is a plan of form 1/],
      [{ ...plan, plan: 3 }, /^odd\.json is a plan of form 3/],
      [edited, /^odd\.json was edited after the plan was made$/],
    ] as const) {
      project.write('odd.json', JSON.stringify(content))
      await expectRefusal(project, ['up', '--plan', 'odd.json'], { ...usage, message })
    }
  })

  it('is readable, and stops an edited migration by its checksum', async () => {
    const project = await projectWithPlan('--db', 'first')
    const hash = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
    expect(JSON.parse(readFileSync(join(project.folder, 'release.json'), 'utf8'))).toMatchObject({
      plan: 2,
      direction: 'up',
      environment: null,
      release: 'atomic',
      databases: [{ name: 'first', before: { newest: '001_a', records: 1, digest: hash } }],
      steps: ['002_b', '003_c'].map((id) => ({ database: 'first', id, checksum: hash, transactional: true })),
    })
    project.migrations('first', { '002_b': migration('CREATE TABLE b (id);', 'DROP TABLE b;') })
    await expectRefusal(project, ['up', '--plan', 'release.json'], moved)
  })
})

describe('a plan to roll back in a file', () => {
  async function rolledBack(): Promise<Project> {
    const project = new Project({ first: three, second: { '001_x': table('x', '-- Depends-On: first:003') } })
    await project.run('up')
    const argv = ['down', '--db', 'first', '--to', '1', '--cascade', '--dry-run', '--out', 'back.json']
    const { exitCode, out } = await project.run(...argv)
    expect({ exitCode, last: out.split('\n').at(-2) }).toEqual({ exitCode: 0, last: 'Written to back.json' })
    return project
  }

  it('is carried out exactly, over every database that it reaches', async () => {
    const project = await rolledBack()
    const ids = [
      ['first', '003_c', '002_b'],
      ['second', '001_x'],
    ]
    expect(await idsOf(project, 'down', '--plan', 'back.json', '--dry-run')).toEqual({ ok: true, ids })
    expect(await idsOf(project, 'down', '--plan', 'back.json')).toEqual({ ok: true, ids })
    expect([project.objects('first'), project.objects('second')]).toEqual([['a'], []])
  })

  it('is refused where a database has moved on, and nothing is rolled back', async () => {
    const project = await rolledBack()
    await project.run('down', '--db', 'second')
    const before = project.objects('first')
    await expectRefusal(project, ['down', '--plan', 'back.json'], {
      ...moved,
      message: /^second is at nothing now, and the plan begins at 001_x$/,
      hint: /"whimbrel down --db first --dry-run --out FILE"/,
    })
    expect(project.objects('first')).toEqual(before)
  })

  it('belongs to down, and a plan to apply belongs to up', async () => {
    const project = await rolledBack()
    await project.run('plan', '--out', 'on.json')
    const usage = { code: 'USAGE', exitCode: 2 }
    await expectRefusal(project, ['up', '--plan', 'back.json'], {
      ...usage,
      message: /^The plan in back\.json rolls migrations back$/,
      hint: /"whimbrel down --plan back\.json"/,
    })
    await expectRefusal(project, ['down', '--plan', 'on.json'], {
      ...usage,
      message: /^The plan in on\.json applies migrations$/,
    })
  })

  it.each([
    ['--steps', ['--steps', '1']],
    ['--to', ['--to', '1']],
    ['--only', ['--only', '1']],
    ['--all', ['--all']],
    ['--cascade', ['--cascade']],
    ['--force', ['--force']],
    ['--atomic', ['--atomic']],
    ['--independent', ['--independent']],
    ['--out', ['--out', 'again.json', '--dry-run']],
    ['--db', ['--db', 'first']],
  ])('contradicts %s', async (option, argv) => {
    const project = await rolledBack()
    const message = new RegExp(`^--plan and ${option} contradict each other$`)
    await expectRefusal(project, ['down', '--plan', 'back.json', ...argv], {
      code: 'USAGE',
      exitCode: 2,
      message,
    })
  })

  it('is written by a dry run only', async () => {
    const project = await rolledBack()
    await expectRefusal(project, ['down', '--db', 'first', '--out', 'x.json'], {
      code: 'USAGE',
      exitCode: 2,
      hint: /^Add --dry-run/,
    })
  })
})
