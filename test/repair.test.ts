import { existsSync, rmSync } from 'node:fs'
import { type KillMoment, killRepeatedly } from '@whimbrel/testing'
import { describe, expect, it, type TestContext } from 'vitest'
import { cleanEnv, Project, run, until, whimbrel } from './command-line.ts'
import { migration } from './fixture.ts'
import { countCalls, needsStrace } from './strace.ts'

/** Few, because apps/torture goes through all of them. More find rarer moments: KILL_ROUNDS=500, IO_POINTS=1000. */
const rounds = Number(process.env.KILL_ROUNDS ?? 2)
const points = Number(process.env.IO_POINTS ?? 2)
const seed = Number(process.env.KILL_SEED ?? 1)
const timeout = 30_000 + rounds * 2_000 + points * 2_000

const none = '-- Transaction: none'
const plus = 'UPDATE counter SET n = n + 1;'
const counter = migration('CREATE TABLE counter (n INTEGER);\nINSERT INTO counter VALUES (0);')
const endless =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000000000) SELECT count(*) FROM n;'

class Patient extends Project {
  get n(): number | undefined {
    return this.rows<{ n: number }>('SELECT n FROM counter')[0]?.n
  }

  /** Statements that have finished, undefined where nothing is in doubt. */
  get progress(): number | undefined {
    if (!existsSync(this.path)) return undefined
    try {
      const sql = "SELECT progress FROM schema_migrations WHERE state = 'in-doubt'"
      return this.rows<{ progress: number }>(sql)[0]?.progress
    } catch (error) {
      if (/no such table|locked/.test(String(error))) return undefined
      throw error
    }
  }

  /** Everything in the tracking tables and the counter. */
  everything(): unknown {
    const tables = ['schema_migrations', 'schema_migrations_history', 'counter']
    return tables.map((table) => this.rows(`SELECT * FROM ${table}`))
  }
}

/** A migration that was killed in its third statement, and one that is still pending. */
async function killed(): Promise<Patient> {
  const project = new Patient({
    '001_counter': counter,
    '002_alone': migration(`${plus}\n${plus}\n${endless}\n${plus}`, 'SELECT 1;', none),
    '003_later': migration('CREATE TABLE later (id INTEGER);'),
  })
  const running = project.start('up')
  await until('two statements to be counted', () => project.progress === 2)
  running.kill('SIGKILL')
  await running.ended
  return project
}

describe('after kill -9 inside a migration outside a transaction', () => {
  it('status says which one is in doubt, and names three ways out with what each does', async () => {
    const project = await killed()
    const { stdout } = await project.run('status')
    expect(stdout).toContain('002_alone is in doubt: its up runs outside a transaction')
    expect(stdout).toContain('(2 of its statements did)')
    expect(stdout).toContain('"whimbrel retry 002_alone" to go on after the last statement that finished')
    expect(stdout).toContain('"whimbrel mark 002_alone applied" if its change is there')
    expect(stdout).toContain('"whimbrel mark 002_alone pending" if its change is not there')
    const [finding] = (await project.json('status')).databases[0]?.findings ?? []
    expect(finding).toMatchObject({ code: 'IN_DOUBT' })
    expect(finding?.hint).toMatch(/whimbrel retry 002_alone.*mark 002_alone applied.*mark 002_alone pending/)

    await expectRefusals(project)
  })

  it('retry runs the rest of it once, and up goes on', async () => {
    const project = await killed()
    project.write({ '002_alone': migration(`${plus}\n${plus}\n${plus}\n${plus}`, 'SELECT 1;', none) })
    const before = project.everything()
    const planned = await project.run('retry', '--dry-run', '--sql')
    expect(planned.stdout.split(plus)).toHaveLength(3)
    expect(project.everything()).toEqual(before)
    expect(await project.json('retry', '2')).toMatchObject({
      exitCode: 0,
      databases: [
        {
          outcome: 'migrated',
          before: '001_counter',
          after: '002_alone',
          steps: [{ id: '002_alone', outcome: 'applied' }],
        },
      ],
    })
    expect(project.n).toBe(4)
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(await project.run('validate')).toMatchObject({ exitCode: 0 })
    expect(project.state().applied).toEqual(['001_counter', '002_alone', '003_later'])
  })

  it('mark applied lets it count as done, prints that, and keeps the reason', async () => {
    const project = await killed()
    const marked = await project.run('mark', '2', 'applied', '--reason', 'looked at it')
    expect(marked).toMatchObject({
      exitCode: 0,
      stdout: 'app: 002_alone was in doubt and counts as applied now\n',
    })
    expect((await project.run('history')).stdout).toMatch(/002_alone +marked applied.*\n +looked at it\n/)
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(project.n).toBe(2)
    expect(project.state().applied).toEqual(['001_counter', '002_alone', '003_later'])
  })

  it('mark pending lets it count as not begun, prints that, and keeps the reason', async () => {
    const project = await killed()
    project.write({ '002_alone': migration(plus, '', none) })
    const marked = await project.run('mark', '2', 'pending', '--reason', 'undone by hand')
    expect(marked).toMatchObject({
      exitCode: 0,
      stdout: 'app: 002_alone was in doubt and counts as pending now\n',
    })
    expect((await project.run('history')).stdout).toMatch(/002_alone +marked pending.*\n +undone by hand\n/)
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(project.n).toBe(3)
  })

  it('a file that is gone keeps none of the three from working', async () => {
    for (const way of [
      ['retry', '2'],
      ['mark', '2', 'applied'],
      ['mark', '2', 'pending'],
    ]) {
      const project = new Patient({
        '001_counter': counter,
        '002_gone': migration(`${plus}\nnonsense;`, '', none),
      })
      expect(await project.run('up')).toMatchObject({ exitCode: 1 })
      rmSync(`${project.folder}/migrations/002_gone.sql`)
      // What is retried is what was begun, which still has its mistake.
      expect(await project.run(...way)).toMatchObject({ exitCode: way[0] === 'retry' ? 1 : 0 })
      expect(project.n).toBe(1)
    }
  })
})

