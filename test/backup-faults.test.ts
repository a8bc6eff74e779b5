import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseContent } from '@whimbrel/core'
import { Backups } from '@whimbrel/rollback-manager'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { killRepeatedly } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import Database from 'better-sqlite3'
import { describe, expect, it, type TestContext } from 'vitest'
import { cleanEnv, documentOf, Project, run, whimbrel } from './command-line.ts'
import { migration, temporaryFolder } from './fixture.ts'
import { countCalls, needsStrace, spread } from './strace.ts'

/**
 * Few moments of each kind, because apps/torture goes through all of them. More rounds find rarer ones: KILL_ROUNDS=500.
 * The seed of a failure is in its message.
 */
const rounds = Number(process.env.KILL_ROUNDS ?? 2)
const seed = Number(process.env.KILL_SEED ?? 1)
/** Points at which each system call is hit; IO_POINTS=1000 tries all of them. */
const points = Number(process.env.IO_POINTS ?? 2)
const timeout = 40_000 + rounds * 3_000 + points * 3_000
const journals = ['WAL', 'DELETE'] as const
const suffixes = ['', '-wal', '-journal']
const rows = 2000

const birds = migration(`CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
INSERT INTO birds (name) SELECT hex(randomblob(200)) FROM n;`)

/** A database with one backup, and something else in it since. */
class Kept extends Project {
  readonly directory = join(this.folder, 'backups', 'app')
  readonly #aside = temporaryFolder()
  readonly #changed = join(this.#aside, 'changed.db')

  constructor(journal: string) {
    super({ '001_birds': birds }, { pragmas: { journal_mode: journal } })
  }

