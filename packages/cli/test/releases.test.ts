import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Output, RunOutput } from '../src/output.ts'
import { migration, Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const names = ['settings', 'knowledge_graph', 'ontology'] as const
const first = { '001_notes': table('notes') }
const tags = table('tags')

/** Three databases at their first migration, with one more to apply. */
async function released(change: Partial<Record<(typeof names)[number], Record<string, string>>> = {}) {
  const project = new Project({ settings: first, knowledge_graph: first, ontology: first })
  await project.run('up')
  for (const name of names) project.migrations(name, { '002_tags': tags, ...change[name] })
  return project
}

const needs = (target: string) => table('needing', `-- Depends-On: ${target}`)
const failing = { '003_bad': migration('CREATE TABLE notes (id);') }
const outcomes = ({ databases }: Output) => databases.map((database) => (database as RunOutput).outcome)
const objects = (project: Project) => names.map((name) => project.objects(name))

describe('up over three databases', () => {
  it('takes all of them to their new state', async () => {
    const project = await released()
    const { databases, release } = await project.json('up')
    expect(databases).toMatchObject(names.map((name) => ({ name, outcome: 'migrated', after: '002_tags' })))
    expect(release).toMatchObject({
      mode: 'atomic',
      databases: names.map((name) => ({ name, release: 'atomic' })),
      phases: [{ release: 'atomic', databases: [...names] }],
    })
    expect(project.snapshot()).not.toHaveProperty('settings.db.run')
  })

  it('leaves all as they were when the second one fails, and says so in one line', async () => {
    const project = await released({ knowledge_graph: failing })
    const before = objects(project)
    const { exitCode, out, err } = await project.run('up')
    expect(exitCode).toBe(1)
    expect(out.split('\n').at(-2)).toBe('knowledge_graph failed: settings and ontology are as before, too.')
    expect(out).toMatch(/^settings +undone with the others, still at 001_notes$/m)
    expect(err).toMatch(/^error: knowledge_graph: .*table notes already exists.*\n {2}next: /)
    expect(objects(project)).toEqual(before)
    const document = await project.json('up')
    expect(document).toMatchObject({ ok: false, exitCode: 1 })
    expect(outcomes(document)).toEqual(['undone', 'failed', 'not-started'])
    expect(document.databases[1]).toMatchObject({
      before: '001_notes',
      after: '001_notes',
      error: { code: 'STATEMENT_FAILED', migration: '003_bad', file: 'knowledge_graph/003_bad.sql' },
    })
  })

  it.each([
    ['--independent', {}, ['--independent']],
    ['the manifest', { release: 'independent' }, []],
  ])(
    'keeps those before the failure where %s says so, and finishes the rest the next time',
    async (_, manifest, argv) => {
      const project = await released({ knowledge_graph: failing })
      const databases = Object.fromEntries(
        names.map((name) => [name, { url: `${name}.db`, migrations: name }]),
      )
      project.manifest({ ...manifest, databases })
      const document = await project.json('up', ...argv)
      expect(document).toMatchObject({ ok: false, exitCode: 1, release: { mode: 'independent' } })
      expect(outcomes(document)).toEqual(['migrated', 'failed', 'not-started'])
      project.migrations('knowledge_graph', { '003_bad': table('mended') })
      expect(outcomes(await project.json('up', ...argv))).toEqual(['up-to-date', 'migrated', 'migrated'])
    },
  )

  it('is all or none with --atomic whatever the manifest says', async () => {
    const project = await released({ ontology: failing })
    const databases = Object.fromEntries(names.map((name) => [name, { url: `${name}.db`, migrations: name }]))
    project.manifest({ release: 'independent', databases })
    expect(outcomes(await project.json('up', '--atomic'))).toEqual(['undone', 'undone', 'failed'])
  })

  it('refuses both ways at once, and options that do not exist, before it looks at anything', async () => {
    const project = new Project()
    const usage = { code: 'USAGE', exitCode: 2 }
    for (const command of ['up', 'plan', 'down']) {
      await expectRefusal(project, [command, '--atomic', '--independent'], {
        ...usage,
        message: /^--atomic and --independent contradict each other$/,
      })
    }
    await expectRefusal(project, ['up', '--atomc'], { ...usage, hint: /^Did you mean --atomic\?$/ })
    await expectRefusal(project, ['plan', '--independant'], {
      ...usage,
      hint: /^Did you mean --independent\?$/,
    })
    await expectRefusal(project, ['down', '--pln', 'x'], { ...usage, hint: /^Did you mean --plan\?$/ })
    await expectRefusal(project, ['down', '--outt', 'x'], { ...usage, hint: /^Did you mean --out\?$/ })
    await expectRefusal(project, ['recover', '--forgte'], { ...usage, hint: /^Did you mean --forget\?$/ })
    await expectRefusal(project, ['recovr'], { ...usage, hint: /^Did you mean "recover"\?$/ })
    await expectRefusal(project, ['recover', '--db', 'settings'], { ...usage, hint: /^Leave --db out$/ })
    await expectRefusal(project, ['down', '--plan'], { ...usage, message: /^--plan was given no value$/ })
  })

  it('asks for consent before the first of them is touched', async () => {
    const project = await released({ ontology: { '003_drop': migration('DROP TABLE notes;') } })
    const databases = Object.fromEntries(names.map((name) => [name, { url: `${name}.db`, migrations: name }]))
    project.manifest({ databases, environments: { production: { protected: true } } })
    await expectRefusal(project, ['up', '--env', 'production'], { code: 'CONSENT_REQUIRED', exitCode: 5 })
    expect(outcomes(await project.json('up', '--env', 'production'))).toEqual([
      'not-started',
      'not-started',
      'failed',
    ])
    expect(await project.run('up', '--env', 'production', '--yes')).toMatchObject({ exitCode: 0 })
  })

  it('loses no row of the last one unless that is agreed to, and takes its backup then', async () => {
    const project = await released({ ontology: { '003_drop': migration('DROP TABLE notes;') } })
    project.exec('ontology', 'INSERT INTO notes VALUES (1)')
    const before = objects(project)
    const refused = await project.json('up')
    expect(refused).toMatchObject({ ok: false, exitCode: 5 })
    expect(refused.databases[2]).toMatchObject({ outcome: 'failed', error: { code: 'CONSENT_REQUIRED' } })
    expect(objects(project)).toEqual(before)
    const { databases } = await project.json('up', '--allow-data-loss')
    expect(databases.map((database) => (database as RunOutput).backup !== undefined)).toEqual([
      false,
      false,
      true,
    ])
    expect((await project.run('restore', 'latest', '--db', 'ontology')).exitCode).toBe(0)
    expect(project.objects('ontology')).toEqual(['notes'])
  })

  it('undoes all of them when it is interrupted between two statements', async () => {
    const project = await released()
    const before = objects(project)
    project.signal = {
      get aborted() {
        return existsSync(join(project.folder, 'settings.db-wal'))
      },
    }
    const document = await project.json('up')
    expect(document).toMatchObject({ ok: false, exitCode: 130 })
    project.signal = { aborted: false }
    expect(objects(project)).toEqual(before)
  })

  it('goes on to its end where it is interrupted after it was decided', async () => {
    const project = await released()
    project.signal = {
      get aborted() {
        return existsSync(join(project.folder, 'settings.db.run'))
      },
    }
    const document = await project.json('up')
    expect(document).toMatchObject({ ok: true, exitCode: 0 })
    expect(outcomes(document)).toEqual(['migrated', 'migrated', 'migrated'])
  })
})

describe('a database that cannot be undone with the others', () => {
  const alone = { '003_alone': migration('CREATE TABLE alone (id);', '', '-- Transaction: none') }

  it('stands alone, which plan says with the reason, and what holds for whom', async () => {
    const project = await released({ ontology: alone })
    const { exitCode, out } = await project.run('plan')
    expect(exitCode).toBe(0)
    expect(out.split('\n').slice(-3)).toEqual([
      'settings and knowledge_graph: all or none; a crash after the decision is finished by the next command.',
      'ontology: on its own, because 003_alone is declared "Transaction: none"; what it has done stays when another one fails.',
      '',
    ])
    expect((await project.json('plan')).release?.databases).toEqual([
      { name: 'settings', release: 'atomic' },
      { name: 'knowledge_graph', release: 'atomic' },
      { name: 'ontology', release: 'independent', reason: '003_alone is declared "Transaction: none"' },
    ])
  })

  it('says of an independent run that nobody goes together', async () => {
    const project = await released()
    const { out } = await project.run('plan', '--independent')
    expect(out.split('\n').at(-2)).toBe(
      'settings, knowledge_graph and ontology: each on its own; a failure keeps what was done before it.',
    )
  })

  it('is left alone when the others fail before it', async () => {
    const project = await released({ settings: failing, ontology: alone })
    expect(outcomes(await project.json('up'))).toEqual(['failed', 'not-started', 'not-started'])
  })
})

describe('a dependency on another database', () => {
  it('decides the order, which plan prints, and up follows it', async () => {
    const project = await released({
      settings: { '003_x': needs('ontology:002') },
      knowledge_graph: { '003_y': table('y') },
    })
    const { out } = await project.run('plan')
    expect(out).toContain(
      [
        'In this order:',
        '  1 settings         002_tags',
        '  2 ontology         002_tags',
        '  3 settings         003_x',
        '  4 knowledge_graph  002_tags … 003_y',
        'settings, knowledge_graph and ontology: all or none;',
      ].join('\n'),
    )
    const { release } = await project.json('up', '--dry-run')
    const { databases, ...done } = await project.json('up')
    expect(done.release).toEqual(release)
    expect(databases).toMatchObject(names.map(() => ({ outcome: 'migrated' })))
  })

  it('on one that is not selected names the option that adds it', async () => {
    const project = await released({ settings: { '003_x': needs('ontology:002') } })
    for (const command of [['up'], ['plan'], ['up', '--dry-run']]) {
      await expectRefusal(project, [...command, '--db', 'settings'], {
        code: 'DEPENDENCY_OUTSIDE',
        exitCode: 2,
        message: /^settings:003_x needs ontology:002/,
        hint: /^Add --db ontology/,
      })
    }
    const both = await project.json('up', '--db', 'settings', '--db', 'ontology')
    expect(outcomes(both)).toEqual(['migrated', 'migrated'])
  })

  it('that leads back is printed as a circle, and nothing is run', async () => {
    const project = await released({
      settings: { '003_x': needs('ontology:003') },
      ontology: { '003_y': needs('settings:003') },
    })
    await expectRefusal(project, ['up'], {
      code: 'DEPENDENCY_CYCLE',
      exitCode: 2,
      message: /settings:003_x → ontology:003_y → settings:003_x/,
    })
  })

  it('of one that cannot be read keeps what it may need from being rolled back', async () => {
    const project = await released({ settings: { '003_x': needs('ontology:002') } })
    await project.run('up')
    for (const suffix of ['-wal', '-shm'])
      rmSync(join(project.folder, `settings.db${suffix}`), { force: true })
    project.write('settings.db', 'this is no database, and long enough to be looked at as one'.repeat(20))
    for (const argv of [[], ['--dry-run']]) {
      await expectRefusal(project, ['down', '--db', 'ontology', ...argv], {
        code: 'HAS_DEPENDENTS',
        exitCode: 3,
        message:
          /^settings could not be looked at \(.+\): settings:003_x depends on what is to be rolled back/,
        hint: /whimbrel status --db settings/,
      })
    }
    const other = await project.json('down', '--db', 'knowledge_graph')
    expect(other).toMatchObject({
      ok: true,
      findings: [{ code: 'DATABASE_UNREACHABLE', message: expect.stringMatching(/^settings could not be/) }],
      databases: [{ outcome: 'rolled-back' }],
    })
  })

  it('keeps what is needed from being rolled back; --cascade goes in the right order', async () => {
    const project = await released({ settings: { '003_x': needs('ontology:002') } })
    await project.run('up')
    await expectRefusal(project, ['down', '--db', 'ontology'], {
      code: 'HAS_DEPENDENTS',
      exitCode: 3,
      message: /ontology:002_tags cannot be rolled back alone: settings:003_x depends on it/,
      hint: /--cascade/,
    })
    const { databases, release } = await project.json('down', '--db', 'ontology', '--cascade')
    expect(databases).toMatchObject([
      { name: 'settings', outcome: 'rolled-back', steps: [{ id: '003_x' }] },
      { name: 'ontology', outcome: 'rolled-back', steps: [{ id: '002_tags' }] },
    ])
    expect(release?.phases.flatMap(({ steps }) => steps.map(({ id }) => id))).toEqual(['003_x', '002_tags'])
  })
})
