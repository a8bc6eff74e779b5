import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Output } from '../src/output.ts'
import { runCommand } from '../src/run-command.ts'
import { KilledCommands } from './killed-commands.ts'
import { migration, Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const names = ['settings', 'knowledge_graph', 'ontology'] as const
const first = { '001_notes': table('notes') }
const second = { '002_tags': table('tags') }
const oldState = names.map(() => ['notes'])
const newState = names.map(() => ['notes', 'tags'])
/** The line that is logged when the decision is written, and nothing is committed yet. */
const decided = 'decided: '
/** Databases are committed in the order of their paths. */
const firstCommitted = 'knowledge_graph: kept: '

let commands: KilledCommands
beforeAll(async () => {
  commands = await KilledCommands.compile()
})
afterAll(() => {
  commands.remove()
  for (const folder of left.values()) rmSync(folder, { recursive: true })
})

const objects = (project: Project) => names.map((name) => project.objects(name))
const journals = (project: Project) =>
  names.filter((name) => existsSync(join(project.folder, `${name}.db.run`)))

/** Three databases whose second release is ready to be applied. */
async function ready(): Promise<Project> {
  const project = new Project({ settings: first, knowledge_graph: first, ontology: first })
  await project.run('up')
  for (const name of names) project.migrations(name, second)
  return project
}

/** What was left by kills, by moment: a folder is copied faster than another process is killed. */
const left = new Map<string, string>()

/** The same, after an up that was killed with SIGKILL when it printed a text. */
async function interrupted(moment = firstCommitted): Promise<Project> {
  if (!left.has(moment)) {
    const killed = await ready()
    await killed.run('backup')
    expect(await commands.kill(killed.folder, moment, ['up'])).toBe('SIGKILL')
    const folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))
    cpSync(killed.folder, folder, { recursive: true })
    left.set(moment, folder)
  }
  const project = new Project()
  cpSync(left.get(moment) ?? '', project.folder, { recursive: true })
  return project
}

const finishedLines =
  /^The run of \S+@\S+ over knowledge_graph, ontology and settings, begun at \S+Z, had been interrupted: it is finished now, and all of them are at the new state\n/

