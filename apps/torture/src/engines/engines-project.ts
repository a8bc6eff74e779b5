import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { ReleaseCommand } from '../release/release-case.ts'
import type { ReleaseJob, ServerDatabase } from '../release/release-job.ts'
import { runRelease } from '../release/run-release.ts'
import { dropDatabase, emptyDatabase, makeDatabase, rowsOf } from './server-database.ts'

export type Engine = 'sqlite' | ServerDatabase['engine']

/** What one statement each says of a database: records, history and schema as one text. */
const looks: readonly string[] = [
  'SELECT version, checksum, state FROM schema_migrations ORDER BY version',
  'SELECT version, action, outcome FROM schema_migrations_history ORDER BY sequence',
  'SELECT * FROM notes ORDER BY id',
]
const schemas: Readonly<Record<Engine, string>> = {
  sqlite: "SELECT name FROM sqlite_schema WHERE name LIKE '%notes%' OR name = 'tags' ORDER BY name",
  postgres:
    "SELECT relname AS name FROM pg_class WHERE relname LIKE '%notes%' OR relname = 'tags' ORDER BY relname",
  mysql:
    "SELECT table_name AS name FROM information_schema.statistics WHERE table_schema = database() AND table_name IN ('notes', 'tags') GROUP BY table_name, index_name ORDER BY table_name, index_name",
}

const first = {
  '001_notes': `CREATE TABLE notes (id INTEGER PRIMARY KEY, body VARCHAR(40));
INSERT INTO notes VALUES (1, 'one');
INSERT INTO notes VALUES (2, 'two');`,
}
const second = {
  '002_tags': `ALTER TABLE notes ADD COLUMN tag VARCHAR(40);
UPDATE notes SET tag = body;
CREATE TABLE tags (id INTEGER PRIMARY KEY, tag VARCHAR(40));
INSERT INTO tags SELECT id, tag FROM notes;`,
  '003_index': 'CREATE INDEX notes_tag ON notes (tag);\nDELETE FROM notes WHERE id = 2;',
}

/** Databases of several engines, put back to where a release begins as often as needed. */
export class EnginesProject {
  readonly folder: string
  readonly names: readonly string[]
  readonly #engines: Readonly<Record<string, Engine>>
  readonly #servers: Readonly<Record<string, ServerDatabase>>

  static async make(engines: Readonly<Record<string, Engine>>, root: string): Promise<EnginesProject> {
    mkdirSync(root, { recursive: true })
    const servers: Record<string, ServerDatabase> = {}
    for (const [name, engine] of Object.entries(engines))
      if (engine !== 'sqlite') servers[name] = await makeDatabase(engine)
    return new EnginesProject(mkdtempSync(join(root, 'whimbrel-torture-')), engines, servers)
  }

  private constructor(
    folder: string,
    engines: Readonly<Record<string, Engine>>,
    servers: Readonly<Record<string, ServerDatabase>>,
  ) {
    this.folder = folder
    this.names = Object.keys(engines)
    this.#engines = engines
    this.#servers = servers
  }

  /** Those that are kept or undone together. */
  get together(): readonly string[] {
    return this.names.filter((name) => this.#engines[name] !== 'mysql')
  }

  job(command: ReleaseCommand, more: Partial<ReleaseJob> = {}): ReleaseJob {
    const { folder, names } = this
    return { command, journal: 'WAL', folder, names, servers: this.#servers, lockTimeoutMs: 10_000, ...more }
  }

  /** Everything anew, with the first release applied and the second one pending. */
  async reset(): Promise<void> {
    for (const suffix of ['', '-wal', '-shm', '.run', '.run.tmp', '.lock', '.lock-journal'])
      for (const name of this.names) rmSync(this.#path(name) + suffix, { force: true })
    await Promise.all(Object.values(this.#servers).map(emptyDatabase))
    for (const name of this.names) {
      rmSync(join(this.folder, name), { recursive: true, force: true })
      this.#write(name, first)
    }
    const said = await runRelease(this.job('up'), () => undefined)
    if (said.exitCode !== 0) throw new Error(`The first release says ${said.code}: ${said.message}`)
    for (const name of this.names) this.#write(name, second)
  }

  /** Records, history, rows and schema of a database as one text. */
  async standing(name: string): Promise<string> {
    const sql = [...looks, schemas[this.#engines[name] ?? 'sqlite']]
    return (await this.#rows(name, sql)).map((rows) => JSON.stringify(rows)).join('\n')
  }

  /** Names of the databases beside which a run journal stands. */
  async journals(): Promise<readonly string[]> {
    const found = await Promise.all(
      this.together.map(async (name) => ((await this.#hasJournal(name)) ? [name] : [])),
    )
    return found.flat()
  }

  async remove(): Promise<void> {
    await Promise.all(Object.values(this.#servers).map(dropDatabase))
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #hasJournal(name: string): Promise<boolean> {
    const server = this.#servers[name]
    if (server === undefined) return existsSync(`${this.#path(name)}.run`)
    const [found] = await rowsOf(server, "SELECT 1 AS there FROM pg_tables WHERE tablename = 'whimbrel_run'")
    return found?.length === 1
  }

  async #rows(name: string, statements: readonly string[]): Promise<readonly (readonly object[])[]> {
    const server = this.#servers[name]
    if (server !== undefined) return rowsOf(server, ...statements)
    const database = new Database(this.#path(name))
    try {
      return statements.map((sql) => database.prepare(sql).all() as object[])
    } finally {
      database.close()
    }
  }

  #path(name: string): string {
    return join(this.folder, `${name}.db`)
  }

  #write(name: string, migrations: Readonly<Record<string, string>>): void {
    mkdirSync(join(this.folder, name), { recursive: true })
    for (const [id, up] of Object.entries(migrations)) {
      const text = `-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n`
      writeFileSync(join(this.folder, name, `${id}.sql`), text)
    }
  }
}