/** Each of the three refuses an id that is unknown, pending or applied, in words of its own, and changes nothing. */
async function expectRefusals(project: Patient): Promise<void> {
  const before = project.everything()
  const cases: [args: string[], exitCode: number, message: string][] = [
    [['retry', '9'], 2, 'There is no migration "9"'],
    [['retry', '1'], 2, '001_counter is applied and not in doubt: there is nothing to retry'],
    [['retry', '3'], 2, '003_later is pending and was not begun: there is nothing to retry'],
    [['mark', '9', 'applied'], 2, 'There is no migration "9"'],
    [['mark', '1', 'pending'], 2, '001_counter is applied and not in doubt: there is nothing to mark'],
    [['mark', '3', 'applied'], 2, '003_later is pending and was not begun: there is nothing to mark'],
    [['accept', '2', '--reason', 'x'], 3, '002_alone is in doubt: nobody knows whether its up finished'],
    [['down'], 3, '002_alone is in doubt'],
  ]
  for (const [args, exitCode, message] of cases) {
    const refused = await project.run(...args)
    expect({ args, exitCode: refused.exitCode }).toEqual({ args, exitCode })
    expect(refused.stderr).toContain(message)
    expect(refused.stderr).toMatch(/^ {2}next: \S/m)
  }
  expect(project.everything()).toEqual(before)
}

describe('a decision about records', () => {
  it('needs its reason, or a database without records, and is refused in words of its own', async () => {
    const project = new Patient({ '001_counter': counter })
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    const before = project.everything()
    for (const args of [
      ['accept', '1'],
      ['accept', '1', '--reason', ' '],
    ]) {
      const { exitCode, stderr } = await project.run(...args)
      expect({ args, exitCode }).toEqual({ args, exitCode: 2 })
      expect(stderr).toMatch(/^error: accept was given no reason\n {2}next: Add --reason /)
    }
    const { exitCode, stderr } = await project.run('baseline', '1', '--reason', 'was there')
    expect(exitCode).toBe(3)
    expect(stderr).toContain(
      '"schema_migrations_history" already records what happened to this database up to 001_counter',
    )
    expect(project.everything()).toEqual(before)
  })

  it('takes an imported checksum, which is reported once, and keeps the old one with the reason', async () => {
    const project = new Patient({ '001_counter': counter })
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    const legacy = "UPDATE schema_migrations SET checksum = 'crc-7', down_checksum = NULL, fingerprint = NULL"
    project.exec(legacy)
    const { exitCode, databases } = await project.json('validate')
    expect({ exitCode, codes: databases[0]?.findings.map(({ code }) => code) }).toEqual({
      exitCode: 3,
      codes: ['CHECKSUM_UNKNOWN'],
    })
    expect(await project.run('accept', '1', '--reason', 'compared')).toMatchObject({ exitCode: 0 })
    expect(await project.run('validate')).toMatchObject({ exitCode: 0 })
    const sql = 'SELECT previous_checksum AS old, reason FROM schema_migrations_history WHERE action = '
    expect(project.rows(`${sql}'accept'`)).toEqual([{ old: 'crc-7', reason: 'compared' }])
  })

  it('keeps the reason of a baseline', async () => {
    const project = new Patient({ '001_counter': counter })
    project.exec('CREATE TABLE counter (n)')
    expect(await project.run('baseline', '1', '--reason', 'was there')).toMatchObject({ exitCode: 0 })
    expect((await project.run('history')).stdout).toMatch(/001_counter +recorded as applied.*\n +was there\n/)
  })
})

