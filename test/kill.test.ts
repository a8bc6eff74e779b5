import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type KillMoment, type KillReport, killRepeatedly } from '@whimbrel/testing'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { cleanEnv, Project, rowsOf, script, stateOf, until, whimbrel } from './command-line.ts'
import { migration, temporaryFolder } from './fixture.ts'

/**
 * Few moments in each mode, because apps/torture goes through all of them. More rounds find rarer ones: KILL_ROUNDS=500.
 * The seed of a failure is in its message.
 */
const rounds = Number(process.env.KILL_ROUNDS ?? 2)
const seed = Number(process.env.KILL_SEED ?? 1)
const timeout = 30_000 + rounds * 2_000
const count = 24
const rows = 200
const numbers = Array.from({ length: count }, (_, index) => index + 1)
const idOf = (number: number) => `${String(number).padStart(3, '0')}_t${number}`

/** Each migration makes a table, fills it and adds an index, so that a kill can hit between them. */
const migrations = Object.fromEntries(
  numbers.map((number) => {
    const table = `t${number}`
    const fill =
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) ` +
      `INSERT INTO ${table} (a) SELECT hex(randomblob(30)) FROM n;`
    const up = `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, a TEXT);\n${fill}\nCREATE INDEX ${table}_a ON ${table} (a);`
    return [idOf(number), migration(up, `DROP TABLE ${table};`)]
  }),
)

/** Everything that may stand beside a database. */
const suffixes = ['', '-wal', '-shm', '-journal', '.lock', '.lock-journal']

interface Mode {
  readonly journal: 'WAL' | 'DELETE'
  readonly transaction: 'batch' | 'each'
}

/** A project that is killed, and a folder in which to look at what is left of it. */
class Victim extends Project {
  readonly #aside = temporaryFolder()

  constructor({ journal, transaction }: Mode) {
    super(migrations, { transaction, pragmas: { journal_mode: journal } })
  }

  removeDatabase(): void {
    for (const suffix of suffixes) rmSync(this.path + suffix, { force: true })
  }

  /** The database as the kill left it, recovered apart: the next command has to find the original untouched. */
  #recovered(): string {
    const copy = join(this.#aside, 'copy.db')
    for (const suffix of suffixes) rmSync(copy + suffix, { force: true })
    for (const suffix of ['', '-wal', '-journal']) {
      if (existsSync(this.path + suffix)) copyFileSync(this.path + suffix, copy + suffix)
    }
    return copy
  }

  /** Table n exists, with all that it should hold, exactly if record n exists. Returns how many do. */
  expectAgreement(): number {
    const copy = this.#recovered()
    if (!existsSync(copy)) return 0
    const { applied, tables } = stateOf(copy)
    expect(tables.map(tableNumber).sort(byNumber).map(idOf)).toEqual(applied)
    const database = new Database(copy)
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    const indexes = database.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 't%_a'").pluck().all()
    expect(indexes.length).toBe(tables.length)
    for (const table of tables) {
      expect(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(rows)
    }
    database.close()
    return applied.length
  }

  async expectStatus(applied: number): Promise<void> {
    const before = this.files()
    const { exitCode, databases } = await this.json('status')
    expect(exitCode).toBe(0)
    // A database that was put back by hand says so.
    const findings = databases[0]?.findings.filter(({ code }) => code !== 'COPIED')
    expect(findings).toEqual([])
    expect([databases[0]?.applied.length, databases[0]?.pending.length]).toEqual([applied, count - applied])
    expect(this.files()).toEqual(before)
  }

  /** What a kill left beside the file says where it hit. */
  leftover(done: number): string {
    const open = ['-wal', '-journal'].some(
      (suffix) => (statSync(this.path + suffix, { throwIfNoEntry: false })?.size ?? 0) > 0,
    )
    const part = done === 0 ? 'none' : done === count ? 'all' : 'some'
    return `${part} done${open ? ', open journal' : ''}`
  }

  kill(options: { command: readonly string[]; reset: () => void; finished: number }): Promise<KillReport> {
    return killRepeatedly({
      command: whimbrel(...options.command, '--lock-timeout', '0ms'),
      cwd: this.folder,
      env: cleanEnv,
      rounds,
      seed,
      begun: () => existsSync(`${this.path}.lock`),
      reset: options.reset,
      check: async ({ phase, round }: KillMoment) => {
        const seen = this.expectAgreement()
        if (phase !== 'killed') return void expect(seen).toBe(options.finished)
        const word = this.leftover(seen)
        if (round % 2 === 0) await this.expectStatus(seen)
        return word
      },
    })
  }
}

function tableNumber(name: string): number {
  return Number(name.slice(1))
}

function byNumber(a: number, b: number): number {
  return a - b
}

function tell(what: string, { killed, rounds, undisturbed, seen }: KillReport): void {
  const figures = Object.entries(seen).map(([word, times]) => `${times} × ${word}`)
  const { startMs, workMs } = undisturbed
  const times = `start ${Math.round(startMs)} ms, work ${Math.round(workMs)} ms`
  if (process.env.KILL_ROUNDS !== undefined) {
    process.stdout.write(`${what}: killed ${killed} of ${rounds} (${times}): ${figures.join(', ')}\n`)
  }
}

const modes: Mode[] = (['WAL', 'DELETE'] as const).flatMap((journal) =>
  (['batch', 'each'] as const).map((transaction) => ({ journal, transaction })),
)

describe.each(modes)('kill -9 in mode $transaction with journal $journal', (mode) => {
  const what = `${mode.transaction} ${mode.journal}`

  it('leaves change and record of every migration, or neither, and the next up finishes', {
    timeout,
  }, async () => {
    const victim = new Victim(mode)
    const reset = () => victim.removeDatabase()
    const report = await victim.kill({ command: ['up'], reset, finished: count })
    tell(`up ${what}`, report)
    expect(report.killed).toBeGreaterThan(0)
  })

  it('leaves a rollback done or not done, and the next down finishes', { timeout }, async () => {
    const victim = new Victim(mode)
    expect(await victim.run('up')).toMatchObject({ exitCode: 0 })
    const full = join(temporaryFolder(), 'full.db')
    copyFileSync(victim.path, full)
    const reset = () => {
      victim.removeDatabase()
      copyFileSync(full, victim.path)
    }
    const report = await victim.kill({ command: ['down', '--all', '--allow-data-loss'], reset, finished: 0 })
    tell(`down ${what}`, report)
    expect(report.killed).toBeGreaterThan(0)
  })
})

describe('a runner that writes its record after the commit', () => {
  const runner = script(`
    const db = new Database(process.argv[1])
    db.exec('CREATE TABLE IF NOT EXISTS record (number INTEGER PRIMARY KEY)')
    for (let number = 1; number <= 10; number += 1) {
      if (db.prepare('SELECT 1 FROM record WHERE number = ?').get(number)) continue
      db.exec('BEGIN; CREATE TABLE IF NOT EXISTS t' + number + ' (id INTEGER); COMMIT')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
      db.exec('INSERT INTO record VALUES (' + number + ')')
    }`)

  it('is caught by the same harness', async () => {
    const path = join(temporaryFolder(), 'app.db')
    const killing = killRepeatedly({
      command: [...runner, path],
      env: cleanEnv,
      rounds: 20,
      seed,
      begun: () => existsSync(path),
      reset: () => rmSync(path, { force: true }),
      check: () => {
        if (!existsSync(path)) return
        const made = rowsOf(path, "SELECT name FROM sqlite_schema WHERE name LIKE 't%'").length
        const recorded = rowsOf(path, "SELECT 1 FROM sqlite_schema WHERE name = 'record'").length
        expect(made).toBe(recorded === 0 ? 0 : rowsOf(path, 'SELECT * FROM record').length)
      },
    })
    const disagreement =
      /Killed about \d+ ms (?:before|after) the work began \(round \d+ of 20, seed \d+\): expected \d+ to be /
    await expect(killing).rejects.toThrow(disagreement)
  })
})

describe('kill -9 inside a migration outside a transaction', () => {
  const endless =
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000000000) SELECT count(*) FROM n;'

  it('leaves it in doubt: status says so, and the next up refuses with what to do', async () => {
    const project = new Project({
      '001_a': migration('CREATE TABLE a (id INTEGER);'),
      '002_alone': migration(`CREATE TABLE b (id INTEGER);\n${endless}`, '', '-- Transaction: none'),
      '003_c': migration('CREATE TABLE c (id INTEGER);'),
    })
    const running = project.start('up')
    await until('the first statement to be recorded', () => progressOf(project.path, '002_alone') === 1)
    running.kill('SIGKILL')
    expect(await running.ended).toMatchObject({ signal: 'SIGKILL' })

    const status = await project.json('status')
    expect(status).toMatchObject({ exitCode: 0, databases: [{ findings: [{ code: 'IN_DOUBT' }] }] })
    const [finding] = status.databases[0]?.findings ?? []
    expect(finding?.message).toMatch(/^002_alone is in doubt.*(1 of its statements did)/)
    expect(await project.run('status')).toMatchObject({
      stdout: expect.stringContaining('002_alone is in doubt'),
    })

    const next = await project.run('up', '--lock-timeout', '0ms')
    expect(next.exitCode).toBe(3)
    expect(next.stderr).toMatch(/error: .*002_alone is in doubt/)
    expect(next.stderr).toContain('next: ')
    for (const word of ['retry 002_alone', 'mark 002_alone applied', 'mark 002_alone pending'])
      expect(next.stderr).toContain(word)
    expect(await project.json('up')).toMatchObject({
      exitCode: 3,
      databases: [{ error: { code: 'IN_DOUBT' } }],
    })
    expect(project.state()).toEqual({ applied: ['001_a'], tables: ['a', 'b'] })
  })

  it('is not counted among what is applied', async () => {
    const project = new Project({
      '001_a': migration('CREATE TABLE a (id INTEGER);'),
      '002_alone': migration(`CREATE TABLE b (id INTEGER);\n${endless}`, '', '-- Transaction: none'),
    })
    const running = project.start('up')
    await until('the first statement to be recorded', () => progressOf(project.path, '002_alone') === 1)
    running.kill('SIGKILL')
    await running.ended
    const [database] = (await project.json('status')).databases
    expect(database?.applied.map(({ id }) => id)).toEqual(['001_a'])
    expect(database?.current).toBe('001_a')
    expect((await project.run('status')).stdout).not.toMatch(/✓ 002_alone/)
  })

  it('counts the statements that have run, none too many and none too few', {
    timeout,
  }, async () => {
    const statements = numbers.map((number) => `CREATE TABLE t${number} (id INTEGER);`).join('\n')
    const project = new Project({ '001_alone': migration(statements, '', '-- Transaction: none') })
    const report = await killRepeatedly({
      command: whimbrel('up', '--lock-timeout', '0ms'),
      cwd: project.folder,
      env: cleanEnv,
      // Enough that one of them is between two statements.
      rounds: rounds + 4,
      seed,
      // In doubt it must not go on by itself.
      exitCodes: [0, 3],
      begun: () => existsSync(`${project.path}.lock`),
      reset: () => {
        for (const suffix of suffixes) rmSync(project.path + suffix, { force: true })
      },
      check: ({ phase, ended }: KillMoment) => {
        const { tables, applied } = project.state()
        const progress = progressOf(project.path, '001_alone')
        if (progress !== undefined) expect(tables.length).toBe(progress)
        else expect(tables.length).toBe(applied.length === 0 ? 0 : count)
        if (phase === 'killed') return progress === undefined ? `${applied.length} applied` : 'in doubt'
        return void expect(ended.exitCode).toBe(progress === undefined ? 0 : 3)
      },
    })
    tell('up alone', report)
    expect(report.seen['in doubt']).toBeGreaterThan(0)
  })
})

/** Statements of a migration that are recorded as finished, undefined where it is not in doubt. */
function progressOf(path: string, id: string): number | undefined {
  if (!existsSync(path)) return undefined
  try {
    const sql = `SELECT progress FROM schema_migrations WHERE id = '${id}' AND state = 'in-doubt'`
    return rowsOf<{ progress: number }>(path, sql)[0]?.progress
  } catch (error) {
    if (/no such table|locked/.test(String(error))) return undefined
    throw error
  }
}