describe('an up over three databases that was killed', () => {
  it('before the decision leaves all as they were, and nothing to recover', async () => {
    const project = await interrupted('ontology: 002_tags applied')
    expect([objects(project), journals(project)]).toEqual([oldState, []])
    expect(await project.run('recover')).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/there is nothing to recover/),
    })
    expect((await project.json('up')).recovered).toBeUndefined()
  })

  it.each([
    ['after the decision', decided, ['finished', 'finished', 'finished']],
    ['after the first commit', firstCommitted, ['kept', 'finished', 'finished']],
    ['after the second commit', 'ontology: kept: ', ['kept', 'kept', 'finished']],
  ])('%s is finished by recover, which says what it did to each', async (_, moment, each) => {
    const project = await interrupted(moment)
    const document = await project.json('recover')
    expect(document).toMatchObject({ ok: true, exitCode: 0, recovered: [{ outcome: 'finished' }] })
    expect(document.recovered?.[0]?.databases.map(({ outcome }) => outcome)).toEqual(each)
    expect([objects(project), journals(project)]).toEqual([newState, []])
    expect((await project.json('status')).findings).toBeUndefined()
  })

  it('is told in lines for people, too', async () => {
    const project = await interrupted()
    const { exitCode, out, err } = await project.run('recover')
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toMatch(finishedLines)
    expect(out.split('\n').slice(1)).toEqual([
      '  ✓ knowledge_graph  had it already',
      '  ✓ ontology         applied now: 002_tags',
      '  ✓ settings         applied now: 002_tags',
      '',
    ])
  })

  it.each<[readonly string[], number]>([
    [['up'], 0],
    [['up', '--db', 'settings'], 0],
    [['up', '--independent'], 0],
    [['down', '--db', 'settings'], 0],
    [['retry', '--db', 'settings'], 2],
    [['mark', '2', 'applied', '--db', 'settings'], 2],
    [['accept', '1', '--reason', 'meant', '--db', 'settings'], 0],
    [['baseline', '1', '--db', 'settings'], 3],
    [['backup', '--db', 'settings'], 0],
    // The folder is a copy, and so is the database: its backup is that of another one.
    [['restore', 'latest', '--db', 'settings'], 3],
  ])('is finished first by %j, which tells it on stderr', async (argv, exitCode) => {
    const project = await interrupted()
    const ran = await project.run(...argv)
    expect(ran).toMatchObject({ exitCode, err: expect.stringMatching(finishedLines) })
    expect(journals(project)).toEqual([])
    expect(project.objects('ontology')).toEqual(['notes', 'tags'])
  })

  it('is part of the document of the command that finished it', async () => {
    for (const argv of [['up'], ['accept', '1', '--reason', 'x', '--db', 'settings'], ['backup']]) {
      const project = await interrupted()
      const { recovered } = await project.json(...argv)
      expect(recovered?.map(({ databases }) => databases.map(({ outcome }) => outcome))).toEqual([
        ['kept', 'finished', 'finished'],
      ])
    }
  })

  it.each<[readonly string[], number]>([
    [['status'], 0],
    [['status', '--check'], 3],
    [['validate'], 3],
    [['plan'], 0],
    [['up', '--dry-run'], 0],
    [['down', '--dry-run', '--db', 'knowledge_graph'], 0],
  ])('is the first thing that %j says, and nothing is written', async (argv, exitCode) => {
    const project = await interrupted()
    const before = project.snapshot()
    const ran = await project.run(...argv)
    expect(ran.exitCode).toBe(exitCode)
    expect(ran.out.split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(
        /^ {2}! The run of \S+@\S+ over knowledge_graph, ontology and settings, begun at \S+Z, is not finished: it was interrupted, or is going on at this moment$/,
      ),
      expect.stringContaining('"whimbrel recover"'),
    ])
    const { findings } = await project.json(...argv)
    expect(findings).toMatchObject([{ code: 'RUN_UNFINISHED' }])
    expect(journals(project)).toHaveLength(3)
    expect({ ...project.snapshot(), ...sidecars(before) }).toEqual(before)
  })

  it('is a problem for doctor', async () => {
    const project = await interrupted()
    const document = await project.json('doctor')
    expect(document).toMatchObject({ ok: false, exitCode: 1 })
    expect(document.diagnoses?.at(-1)).toMatchObject({ name: 'interrupted run', verdict: 'problem' })
  })

  it('keeps a plan from being written to a file', async () => {
    const project = await interrupted()
    expect(await project.json('plan', '--out', 'p.json')).toMatchObject({
      exitCode: 3,
      error: { code: 'RUN_UNFINISHED' },
    })
    expect(existsSync(join(project.folder, 'p.json'))).toBe(false)
  })

  it('is taken back where it cannot be finished, with the reason', async () => {
    const project = await interrupted()
    project.migrations('ontology', { '002_tags': table('other') })
    const { exitCode, out } = await project.run('recover')
    expect(exitCode).toBe(0)
    expect(out).toMatch(
      /it was taken back, .* before it, because ontology cannot go forward: 002_tags was edited since\n/,
    )
    expect(out).toMatch(/^ {2}↶ knowledge_graph {2}taken back: 002_tags$/m)
    expect([objects(project), journals(project)]).toEqual([oldState, []])
  })

  it('tells how rows that were taken back are returned, by a command that works when it is copied', async () => {
    const project = await interrupted()
    const database = new Database(join(project.folder, 'knowledge_graph.db'))
    database.exec('INSERT INTO tags DEFAULT VALUES')
    database.close()
    project.migrations('ontology', { '002_tags': table('other') })
    const { out } = await project.run('recover')
    const [, told = ''] = out.match(/"whimbrel (restore [^"]+)" returns them/) ?? []
    expect(told).toMatch(/ --db knowledge_graph$/)
    await project.run('up')
    expect(await project.run(...told.split(' '))).toMatchObject({ exitCode: 0 })
  })
})

/** Files that reading a database in WAL mode may leave or take away. */
function sidecars(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => /-(wal|shm)$/.test(path)))
}

