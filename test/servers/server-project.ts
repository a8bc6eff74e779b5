import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StartedProcess } from '@whimbrel/testing'
import { onTestFinished } from 'vitest'
import { runInProcess } from '../../packages/cli/test/in-process.ts'
import { cleanEnv, type Document, documentOf, type EndedRun, start, whimbrel } from '../command-line.ts'
import { migration, temporaryFolder } from '../fixture.ts'
import type { Engine, ServerDatabase } from './engines.ts'

/** A migration that creates a table, and drops it. */
export function table(name: string, header = ''): string {
  return migration(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY);`, `DROP TABLE ${name};`, header)
}

/** A folder with a manifest of one database on a server, used through the command. */
export class ServerProject {
  readonly folder = temporaryFolder()
  readonly engine: Engine
  readonly database: ServerDatabase
  env: Record<string, string | undefined> = cleanEnv

  private constructor(engine: Engine, database: ServerDatabase) {
    this.engine = engine
    this.database = database
  }

  /** Makes the database, which goes away with the test. */
  static async on(
    engine: Engine,
    migrations: Record<string, string> = {},
    entry: Record<string, unknown> = {},
  ): Promise<ServerProject> {
    const database = await engine.database()
    onTestFinished(() => database.remove())
    const project = new ServerProject(engine, database)
    project.write(migrations)
    project.configure(entry)
    return project
  }

  get url(): string {
    return this.database.url
  }

  /** Writes the manifest; `entry` goes over the plain entry of its one database, `more` stands beside the databases. */
  configure(entry: Record<string, unknown>, more: Record<string, unknown> = {}): void {
    const databases = { app: { url: this.url, migrations: 'migrations', ...entry } }
    this.writeManifest({ databases, ...more })
  }

  writeManifest(content: Record<string, unknown>): void {
    writeFileSync(join(this.folder, 'whimbrel.json'), JSON.stringify(content))
  }

  /** Writes migrations by id. */
  write(migrations: Record<string, string>, folder = 'migrations'): void {
    mkdirSync(join(this.folder, folder), { recursive: true })
    for (const [id, text] of Object.entries(migrations)) {
      writeFileSync(join(this.folder, folder, `${id}.sql`), text)
    }
  }

  remove(id: string): void {
    rmSync(join(this.folder, 'migrations', `${id}.sql`))
  }

  /** Runs the command to its end in this process, from its sources. */
  async run(...args: readonly string[]): Promise<EndedRun> {
    const { exitCode, out, err } = await runInProcess(args, { cwd: this.folder, env: this.env })
    return { exitCode, stdout: out, stderr: err }
  }

  /** Runs the command, which has to end with 0 and without an error. */
  async works(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(...args)
    if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}:\n${stdout}${stderr}`)
    return stdout
  }

  /** Runs the command with `--json` and reads its one document. */
  async json(...args: readonly string[]): Promise<Document> {
    return documentOf(await this.run(...args, '--json'))
  }

  /** Starts the built command in the folder of the project. */
  start(...args: readonly string[]): StartedProcess {
    return start(whimbrel(...args), { cwd: this.folder })
  }

  rows<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
    return this.database.rows<Row>(sql)
  }

  exec(sql: string): Promise<void> {
    return this.database.exec(sql)
  }

  /** Ids that the records say are applied, in their order. */
  async applied(): Promise<readonly string[]> {
    const sql = "SELECT id FROM schema_migrations WHERE state = 'applied' ORDER BY version"
    return (await this.rows<{ id: string }>(sql)).map(({ id }) => id)
  }

  /** Tables and views that are not the tool's own. */
  async tables(): Promise<readonly string[]> {
    const sql = `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = ${this.engine.currentSchema} ORDER BY table_name`
    const own = /^(schema_migrations|whimbrel_)/
    return (await this.rows<{ name: string }>(sql)).map(({ name }) => name).filter((name) => !own.test(name))
  }

  /** Waits until somebody is in the middle of the `sleep` of the engine. */
  async sleeping(): Promise<void> {
    for (let tries = 0; (await this.#sleepers()).length === 0; tries += 1) {
      if (tries > 2_000) throw new Error('nobody sleeps')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** True while somebody is. */
  async asleep(): Promise<boolean> {
    return (await this.#sleepers()).length > 0
  }

  /** A server may notice only afterwards that the one who asked for a sleep is gone. */
  async endSleep(): Promise<void> {
    for (const { id } of await this.#sleepers()) await this.exec(this.engine.end(String(id)))
  }

  #sleepers(): Promise<{ id: number }[]> {
    return this.rows<{ id: number }>(this.engine.sleepers)
  }

  /** Every object of the database with every row: equal means that nothing was touched and nothing appeared. */
  async snapshot(): Promise<unknown> {
    const columns = await this.rows(this.engine.catalogue)
    const sql = `SELECT table_schema AS place, table_name AS name FROM information_schema.tables
      WHERE table_schema NOT IN ('information_schema', 'pg_catalog')
        AND ${this.engine.ownTables} ORDER BY 1, 2`
    const rows: Record<string, unknown> = {}
    for (const { place, name } of await this.rows<{ place: string; name: string }>(sql)) {
      const { quote } = this.engine
      rows[`${place}.${name}`] = await this.rows(`SELECT * FROM ${quote(place)}.${quote(name)} ORDER BY 1`)
    }
    return { columns, rows }
  }
}
