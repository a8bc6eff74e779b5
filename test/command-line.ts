import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type EndedProcess, type ProcessOptions, type StartedProcess, startProcess } from '@whimbrel/testing'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { runInProcess } from '../packages/cli/test/in-process.ts'
import { temporaryFolder } from './fixture.ts'

/** The command as it is installed; WHIMBREL_BIN names another build of it. */
const bin =
  process.env.WHIMBREL_BIN ?? fileURLToPath(new URL('../packages/cli/bin/whimbrel.cjs', import.meta.url))
const bundle = join(dirname(bin), '..', 'dist', 'whimbrel.cjs')
const betterSqlite3 = createRequire(import.meta.url).resolve('better-sqlite3')

/** Nothing of the environment of the tests reaches the command, except where to find programs. */
export const cleanEnv: NonNullable<ProcessOptions['env']> = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  NO_COLOR: '1',
}

/** The words that start the built command. Throws where there is none. */
export function whimbrel(...args: readonly string[]): readonly string[] {
  if (!existsSync(bundle)) throw new Error(`${bundle} does not exist: run "pnpm build" before the tests`)
  return [process.execPath, bin, ...args]
}

/** Starts any program; it does not outlive the test. */
export function start(command: readonly string[], options: ProcessOptions = {}): StartedProcess {
  const running = startProcess(command, { env: cleanEnv, ...options })
  onTestFinished(async () => {
    running.kill('SIGKILL')
    await running.ended.catch(() => undefined)
  })
  return running
}

/** Runs any program to its end. */
export function run(command: readonly string[], options: ProcessOptions = {}): Promise<EndedProcess> {
  return start(command, options).ended
}

/** One line of JavaScript that has `Database` of better-sqlite3, as a command. */
export function script(code: string, ...args: readonly string[]): readonly string[] {
  return [
    process.execPath,
    '-e',
    `const Database = require(${JSON.stringify(betterSqlite3)});${code}`,
    ...args,
  ]
}

/** What a command left, wherever it ran. */
export type EndedRun = Pick<EndedProcess, 'exitCode' | 'stdout' | 'stderr'>

/** A project of one database with a manifest, used through the command. */
export class Project {
  readonly folder = temporaryFolder()
  readonly path = join(this.folder, 'app.db')

  constructor(migrations: Record<string, string> = {}, entry: Record<string, unknown> = {}) {
    this.write(migrations)
    this.configure(entry)
  }

  /** Writes the manifest; `entry` goes over the plain entry of its one database. */
  configure(entry: Record<string, unknown>): void {
    const databases = { app: { url: 'sqlite:app.db', migrations: 'migrations', ...entry } }
    writeFileSync(join(this.folder, 'whimbrel.json'), JSON.stringify({ databases }))
  }

  /** Writes migrations by id. */
  write(migrations: Record<string, string>, folder = 'migrations'): void {
    mkdirSync(join(this.folder, folder), { recursive: true })
    for (const [id, text] of Object.entries(migrations)) {
      writeFileSync(join(this.folder, folder, `${id}.sql`), text)
    }
  }

  /** Starts the built command in the folder of the project. */
  start(...args: readonly string[]): StartedProcess {
    return start(whimbrel(...args), { cwd: this.folder })
  }

  /** Runs the command to its end in this process, from its sources. */
  async run(...args: readonly string[]): Promise<EndedRun> {
    const { exitCode, out, err } = await runInProcess(args, { cwd: this.folder, env: cleanEnv })
    return { exitCode, stdout: out, stderr: err }
  }

  /** Runs the command with `--json` and reads its one document. */
  async json(...args: readonly string[]): Promise<Document> {
    return documentOf(await this.run(...args, '--json'))
  }

  /** Rows of a query on a connection of its own. */
  rows<Row = Record<string, unknown>>(sql: string): Row[] {
    return rowsOf<Row>(this.path, sql)
  }