describe('a run that can neither be finished nor taken back', () => {
  it('refuses what writes, but not the restore that brings the missing file back', async () => {
    const project = await interrupted()
    for (const suffix of ['', '-wal', '-shm']) {
      const path = join(project.folder, `settings.db${suffix}`)
      if (existsSync(path)) renameSync(path, join(project.folder, `moved${suffix}`))
    }
    expect(await project.json('up')).toMatchObject({
      exitCode: 3,
      error: {
        code: 'RUN_UNFINISHED',
        message: expect.stringMatching(/the file of settings \(settings\.db\) is missing/),
      },
    })
    const restored = await project.run('restore', 'latest', '--db', 'settings')
    expect(restored).toMatchObject({
      exitCode: 0,
      err: expect.stringMatching(/! The run over .* the file of settings/),
    })
    expect(await project.run('recover')).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(finishedLines),
    })
    expect(objects(project)).toEqual(newState)
  })

  it('is forgotten by recover --forget, which somebody has to agree to', async () => {
    const project = await interrupted()
    expect(await project.json('recover', '--forget')).toMatchObject({
      exitCode: 5,
      error: {
        code: 'CONSENT_REQUIRED',
        message: expect.stringMatching(/some may be at the new state, and others at the old one$/),
      },
    })
    expect(journals(project)).toHaveLength(3)
    const { exitCode, out } = await project.run('recover', '--forget', '--yes')
    const [run, forgotten, ...rest] = out.trimEnd().split('\n')
    expect({ exitCode, run, forgotten, rest }).toEqual({
      exitCode: 0,
      run: expect.stringMatching(/^ {2}! The run of .* is not finished/),
      forgotten:
        'Forgotten: what was written down beside 3 databases is removed, and every database is left as it is.',
      rest: [],
    })
    expect(journals(project)).toEqual([])
    expect(objects(project)).toEqual([['notes'], ['notes', 'tags'], ['notes']])
  })
})

describe('a commit that fails after the decision', () => {
  it('says that the run is decided, and the next command finishes it as soon as it can', async () => {
    const project = await ready()
    const entry = { pragmas: { journal_mode: 'DELETE' } }
    const entries = names.map((name) => [name, { url: `${name}.db`, migrations: name, ...entry }])
    project.manifest({ databases: Object.fromEntries(entries) })
    // In this mode somebody who reads keeps others from committing, and not from writing.
    const reader = new Database(join(project.folder, 'ontology.db'))
    onTestFinished(() => void reader.close())
    reader.pragma('journal_mode = DELETE')
    reader.exec('BEGIN; SELECT * FROM notes')
    reader.prepare('SELECT * FROM notes').all()
    const { exitCode, out, err } = await project.run('up', '--busy-timeout', '20ms')
    expect(exitCode).toBe(4)
    expect(out.split('\n').at(-2)).toBe(
      'The run is decided: settings and knowledge_graph are at the new state, and the next command brings ontology there.',
    )
    expect(err).toMatch(
      /^error: ontology: .*; the run is decided, and its other databases are at the new state\n/,
    )
    expect(err).toMatch(
      /\n {2}next: Correct what .*, then run the command again: it finishes this run first\n$/,
    )
    const again = await project.json('up', '--busy-timeout', '20ms')
    expect(again).toMatchObject({
      exitCode: 4,
      error: {
        code: 'DATABASE_BUSY',
        message: expect.stringMatching(/^The run over .* is not finished, and could not be finished now: /),
      },
    })
    reader.exec('COMMIT')
    expect((await project.json('up')).recovered).toMatchObject([{ outcome: 'finished' }])
    expect(objects(project)).toEqual(newState)
  })
})

describe('recover', () => {
  it('tells of a run that it has finished also where another one is stuck', async () => {
    const project = new Project({ a: first, b: first, c: first, d: first })
    await project.run('up')
    for (const name of ['b', 'c', 'd']) project.migrations(name, second)
    project.migrations('a', { '002_tags': migration('CREATE TABLE tags (id);') })
    for (const [one, other] of [
      ['a', 'b'],
      ['c', 'd'],
    ] as const) {
      const manifest = `${one}.json`
      const entries = [one, other].map((name) => [name, { url: `${name}.db`, migrations: name }])
      project.write(manifest, JSON.stringify({ databases: Object.fromEntries(entries) }))
      const argv = ['up', '--manifest', manifest]
      expect(await commands.kill(project.folder, `${one}: kept: `, argv)).toBe('SIGKILL')
    }
    project.migrations('b', { '002_tags': table('other') })
    const { exitCode, err } = await project.run('recover')
    expect(exitCode).toBe(3)
    expect(err).toMatch(/^The run of \S+ over c and d, .* it is finished now, and all of them are at the new/)
    expect(err).toMatch(
      /\nerror: The run over a, b .* cannot be finished: b cannot go forward: .* a cannot be taken/,
    )
  })

  it('forgets a run for a person who types the word, and for no other answer', async () => {
    const project = await interrupted()
    const answered = async (answer: string | undefined) => {
      let question = ''
      const exitCode = await runCommand(['recover', '--forget'], {
        out: () => undefined,
        err: () => undefined,
        interactive: true,
        columns: 80,
        color: false,
        env: {},
        cwd: project.folder,
        signal: { aborted: false },
        ask: async (asked) => {
          question = asked
          return answer
        },
      })
      return { exitCode, question, journals: journals(project).length }
    }
    for (const answer of [undefined, '', 'yes', 'settings'])
      expect(await answered(answer)).toMatchObject({ exitCode: 5, journals: 3 })
    expect(await answered('forget')).toMatchObject({
      exitCode: 0,
      journals: 0,
      question: expect.stringMatching(/^The run of .*\.\nForgetting it .*\.\nType forget to go on: $/),
    })
  })

  it('says that there is nothing to do, also where there is no database', async () => {
    const project = new Project({ settings: first, ontology: first })
    const before = project.snapshot()
    for (const argv of [['recover'], ['recover', '--forget'], ['recover', '--forget', '--yes']]) {
      expect(await project.run(...argv)).toEqual({
        exitCode: 0,
        out: 'No run over these databases was interrupted: there is nothing to recover.\n',
        err: '',
      })
    }
    expect(await project.json('recover')).toEqual({
      ok: true,
      command: 'recover',
      exitCode: 0,
      databases: [],
    })
    expect(project.snapshot()).toEqual(before)
  })
})