describe('a retry where nothing is in doubt', () => {
  it('says so', async () => {
    const project = new Patient({ '001_counter': counter })
    await project.run('up')
    expect(await project.run('retry')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('No migration is in doubt: there is nothing to retry'),
    })
  })
})

const statements = 24
/** Takes some milliseconds, so that a kill can hit it. */
const slowPlus =
  'UPDATE counter SET n = n + (WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 9000) ' +
  'SELECT max(i) FROM c) - 8999;'
const many = migration(`${slowPlus}\n`.repeat(statements), '', none)

describe('a migration outside a transaction that is killed at any moment', () => {
  it('runs every statement exactly once, with the retry', { timeout }, async () => {
    const project = new Patient({ '001_counter': counter, '002_many': many })
    const report = await killRepeatedly({
      command: whimbrel('up', '--lock-timeout', '0ms'),
      cwd: project.folder,
      env: cleanEnv,
      rounds,
      seed,
      begun: () => existsSync(`${project.path}.lock`),
      reset: () => removeDatabase(project),
      check: async ({ phase }: KillMoment) => {
        if (phase !== 'killed') return void expect(project.n).toBe(statements)
        const { progress } = project
        if (progress === undefined) return 'not in doubt'
        expect(project.n).toBe(progress)
        expect(await project.run('retry', '--lock-timeout', '0ms')).toMatchObject({ exitCode: 0 })
        expect(project.n).toBe(statements)
        return 'in doubt'
      },
    })
    // Where a kill hits is chance; at a chosen system call the next tests make sure of it.
    expect(report.killed).toBeGreaterThan(0)
  })

  it.for([
    ['WAL', 'pwrite64'],
    ['DELETE', 'fdatasync,fsync'],
  ] as const)(
    'does so at a system call that writes, journal %s: %s',
    { timeout },
    async ([journal, call], context: TestContext) => {
      needsStrace(context)
      const pragmas = { journal_mode: journal }
      const few = migration(`${plus}\n${plus}\nVACUUM;\n${plus}`, '', none)
      const project = new Patient({ '001_counter': counter }, { pragmas })
      await project.run('up')
      project.write({ '002_few': few })
      let doubts = 0
      for (const k of inside(await calls(project, call))) {
        await reset(project)
        await traced(project, `${call}:signal=SIGKILL:when=${k}`)
        if (project.progress !== undefined) {
          doubts += 1
          expect(project.n).toBe(project.progress - (project.progress > 2 ? 1 : 0))
          expect(await project.run('retry')).toMatchObject({ exitCode: 0 })
        }
        expect(await project.run('up')).toMatchObject({ exitCode: 0 })
        expect(project.n).toBe(3)
      }
      expect(doubts).toBeGreaterThan(0)
    },
  )
})

/** Numbers from 1 to `last`, evenly spread: few of them are not at the ends, where nothing is in doubt. */
function inside(last: number): readonly number[] {
  const count = Math.min(points, last)
  return Array.from({ length: count }, (_, index) =>
    Math.ceil(((index + 1) * last) / (count + (count < last ? 1 : 0))),
  )
}

const suffixes = ['', '-wal', '-shm', '-journal']

function removeDatabase({ path }: Project): void {
  for (const suffix of suffixes) rmSync(path + suffix, { force: true })
}

async function reset(project: Patient): Promise<void> {
  removeDatabase(project)
  expect(await project.run('up', '--to', '001')).toMatchObject({ exitCode: 0 })
}

/** How often a run that is left alone makes this call on the database. */
async function calls(project: Patient, call: string): Promise<number> {
  await reset(project)
  return countCalls(await traced(project, undefined, call), call)
}

async function traced({ path, folder }: Patient, fault?: string, call = 'none'): Promise<string> {
  const paths = suffixes.flatMap((suffix) => ['-P', path + suffix])
  const what = fault === undefined ? [`trace=${call}`] : [`inject=${fault}`]
  const strace = ['strace', '-f', '-qq', ...paths, ...what.flatMap((expression) => ['-e', expression])]
  return (await run([...strace, ...whimbrel('up', '--quiet')], { cwd: folder })).stderr
}
