import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { Output } from '../src/output.ts'
import { type Ran, runInProcess } from './in-process.ts'

/** The text of a migration file. */
export function migration(up: string, down = '', header = ''): string {
  return `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`
}

/** A migration that creates a table, and drops it. */
export function table(name: string, header = ''): string {
  return migration(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY);`, `DROP TABLE ${name};`, header)
}

/** The one document on stdout. */
export function documentOf({ out, err }: Ran): Output {
  if (!out.endsWith('\n') || out.indexOf('\n') !== out.length - 1)
    throw new Error(`Not one line:\n${out}${err}`)
  return JSON.parse(out) as Output
}

/** Migrations by id, for each database by name. */
export type Databases = Readonly<Record<string, Readonly<Record<string, string>>>>

/** A folder with a manifest, migrations and databases, used through the command. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))
  /** Environment variables of the command. */
  env: Record<string, string | undefined> = {}
  signal = { aborted: false }

  constructor(databases: Databases = {}, entry: Record<string, unknown> = {}) {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }))
    const names = Object.keys(databases)
    const entries = names.map((name) => [name, { url: `sqlite:${name}.db`, migrations: name, ...entry }])
    if (names.length > 0) this.manifest({ databases: Object.fromEntries(entries) })
    for (const [name, files] of Object.entries(databases)) this.migrations(name, files)
  }

  /** Writes the manifest: text as it is, anything else as JSON. */
  manifest(content: unknown): void {
    const raw = typeof content === 'string' || Buffer.isBuffer(content)
    this.write('whimbrel.json', raw ? (content as string | Buffer) : JSON.stringify(content))
  }

  /** Writes migrations by id. */
  migrations(name: string, files: Readonly<Record<string, string>>): void {
    mkdirSync(join(this.folder, name), { recursive: true })
    for (const [id, text] of Object.entries(files)) this.write(join(name, `${id}.sql`), text)
  }

  write(path: string, content: string | Buffer): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), content)
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true })
  }

  /** Runs a command in this process. */
  run(...argv: readonly string[]): Promise<Ran> {
    const { folder: cwd, env, signal } = this
    return runInProcess(argv, { cwd, env, signal })
  }

  /** Runs a command with `--json` and reads its document. */
  async json(...argv: readonly string[]): Promise<Output> {
    return documentOf(await this.run(...argv, '--json'))
  }

  /** Rows of a query on a connection of its own. */
  rows<Row = Record<string, unknown>>(name: string, sql: string): Row[] {
    return this.#with(name, (database) => database.prepare(sql).all() as Row[])
  }

  /** Changes a database behind the tool's back. */
  exec(name: string, sql: string): void {
    this.#with(name, (database) => database.exec(sql))
  }

  /** Tables, indexes, triggers and views of a database that are not the tool's own. */
  objects(name: string): readonly string[] {
    if (!existsSync(join(this.folder, `${name}.db`))) return []
    const sql =
      "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'schema_migrations%' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return this.rows<{ name: string }>(name, sql).map((row) => row.name)
  }

  /** Every file of the project with a hash of its bytes: equal means that nothing was touched and nothing appeared. */
  snapshot(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
        .map((path) => join(this.folder, path))
        .filter((path) => lstatSync(path).isFile())
        .map((path) => [relative(this.folder, path), hashOf(path)]),
    )
  }

  #with<T>(name: string, work: (database: Database.Database) => T): T {
    const database = new Database(join(this.folder, `${name}.db`), { fileMustExist: true })
    try {
      return work(database)
    } finally {
      database.close()
    }
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