  /** Changes the database behind the tool's back; makes it where there is none. */
  exec(sql: string): void {
    const database = new Database(this.path)
    database.exec(sql)
    database.close()
  }

  /** Ids that the records say are applied, and tables that are there. */
  state(): { readonly applied: readonly string[]; readonly tables: readonly string[] } {
    return stateOf(this.path)
  }

  /** Names of everything in the folder. */
  files(): readonly string[] {
    return readdirSync(this.folder).sort()
  }

  /** Waits until the command holds the lock of this database, and returns its process id as others see it. */
  async lockHeld(): Promise<number> {
    let holder: number | undefined
    await until('somebody to hold the lock', () => {
      holder = holderOf(`${this.path}.lock`)
      return holder !== undefined
    })
    return holder as number
  }

  /** Waits until somebody has a write transaction open. */
  async writing(): Promise<void> {
    await until('somebody to write', () => isLocked(this.path))
  }
}

/** What `--json` prints, as far as tests look at it. */
export interface Document {
  readonly ok: boolean
  readonly exitCode: number
  readonly error?: ErrorDocument
  readonly databases: readonly {
    readonly outcome: string
    readonly before: string | null
    readonly after: string | null
    readonly current: string | null
    readonly reachable: boolean
    readonly steps: readonly { readonly id: string; readonly outcome: string }[]
    readonly applied: readonly { readonly id: string }[]
    readonly pending: readonly { readonly id: string }[]
    readonly findings: readonly { readonly code: string; readonly message: string; readonly hint: string }[]
    readonly error?: ErrorDocument
  }[]
}

interface ErrorDocument {
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** The one document on stdout. */
export function documentOf({ stdout, stderr, exitCode }: EndedRun): Document {
  try {
    return JSON.parse(stdout) as Document
  } catch (cause) {
    throw new Error(`No JSON document, exit code ${exitCode}: ${stdout}${stderr}`, { cause })
  }
}

/** Polls until something is the case; fails after a time that is long for any machine. */
export async function until(what: string, condition: () => boolean, limitMs = 20_000): Promise<void> {
  const started = performance.now()
  while (!condition()) {
    if (performance.now() - started > limitMs) throw new Error(`Waited ${limitMs} ms in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
}

/** Rows of a query on a connection of its own. */
export function rowsOf<Row = Record<string, unknown>>(path: string, sql: string): Row[] {
  const database = new Database(path, { fileMustExist: true })
  try {
    return database.prepare(sql).all() as Row[]
  } finally {
    database.close()
  }
}

/** Ids that the records say are applied, and tables that are there; empty where there is no database. */
export function stateOf(path: string): {
  readonly applied: readonly string[]
  readonly tables: readonly string[]
} {
  if (!existsSync(path)) return { applied: [], tables: [] }
  const tables = rowsOf<{ name: string }>(
    path,
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
  )
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('sqlite_'))
  const tracked = tables.includes('schema_migrations')
  const records = tracked
    ? rowsOf<{ id: string }>(
        path,
        "SELECT id FROM schema_migrations WHERE state = 'applied' ORDER BY version",
      )
    : []
  return {
    applied: records.map(({ id }) => id),
    tables: tables.filter((name) => !name.startsWith('schema_migrations')),
  }
}

function holderOf(lock: string): number | undefined {
  if (!existsSync(lock)) return undefined
  try {
    return rowsOf<{ pid: number }>(lock, 'SELECT pid FROM owner')[0]?.pid
  } catch {
    return undefined
  }
}

/** True where this SQL has to wait for another connection; it is undone where it has not. */
export function isLocked(path: string, sql = 'BEGIN IMMEDIATE'): boolean {
  if (!existsSync(path)) return false
  const database = new Database(path, { fileMustExist: true, timeout: 0 })
  try {
    database.exec(sql)
    return false
  } catch (error) {
    return (error as { code?: string }).code === 'SQLITE_BUSY'
  } finally {
    database.close()
  }
}
