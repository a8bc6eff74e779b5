import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { type Document, documentOf, Project, rowsOf, run, stateOf, whimbrel } from './command-line.ts'
import { migration } from './fixture.ts'

/** Points at which each system call is made to fail; IO_POINTS=1000 tries all of them. */
const points = Number(process.env.IO_POINTS ?? 4)
const calls = ['fsync,fdatasync', 'pwrite64', 'pread64', 'ftruncate', 'unlink'] as const
const suffixes = ['', '-wal', '-shm', '-journal']

const make = (table: string) =>
  migration(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY, a TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO ${table} (a) SELECT hex(randomblob(50)) FROM n;`)
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

  /** Runs `up` while every call is noted, and the named one fails the k-th time. */
  async tamper(
    traced: string,
    fault?: { call: string; k: number },
  ): Promise<{ document: Document; trace: string }> {
    this.restore()
    const paths = suffixes.flatMap((suffix) => ['-P', this.path + suffix])
    const inject = fault === undefined ? [] : ['-e', `inject=${fault.call}:error=EIO:when=${fault.k}`]
    const strace = ['strace', '-f', '-qq', '-o', this.#trace, ...paths, '-e', `trace=${traced}`, ...inject]
    const ended = await run([...strace, ...whimbrel('up', '--json')], { cwd: this.folder })
    return {
      document: documentOf(ended),
      trace: existsSync(this.#trace) ? readFileSync(this.#trace, 'utf8') : '',
    }
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

async function needsStrace({ skip }: TestContext): Promise<void> {
  const tried = await run(['strace', '-f', '-qq', '-e', 'inject=fsync:error=EIO', 'true']).catch(
    (error: Error) => error,
  )
  if (tried instanceof Error) skip(`strace cannot be run: ${tried.message}`)
  else if (tried.exitCode !== 0) skip(`strace may not be used here: ${tried.stderr}`)
}

/** A few numbers from 1 to `last`, evenly spread, with both ends. */
function spread(last: number): readonly number[] {
  if (last <= points) return Array.from({ length: last }, (_, index) => index + 1)
  return Array.from({ length: points }, (_, index) => 1 + Math.round((index * (last - 1)) / (points - 1)))
}

describe.each(['WAL', 'DELETE'])('an input or output error, journal %s', (journal) => {
  it.for(calls)('in %s ends with what the message says, and the next run finishes', async (call, context) => {
    await needsStrace(context)
    const project = new Tampered({ '001_one': make('one') }, { pragmas: { journal_mode: journal } })
    await project.prepare()
    const undisturbed = await project.tamper(call)
    expect(undisturbed.document.exitCode).toBe(0)
    let injected = 0
    // A call that is not made cannot fail: this journal mode truncates nothing.
    const made = undisturbed.trace.split('\n').length - 1
    for (const k of spread(made)) {
      const { document, trace } = await project.tamper(call, { call, k })
      if (/INJECTED/.test(trace)) injected += 1
      expectHonest(document, project.path)
      expect(await project.run('up')).toMatchObject({ exitCode: 0 })
      expect(project.state()).toEqual(after)
      expect(rowsOf(project.path, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
      expect(project.rows('SELECT count(*) AS n FROM two UNION ALL SELECT count(*) FROM three')).toEqual([
        { n: 200 },
        { n: 200 },
      ])
    }
    expect(injected > 0).toBe(made > 0)
  })
})
