import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const program = here('../dist/notes.mjs')
const command = here('../../../packages/cli/bin/whimbrel.cjs')
const engine = here('../node_modules/better-sqlite3')

/** What a process left. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The one file of the application in an empty folder, with better-sqlite3 installed beside it. */
export class InstalledNotebook {
  readonly folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))

  constructor() {
    if (!existsSync(program)) throw new Error('Build first: npx -y pnpm@10.34.9 build')
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }))
    cpSync(program, join(this.folder, 'notes.mjs'))
    mkdirSync(join(this.folder, 'node_modules'))
    symlinkSync(realpathSync(engine), join(this.folder, 'node_modules', 'better-sqlite3'))
  }

  /** Runs it in its folder. */
  run(...args: readonly string[]): Promise<Ended> {
    return this.#ended(['notes.mjs', ...args])
  }

  /** Runs the command with a copy of the manifest and the folders of migrations that the file was made from. */
  whimbrel(...args: readonly string[]): Promise<Ended> {
    const databases = join(this.folder, 'databases')
    if (!existsSync(databases)) cpSync(here('../databases'), databases, { recursive: true })
    for (const name of ['notes.db', 'settings.db'])
      if (!existsSync(join(databases, name))) symlinkSync(join(this.folder, name), join(databases, name))
    return this.#ended([command, ...args])
  }

  /** Names of everything that it has made. */
  made(): readonly string[] {
    return readdirSync(this.folder)
      .filter((name) => !['notes.mjs', 'node_modules', 'databases'].includes(name))
      .sort()
  }

  /** Does something with a database on a connection of its own. */
  with<T>(name: string, work: (database: Database.Database) => T): T {
    const database = new Database(join(this.folder, `${name}.db`), { fileMustExist: true })
    try {
      return work(database)
    } finally {
      database.close()
    }
  }

  async #ended(args: readonly string[]): Promise<Ended> {
    const { NOTES_HOME, WHIMBREL_ENV, WHIMBREL_MANIFEST, ...env } = process.env
    const done = promisify(execFile)(process.execPath, [...args], { cwd: this.folder, env })
    return done.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
    )
  }
}