describe('a journal that is damaged', () => {
  it('is told by what looks, hides nothing, and refuses what writes until it is forgotten', async () => {
    const project = await interrupted()
    project.write('settings.db.run', '{ "whimbrelRun": 1')
    for (const [command, exitCode] of [
      ['status', 0],
      ['validate', 3],
      ['plan', 0],
    ] as const) {
      const document: Output = await project.json(command)
      expect(document).toMatchObject({ exitCode, findings: [{ code: 'RUN_JOURNAL_INVALID' }] })
      expect(document.databases).toHaveLength(3)
    }
    expect((await project.run('status')).out).toMatch(/^ {2}! The run journal beside settings\.db is damaged/)
    await expectRefusal(project, ['up'], {
      code: 'RUN_JOURNAL_INVALID',
      exitCode: 3,
      hint: /recover --forget/,
    })
    await expectRefusal(project, ['recover'], { code: 'RUN_JOURNAL_INVALID', exitCode: 3 })
    expect(await project.run('backup')).toMatchObject({
      exitCode: 0,
      err: expect.stringMatching(/! The run journal beside/),
    })
    expect((await project.run('recover', '--forget', '--yes')).exitCode).toBe(0)
    expect((await project.run('up')).exitCode).toBe(0)
    expect(objects(project)).toEqual(newState)
  })
})

describe('a run that is going on', () => {
  it('is told by status, waited for by recover, and not to be forgotten', async () => {
    const project = await ready()
    const child = commands.start(project.folder, 'SIGSTOP', firstCommitted, ['up'])
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = new Promise((resolve) => child.once('exit', resolve))
    let told = ''
    await new Promise<void>((resolve) => {
      child.stderr?.on('data', (text) => {
        told += text
        if (told.includes(firstCommitted)) resolve()
      })
    })
    expect((await project.json('status')).findings).toMatchObject([
      { code: 'RUN_UNFINISHED', message: expect.stringMatching(/or is going on at this moment$/) },
    ])
    for (const argv of [['recover'], ['recover', '--forget', '--yes'], ['up']]) {
      expect(await project.json(...argv, '--lock-timeout', '0ms')).toMatchObject({
        exitCode: 4,
        error: { code: 'LOCK_TIMEOUT' },
      })
    }
    child.kill('SIGCONT')
    expect(await ended).toBe(0)
    expect([objects(project), journals(project)]).toEqual([newState, []])
    expect((await project.json('recover')).recovered).toBeUndefined()
  })
})

describe('migrations with rows', () => {
  it('are recovered without asking again for what was agreed to', async () => {
    const project = await ready()
    project.migrations('settings', { '003_drop': migration('DROP TABLE notes;') })
    project.exec('settings', 'INSERT INTO notes VALUES (1)')
    const argv = ['up', '--allow-data-loss']
    expect(await commands.kill(project.folder, decided, argv)).toBe('SIGKILL')
    expect(await project.run('recover')).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(finishedLines),
    })
    expect(project.objects('settings')).toEqual(['tags'])
    expect((await project.json('backups', '--db', 'settings')).databases[0]).toMatchObject({
      backups: [{ reason: 'automatic' }, { reason: 'automatic' }],
    })
  })
})
