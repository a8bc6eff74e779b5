import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderSource } from '@whimbrel/core/fs'
import { processOwner } from '@whimbrel/core/process'
import { type Pragmas, sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import type BetterSqlite3 from 'better-sqlite3'
import { type ReleaseDatabase, ReleaseRunner, type ReleaseRunnerOptions } from '../src/index.ts'

// A compiled child finds the engine by NODE_PATH, which only `require` looks at.
const Database: typeof BetterSqlite3 = createRequire(import.meta.url)('better-sqlite3')

/** The text of a migration: its up, its down, and header lines. */
export type Written = readonly [up: string, down?: string, header?: string]

/** Migrations by id, by database. */
export type Folders = Readonly<Record<string, Readonly<Record<string, Written>>>>

/** Several real databases with their migrations, in one folder. */
export class Product {
  readonly folder: string
  readonly names: readonly string[]
  readonly #pragmas: Pragmas

  constructor(folder: string, names: readonly string[], pragmas: Pragmas = {}) {
    this.folder = folder
    this.names = names
    this.#pragmas = pragmas
  }

  /** In a folder of its own; `remove` takes it away. */
  static create(folders: Folders, pragmas: Pragmas = {}): Product {
    const product = new Product(mkdtempSync(join(tmpdir(), 'whimbrel-')), Object.keys(folders), pragmas)
    product.write(folders)
    return product
  }

  write(folders: Folders): void {
    for (const [name, migrations] of Object.entries(folders)) {
      mkdirSync(join(this.folder, name), { recursive: true })
      for (const [id, [up, down = '', header = '']] of Object.entries(migrations)) {
        const text = `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`
        writeFileSync(join(this.folder, name, `${id}.sql`), text)
      }
    }
  }

  path(name: string): string {
    return join(this.folder, `${name}.db`)
  }

  databases(change: (name: string) => Partial<ReleaseDatabase> = () => ({})): readonly ReleaseDatabase[] {
    return this.names.map((name) => ({
      name,
      driver: sqliteDriver({ path: this.path(name), label: `${name}.db`, pragmas: this.#pragmas }),
      tracker: sqlVersionTracker(),
      source: folderSource({ directory: join(this.folder, name), label: name }),
      lockTimeoutMs: 5_000,
      ...change(name),
    }))
  }

  runner(options: Partial<ReleaseRunnerOptions> = {}): ReleaseRunner {
    return new ReleaseRunner({
      databases: this.databases(),
      runner: processOwner('a test', '1.2.3'),
      ...options,
    })
  }

  up(options: Partial<ReleaseRunnerOptions> = {}) {
    return this.runner(options).run({ direction: 'up' })
  }

  /** Newest applied migration of each database; `none` where nothing is applied or there is no file. */
  standing(): Record<string, string> {
    return Object.fromEntries(this.names.map((name) => [name, this.applied(name).at(-1) ?? 'none']))
  }

  applied(name: string): readonly string[] {
    if (!existsSync(this.path(name))) return []
    const tracked = "SELECT name FROM sqlite_schema WHERE name = 'schema_migrations'"
    if (this.rows(name, tracked).length === 0) return []
    return this.rows<{ id: string }>(
      name,
      "SELECT printf('%03d_%s', version, name) AS id FROM schema_migrations ORDER BY sequence",
    ).map(({ id }) => id)
  }

  rows<Row = Record<string, unknown>>(name: string, sql: string): Row[] {
    const database = new Database(this.path(name))
    try {
      return database.prepare(sql).all() as Row[]
    } finally {
      database.close()
    }
  }

  exec(name: string, sql: string): void {
    const database = new Database(this.path(name))
    database.exec(sql)
    database.close()
  }

  /** Schema and rows of a database without the tracking tables, as one digest. */
  content(name: string): string {
    if (!existsSync(this.path(name))) return 'no file'
    const objects = this.rows<{ name: string; type: string; sql: string }>(
      name,
      "SELECT name, type, sql FROM sqlite_schema WHERE name NOT LIKE '%schema_migrations%' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    const rows = objects.flatMap((each) =>
      each.type === 'table' ? this.rows(name, `SELECT * FROM "${each.name}" ORDER BY 1`) : [],
    )
    return createHash('sha256')
      .update(JSON.stringify([objects, rows]))
      .digest('hex')
      .slice(0, 12)
  }

  journals(): readonly string[] {
    return readdirSync(this.folder).filter((file) => /\.run(\.tmp)?$/.test(file))
  }

  journal(name: string): string {
    return readFileSync(`${this.path(name)}.run`, 'utf8')
  }

  /** Puts a text where the run journal of a database would stand. */
  journalBeside(name: string, text: string): void {
    writeFileSync(`${this.path(name)}.run`, text)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A table with a row for each database, and a second migration that changes both. */
export function twoReleases(names: readonly string[]): { readonly first: Folders; readonly second: Folders } {
  const each = (migrations: (name: string) => Readonly<Record<string, Written>>): Folders =>
    Object.fromEntries(names.map((name) => [name, migrations(name)]))
  return {
    first: each(() => ({
      '001_notes': [
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);\nINSERT INTO notes (body) VALUES ('first');",
        'DROP TABLE notes;',
      ],
    })),
    second: each((name) => ({
      '002_tags': [
        `ALTER TABLE notes ADD COLUMN tag TEXT;\nUPDATE notes SET tag = '${name}';`,
        'ALTER TABLE notes DROP COLUMN tag;',
      ],
      '003_index': ['CREATE INDEX notes_tag ON notes (tag);', 'DROP INDEX notes_tag;'],
    })),
  }
}
