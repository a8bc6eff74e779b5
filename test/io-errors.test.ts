import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { EndedProcess } from '@whimbrel/testing'
import { describe, expect, it, type TestContext } from 'vitest'
import { type Document, documentOf, Project, run, stateOf, whimbrel } from './command-line.ts'
import { migration } from './fixture.ts'
import { countCalls, needsStrace, spread } from './strace.ts'

/** Points at which each system call is hit: few, because apps/torture goes through all; IO_POINTS=1000 does so here. */
const points = Number(process.env.IO_POINTS ?? 2)
const calls = ['fsync,fdatasync', 'pwrite64', 'pread64', 'ftruncate', 'unlink'] as const
/** Those that change something: a kill at a read is a kill at the next of these. */
const writing = calls.filter((call) => call !== 'pread64')
const timeout = 30_000 + points * 2_000
const suffixes = ['', '-wal', '-shm', '-journal']

const make = (table: string) =>
  migration(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY, a TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO ${table} (a) SELECT hex(randomblob(50)) FROM n;`)
const before = { applied: ['001_one'], tables: ['one'] }
const after = { applied: ['001_one', '002_two', '003_three'], tables: ['one', 'three', 'two'] }

/** A database whose system calls are counted, and can be made to fail. */
class Tampered extends Project {
  readonly #original = join(this.folder, 'original.db')
  readonly #trace = join(this.folder, 'trace.txt')

  async prepare(): Promise<void> {
    expect(await this.run('up')).toMatchObject({ exitCode: 0 })
    copyFileSync(this.path, this.#original)
    this.write({ '002_two': make('two'), '003_three': make('three') })
  }

  restore(): void {
    for (const suffix of suffixes) rmSync(this.path + suffix, { force: true })
    copyFileSync(this.#original, this.path)
  }

  /** Runs `up` while every call is noted, and the fault is injected. */
  async tamper(traced: string, fault?: string): Promise<{ ended: EndedProcess; trace: string }> {
    this.restore()
    const paths = suffixes.flatMap((suffix) => ['-P', this.path + suffix])
    const inject = fault === undefined ? [] : ['-e', `inject=${fault}`]
    const strace = ['strace', '-f', '-qq', '-o', this.#trace, ...paths, '-e', `trace=${traced}`, ...inject]
    const ended = await run([...strace, ...whimbrel('up', '--json')], { cwd: this.folder })
    return { ended, trace: existsSync(this.#trace) ? readFileSync(this.#trace, 'utf8') : '' }
  }

  /** The calls of a run that is left alone. */
  async undisturbed(): Promise<string> {
    const { ended, trace } = await this.tamper(calls.join(','))
    expect(ended.exitCode).toBe(0)
    return trace
  }

  /** The database as it was left, recovered apart: the next run has to find the original untouched. */
  copied(): string {
    const copy = join(this.folder, 'copy.db')
    for (const suffix of suffixes) {
      rmSync(copy + suffix, { force: true })
      if (suffix !== '-shm' && existsSync(this.path + suffix)) copyFileSync(this.path + suffix, copy + suffix)
    }
    return copy
  }

  /** The next run goes on from there and leaves everything right. */
  async expectFinish(): Promise<void> {
    expect(await this.run('up', '--lock-timeout', '0ms')).toMatchObject({ exitCode: 0 })
    expect(this.state()).toEqual(after)
    expect(this.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    const counts = this.rows('SELECT count(*) AS n FROM two UNION ALL SELECT count(*) FROM three')
    expect(counts).toEqual([{ n: 200 }, { n: 200 }])
  }
}

/** What the command says is what is there: all old, all new, or as far as it says. */
function expectHonest({ exitCode, databases }: Document, path: string): void {
  const [database] = databases
  const state = stateOf(path)
  if (exitCode === 0) return void expect(state).toEqual(after)
  expect(exitCode).toBe(1)
  expect(database?.error?.code).toMatch(/^DATABASE_(IO|UNREACHABLE)$/)
  expect(database?.error?.message).toContain('app.db')
  expect(database?.error?.hint).toMatch(/\S/)
  const said = database?.steps.filter(({ outcome }) => outcome === 'applied').map(({ id }) => id) ?? []
  expect(state.applied).toEqual(['001_one', ...said])
  expect(state.tables).toEqual(state.applied.map((id) => id.slice(4)).sort())
}

describe.each(['WAL', 'DELETE'])('a system call on the database, journal %s', (journal) => {
  /** The same for all tests: a run that is left alone makes the same calls each time. */
  let undisturbed: string | undefined

  const tampered = async (call: string, context: TestContext) => {
    needsStrace(context)
    const project = new Tampered({ '001_one': make('one') }, { pragmas: { journal_mode: journal } })
    await project.prepare()
    undisturbed ??= await project.undisturbed()
    return { project, made: countCalls(undisturbed, call) }
  }

  it.for(calls)(
    'that fails ends with what the message says, and the next run finishes: %s',
    { timeout },
    async (call, context) => {
      // A call that is not made cannot fail: a rollback journal is never truncated here.
      const { project, made } = await tampered(call, context)
      let injected = 0
      for (const k of spread(made, points)) {
        const { ended, trace } = await project.tamper(call, `${call}:error=EIO:when=${k}`)
        if (/INJECTED/.test(trace)) injected += 1
        expectHonest(documentOf(ended), project.path)
        await project.expectFinish()
      }
      expect(injected > 0).toBe(made > 0)
    },
  )

  it.for(writing)(
    'at which the process is killed leaves all or nothing, and the next run finishes: %s',
    { timeout },
    async (call, context) => {
      const { project, made } = await tampered(call, context)
      let killed = 0
      for (const k of spread(made, points)) {
        const { ended } = await project.tamper(call, `${call}:signal=SIGKILL:when=${k}`)
        if (ended.signal === 'SIGKILL') killed += 1
        expect([before, after]).toContainEqual(stateOf(project.copied()))
        await project.expectFinish()
      }
      expect(killed > 0).toBe(made > 0)
    },
  )
})
