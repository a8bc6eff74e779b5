import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EndedProcess, StartedProcess } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { documentOf, Project, until } from './command-line.ts'
import { migration } from './fixture.ts'

const signals = ['SIGINT', 'SIGTERM'] as const
/** 128 and the number of the signal, or that of an interrupt for both. */
const exitCodes = { SIGINT: [130], SIGTERM: [130, 143] }
/** Far less than the statements that are interrupted take, and more than a busy machine needs. */
const soonMs = 6_000

const countTo = (number: number) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${number}) SELECT count(*) FROM n;`
const first = migration('CREATE TABLE first (id INTEGER);', 'DROP TABLE first;')
const quick = migration('CREATE TABLE slow (id INTEGER);')
/** One statement that takes minutes. */
const endless = migration(`CREATE TABLE slow (id INTEGER);\n${countTo(5_000_000_000)}`)

const ids = Array.from({ length: 40 }, (_, index) => `${String(index + 1).padStart(3, '0')}_t${index + 1}`)
/** Slow directions take long enough that an interrupt hits the middle of the run, with many statements to come. */
const files = (slow: 'up' | 'down' | 'none') =>
  Object.fromEntries(
    ids.map((id) => {
      const table = id.slice(4)
      const pause = `\n${countTo(300_000)}\n${countTo(300_000)}`
      const up = `CREATE TABLE ${table} (id INTEGER);${slow === 'up' ? pause : ''}`
      return [id, migration(up, `DROP TABLE ${table};${slow === 'down' ? pause : ''}`)]
    }),
  )

const tableNumber = (name: string) => Number(name.slice(1))

/** Every applied migration has its table and no other has. */
function appliedOf(project: Project): readonly string[] {
  const { applied, tables } = project.state()
  expect(tables.map(tableNumber).sort((a, b) => a - b)).toEqual(applied.map((id) => Number(id.slice(0, 3))))
  return applied
}

/** Pending migrations without their slow statements: nobody wants to wait for what was interrupted. */
function quickened(project: Project): Record<string, string> {
  const applied = new Set(project.state().applied)
  return Object.fromEntries(Object.entries(files('none')).filter(([id]) => !applied.has(id)))
}

/** How a process ended that should be gone soon; fails where it is not. */
async function gone(running: StartedProcess): Promise<EndedProcess> {
  const waiting = new AbortController()
  const late = sleep(soonMs, 'late', { signal: waiting.signal }).catch(() => 'late')
  const ended = await Promise.race([running.ended, late])
  waiting.abort()
  if (typeof ended === 'string') throw new Error(`It is still running ${soonMs} ms after the signal`)
  return ended as EndedProcess
}

/** Starts a run of many migrations and interrupts it in the third one. */
async function interrupted(
  project: Project,
  args: readonly string[],
  signal: NodeJS.Signals,
): Promise<EndedProcess> {
  const running = project.start(...args, '--log-level', 'debug')
  await until('the third migration', () => running.printed().stderr.includes(`(3 of ${ids.length})`))
  running.kill(signal)
  return gone(running)
}

describe.each(signals)('%s between the statements of a run', (signal) => {
  it.each(['batch', 'each'])(
    'undoes the running migration and keeps those before, mode %s',
    async (transaction) => {
      const project = new Project(files('up'), { transaction })
      const ended = await interrupted(project, ['up', '--json'], signal)
      expect(exitCodes[signal]).toContain(ended.exitCode)
      const document = documentOf(ended)
      const [database] = document.databases
      expect(document.exitCode).toBe(ended.exitCode)
      expect(database?.error).toMatchObject({ code: 'INTERRUPTED', hint: expect.stringMatching(/\S/) })
      const outcomes = database?.steps.map(({ outcome }) => outcome) ?? []
      const done = outcomes.indexOf('failed')
      expect(outcomes).toEqual(
        ids.map((_, at) => (at < done ? 'applied' : at === done ? 'failed' : 'not-run')),
      )
      expect(appliedOf(project)).toEqual(ids.slice(0, done))
      expect(database?.after).toBe(ids[done - 1] ?? null)
      expect(database?.error?.message).toContain(ids[done])
      project.write(quickened(project))
      expect(await project.run('up', '--lock-timeout', '0ms')).toMatchObject({ exitCode: 0 })
      expect(appliedOf(project)).toEqual(ids)
    },
  )

  it('tells people which migration was undone and where the database stands', async () => {
    const project = new Project(files('up'))
    const { exitCode, stdout, stderr } = await interrupted(project, ['up'], signal)
    expect(exitCodes[signal]).toContain(exitCode)
    const applied = appliedOf(project)
    const undone = ids[applied.length] as string
    expect(stderr).toMatch(new RegExp(`^error: app: ${undone} was interrupted`, 'm'))
    expect(stderr).toMatch(/^ {2}next: Run the same command again/m)
    expect(stdout).toContain(applied.length === 0 ? 'nothing is applied' : `now at ${applied.at(-1)}`)
    expect(stdout).toMatch(new RegExp(`✗ ${undone}`))
    expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m)
  })

  it('undoes everything where all or nothing was asked for', async () => {
    const project = new Project(files('up'), { transaction: 'all' })
    const ended = await interrupted(project, ['up', '--json'], signal)
    expect(exitCodes[signal]).toContain(ended.exitCode)
    expect(documentOf(ended).databases).toMatchObject([{ outcome: 'undone', after: null }])
    expect(appliedOf(project)).toEqual([])
  })

  it('keeps what was rolled back, and puts the running one back', async () => {
    const project = new Project(files('down'))
    await project.run('up')
    const ended = await interrupted(project, ['down', '--all', '--json'], signal)
    expect(exitCodes[signal]).toContain(ended.exitCode)
    const [database] = documentOf(ended).databases
    const reverted = database?.steps.filter(({ outcome }) => outcome === 'reverted').map(({ id }) => id) ?? []
    expect(appliedOf(project)).toEqual(ids.filter((id) => !reverted.includes(id)))
    expect(database?.after).toBe(appliedOf(project).at(-1) ?? null)
    const left = appliedOf(project).length
    expect(await project.run('down', '--lock-timeout', '0ms')).toMatchObject({ exitCode: 0 })
    expect(appliedOf(project).length).toBe(left - 1)
  })
})

/** A database with one migration, where the second one runs a statement that takes minutes. */
async function inLongStatement({
  header = '',
  args = [],
}: {
  header?: string
  args?: readonly string[]
} = {}) {
  const project = new Project({ '001_first': first })
  expect(await project.run('up')).toMatchObject({ exitCode: 0 })
  project.write({ '002_slow': `${header}\n${endless}` })
  const running = project.start('up', '--log-level', 'debug', ...args)
  await until('the long statement', () => running.printed().stderr.includes('002_slow: statement 2 of 2'))
  return { project, running }
}

/** How a process ended that was asked twice: the first request is given some time, the second one is not. */
async function goneAtOnce(running: StartedProcess, signal: NodeJS.Signals): Promise<EndedProcess> {
  running.kill(signal)
  await sleep(100)
  running.kill(signal)
  return gone(running)
}

/** What a shell sees: 128 and the number of the signal for a process that a signal ended. */
function shellCode({ exitCode, signal }: EndedProcess): number {
  return exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal])
}

describe.each(signals)('%s during a long statement', (signal) => {
  it('ends the process soon: the running migration is undone, the others stay, the lock is free', async () => {
    const { project, running } = await inLongStatement()
    running.kill(signal)
    const ended = await gone(running)
    expect(exitCodes[signal]).toContain(shellCode(ended))
    expect(ended.stderr).toMatch(/^error: .*002_slow was interrupted/m)
    expect(ended.stderr).toMatch(/^ {2}next: \S/m)
    expect(ended.stderr).not.toMatch(/^\s+at /m)
    expect(project.state()).toEqual({ applied: ['001_first'], tables: ['first'] })
    project.write({ '002_slow': quick })
    expect(await project.run('up', '--lock-timeout', '0ms')).toMatchObject({ exitCode: 0 })
    expect(project.state()).toEqual({ applied: ['001_first', '002_slow'], tables: ['first', 'slow'] })
  })

  it('ends it at once when it comes twice, and the database is as it was', async () => {
    const { project, running } = await inLongStatement()
    expect(exitCodes[signal]).toContain(shellCode(await goneAtOnce(running, signal)))
    expect(project.state()).toEqual({ applied: ['001_first'], tables: ['first'] })
    project.write({ '002_slow': quick })
    expect(await project.run('up', '--lock-timeout', '0ms')).toMatchObject({ exitCode: 0 })
  })

  it('leaves a migration outside a transaction in doubt', async () => {
    const { project, running } = await inLongStatement({ header: '-- Transaction: none' })
    running.kill(signal)
    expect(exitCodes[signal]).toContain(shellCode(await gone(running)))
    expect(await project.json('status')).toMatchObject({ databases: [{ findings: [{ code: 'IN_DOUBT' }] }] })
    expect(await project.run('up', '--lock-timeout', '0ms')).toMatchObject({ exitCode: 3 })
  })
})

describe('what is said of an interrupt during a long statement', () => {
  it('names the migration that was running', async () => {
    const { running } = await inLongStatement()
    expect((await goneAtOnce(running, 'SIGINT')).stderr).toContain('002_slow was interrupted')
  })

  it('does not call a migration undone that runs outside a transaction', async () => {
    const { running } = await inLongStatement({ header: '-- Transaction: none' })
    const { stderr } = await goneAtOnce(running, 'SIGINT')
    expect(stderr).not.toMatch(/undo/)
    expect(stderr).toMatch(/002_slow .*in doubt/)
  })

  it('is one JSON document where that was asked for', async () => {
    const { running } = await inLongStatement({ args: ['--json'] })
    const document = documentOf(await goneAtOnce(running, 'SIGINT'))
    expect(document).toMatchObject({ ok: false, exitCode: 130 })
    expect(document.databases[0]?.error ?? document.error).toMatchObject({ code: 'INTERRUPTED' })
  })
})

describe.each(signals)('%s while somebody else has the lock', (signal) => {
  it('ends the waiting, changes nothing and leaves the holder alone', async () => {
    const { project, running } = await inLongStatement()
    const waiting = project.start('up', '--lock-timeout', '10m')
    await until('somebody to wait', () => waiting.printed().stderr.includes('waiting for the lock'))
    waiting.kill(signal)
    const { exitCode, stderr } = await gone(waiting)
    expect(exitCodes[signal]).toContain(exitCode)
    expect(stderr).toMatch(/error: .*waiting for the lock of app\.db: nothing was changed/)
    expect(running.isRunning()).toBe(true)
  })
})

describe('an interrupt when nothing runs', () => {
  it.each(signals)('%s while the command starts leaves no database behind', async (signal) => {
    const project = new Project({ '001_first': first })
    const starting = project.start('up')
    await sleep(20)
    starting.kill(signal)
    await gone(starting)
    const { applied, tables } = project.state()
    expect(tables).toEqual(applied.map(() => 'first'))
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
  })
})