  async prepare(): Promise<{ readonly backedUp: DatabaseContent; readonly changed: DatabaseContent }> {
    expect(await this.run('up')).toMatchObject({ exitCode: 0 })
    expect(await this.run('backup')).toMatchObject({ exitCode: 0 })
    const backedUp = await contentOf(this.path)
    const database = new Database(this.path)
    database.exec("UPDATE birds SET name = 'changed ' || name WHERE id % 2; CREATE TABLE later (x)")
    database.close()
    copyFileSync(this.path, this.#changed)
    return { backedUp, changed: await contentOf(this.path) }
  }

  /** Puts the changed database back, with nothing beside it. */
  reset(): void {
    for (const suffix of [...suffixes, '-shm', '.restoring']) rmSync(this.path + suffix, { force: true })
    copyFileSync(this.#changed, this.path)
  }

  /** What is in the database as it was left, recovered apart: the next command has to find the original untouched. */
  async content(): Promise<DatabaseContent> {
    const copy = join(this.#aside, 'copy.db')
    for (const suffix of [...suffixes, '-shm']) rmSync(copy + suffix, { force: true })
    for (const suffix of suffixes) {
      if (existsSync(this.path + suffix)) copyFileSync(this.path + suffix, copy + suffix)
    }
    const database = new Database(copy)
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    database.close()
    return contentOf(copy)
  }

  /** Whatever looks like a backup is one. */
  async verifyAll(): Promise<number> {
    const driver = sqliteDriver({ path: this.path })
    const { directory } = this
    const backups = new Backups({ database: 'app', driver, tracker: sqlVersionTracker(), directory })
    const listed = await backups.list()
    for (const backup of listed) {
      expect(backup.state).toBe('complete')
      await backups.verify(backup)
    }
    return listed.length
  }

  leftovers(): readonly string[] {
    return existsSync(this.directory)
      ? readdirSync(this.directory).filter((name) => !/\.backup(\.json)?$/.test(name))
      : []
  }
}

async function contentOf(path: string): Promise<DatabaseContent> {
  const driver = sqliteDriver({ path })
  const session = await driver.session('read')
  try {
    return (await session.inspector?.content()) ?? expect.fail('the driver hashes nothing')
  } finally {
    await driver.close()
  }
}

describe.each(journals)('kill -9, journal %s,', (journal) => {
  it('during a backup leaves nothing that looks like a backup and is none, and the database alone', {
    timeout,
  }, async () => {
    const project = new Kept(journal)
    const { changed } = await project.prepare()
    const before = await project.verifyAll()
    const report = await killRepeatedly({
      command: whimbrel('backup', '--keep', '1000'),
      cwd: project.folder,
      env: cleanEnv,
      rounds,
      seed,
      begun: () => existsSync(`${project.path}.lock`) && project.leftovers().length > 0,
      check: async ({ phase }) => {
        expect(await project.content()).toEqual(changed)
        const count = await project.verifyAll()
        if (phase !== 'killed') expect(project.leftovers()).toEqual([])
        expect(count).toBeGreaterThanOrEqual(before)
      },
    })
    expect(report.killed).toBeGreaterThan(0)
  })

  it('during a restore leaves the old content or the new, never a mix', { timeout }, async () => {
    const project = new Kept(journal)
    const { backedUp, changed } = await project.prepare()
    const report = await killRepeatedly({
      command: whimbrel('restore', 'latest', '--no-backup', '--lock-timeout', '0ms'),
      cwd: project.folder,
      env: cleanEnv,
      rounds,
      seed,
      begun: () => suffixes.slice(1).some((suffix) => sizeOf(project.path + suffix) > 0),
      reset: () => project.reset(),
      check: async ({ phase }) => {
        const content = await project.content()
        if (phase === 'killed') expect([backedUp, changed]).toContainEqual(content)
        else expect(content).toEqual(backedUp)
      },
    })
    expect(report.killed).toBeGreaterThan(0)
  })
})

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

const calls = [
  'pwrite64',
  'fsync,fdatasync',
  ...(process.env.IO_POINTS === undefined ? [] : ['ftruncate', 'unlink']),
]

describe.each(journals)('a restore, journal %s,', (journal) => {
  /** Runs it while the calls on the database are noted, and the fault is injected. */
  const tampered = async (project: Kept, traced: string, fault?: string) => {
    project.reset()
    const trace = join(project.folder, 'trace.txt')
    const paths = [...suffixes, '-shm'].flatMap((suffix) => ['-P', project.path + suffix])
    const inject = fault === undefined ? [] : ['-e', `inject=${fault}`]
    const strace = ['strace', '-f', '-qq', '-o', trace, ...paths, '-e', `trace=${traced}`, ...inject]
    const ended = await run([...strace, ...whimbrel('restore', 'latest', '--no-backup', '--json')], {
      cwd: project.folder,
    })
    return { ended, trace: readFileSync(trace, 'utf8') }
  }
  /** The same for both tests: a restore that is left alone makes the same calls each time. */
  let undisturbed: string | undefined
  const prepared = async (context: TestContext) => {
    needsStrace(context)
    const project = new Kept(journal)
    const contents = await project.prepare()
    undisturbed ??= (await tampered(project, calls.join(','))).trace
    return { project, trace: undisturbed, ...contents }
  }

  it('killed at a system call has happened or has not', {
    timeout,
  }, async (context) => {
    const { project, trace, backedUp, changed } = await prepared(context)
    let killed = 0
    for (const call of calls) {
      for (const k of spread(countCalls(trace, call), points)) {
        const { ended } = await tampered(project, call, `${call}:signal=SIGKILL:when=${k}`)
        if (ended.signal === 'SIGKILL') killed += 1
        expect([backedUp, changed]).toContainEqual(await project.content())
      }
    }
    expect(killed).toBeGreaterThan(0)
  })

  it('says that it is done only where it is, whatever call fails', { timeout }, async (context) => {
    const { project, trace, backedUp, changed } = await prepared(context)
    for (const call of calls) {
      for (const k of spread(countCalls(trace, call), points)) {
        const { ended } = await tampered(project, call, `${call}:error=EIO:when=${k}`)
        const content = await project.content()
        if (documentOf(ended).ok) expect(content).toEqual(backedUp)
        else expect([backedUp, changed]).toContainEqual(content)
      }
    }
  })
})

describe('a backup on a full disk', () => {
  it('is refused, leaves no part of it, and keeps the run from changing anything', { timeout }, async ({
    skip,
  }) => {
    if (process.platform !== 'linux') skip('needs ulimit')
    const project = new Kept('WAL')
    const { changed } = await project.prepare()
    const blocks = Math.floor(statSync(project.path).size / 2048)
    const limited = ['bash', '-c', `ulimit -f ${blocks}; trap '' XFSZ; exec "$@"`, 'bash']
    const ended = await run([...limited, ...whimbrel('backup', '--json')], { cwd: project.folder })
    expect(documentOf(ended)).toMatchObject({
      exitCode: 1,
      databases: [{ error: { code: 'BACKUP_FAILED' } }],
    })
    expect(project.leftovers()).toEqual([])
    expect(await project.content()).toEqual(changed)
    expect(await project.verifyAll()).toBe(1)
  })
})
