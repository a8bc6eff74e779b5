import { createHash } from 'node:crypto'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** The text of a migration file. */
export function migration(up: string, down = '', header = ''): string {
  return `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`
}

/** A migration that creates a table, and drops it. */
export function table(name: string, header = ''): string {
  return migration(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY);`, `DROP TABLE ${name};`, header)
}

/** Migrations by id, for each database by name. */
export type Databases = Readonly<Record<string, Readonly<Record<string, string>>>>

export const threeDatabases = {
  settings: { '001_create_users': table('users'), '002_create_roles': table('roles') },
  graph: { '001_create_nodes': table('nodes'), '002_create_edges': table('edges') },
  ontology: { '001_create_terms': table('terms') },
} as const satisfies Databases

/** An installed application: a folder with a manifest, migrations and, later, its databases. */
export class Application {
  readonly folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))

  /** `entry` goes over the plain entry of each database, `top` over the rest of the manifest. */
  constructor(databases: Databases = threeDatabases, { entry = {}, top = {} }: ManifestParts = {}) {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }))
    const entries = Object.keys(databases).map((name) => [
      name,
      { url: `sqlite:data/${name}.db`, migrations: name, ...entry },
    ])
    this.write('whimbrel.json', JSON.stringify({ databases: Object.fromEntries(entries), ...top }))
    for (const [name, files] of Object.entries(databases)) {
      mkdirSync(join(this.folder, name), { recursive: true })
      for (const [id, text] of Object.entries(files)) this.write(join(name, `${id}.sql`), text)
    }
  }

  /** Options that lead a call to it. */
  get place() {
    return { directory: this.folder, env: {} } as const
  }

  path(name: string): string {
    return join(this.folder, 'data', `${name}.db`)
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), text)
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8')
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true, force: true })
  }

  /** Makes a database that no migration has made. */
  makeByHand(name: string, sql: string): void {
    mkdirSync(join(this.folder, 'data'), { recursive: true })
    const database = new Database(this.path(name))
    database.exec(sql)
    database.close()
  }

  /** Does something with a database on a connection of its own. */
  with<T>(name: string, work: (database: Database.Database) => T): T {
    const database = new Database(this.path(name), { fileMustExist: true, timeout: 0 })
    try {
      return work(database)
    } finally {
      database.close()
    }
  }

  /** Names of the tables that are not the tracker's. */
  tables(name: string): readonly string[] {
    const sql =
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'schema_migrations%' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return this.with(name, (database) => database.prepare(sql).pluck().all() as string[])
  }

  /** Ids on record, in the order of application. */
  applied(name: string): readonly string[] {
    return this.with(
      name,
      (database) =>
        database.prepare('SELECT id FROM schema_migrations ORDER BY sequence').pluck().all() as string[],
    )
  }

  /** Every file with a hash of its bytes: equal means that nothing was touched and nothing appeared. */
  snapshot(): Readonly<Record<string, string>> {
    const files = readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .map((path) => join(this.folder, path))
      .filter((path) => lstatSync(path).isFile())
    return Object.fromEntries(
      files.map((path) => [
        relative(this.folder, path),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
    )
  }

  /** Files of it that this process has open. */
  openFiles(): readonly string[] {
    return readdirSync('/proc/self/fd').flatMap((descriptor) => {
      const target = targetOf(descriptor)
      return target?.startsWith(this.folder) === true ? [relative(this.folder, target)] : []
    })
  }
}

interface ManifestParts {
  readonly entry?: Readonly<Record<string, unknown>>
  readonly top?: Readonly<Record<string, unknown>>
}

function targetOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return undefined
  }
}

/** The MigrateError that a call rejects with. */
export async function refusalOf(call: Promise<unknown>): Promise<MigrateError> {
  try {
    await call
  } catch (error) {
    if (MigrateError.is(error)) return error
    throw error
  }
  throw new Error('It was not refused')
}
