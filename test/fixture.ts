import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MigrationRunner, type MigrationRunnerOptions } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { processOwner } from '@whimbrel/core/process'
import { type RollbackOptions, rollback, rollbackVerifier } from '@whimbrel/rollback-manager'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** The text of a migration file. */
export function migration(up: string, down = '', header = ''): string {
  return `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`
}

/** A folder of its own that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes files by relative path. */
export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** One real database and a folder of migrations. */
export class Fixture {
  readonly folder = temporaryFolder()
  readonly path = join(this.folder, 'app.db')
  readonly migrations = join(this.folder, 'migrations')

  constructor(files: Record<string, string> = {}) {
    mkdirSync(this.migrations)
    this.write(files)
  }

  /** Writes migrations by id. */
  write(files: Record<string, string>): void {
    for (const [id, text] of Object.entries(files)) writeFileSync(join(this.migrations, `${id}.sql`), text)
  }

  remove(id: string): void {
    rmSync(join(this.migrations, `${id}.sql`))
  }

  runner(options: Partial<MigrationRunnerOptions> = {}): MigrationRunner {
    return new MigrationRunner({
      driver: sqliteDriver({ path: this.path }),
      tracker: sqlVersionTracker(),
      source: folderSource({ directory: this.migrations }),
      runner: processOwner('test', '1.2.3'),
      ...options,
    })
  }

  up(options: Partial<MigrationRunnerOptions> = {}) {
    return this.runner(options).up()
  }

  down(selection: RollbackOptions = {}, options: Partial<MigrationRunnerOptions> = {}) {
    const runner = this.runner({ verifier: rollbackVerifier(), ...options })
    return runner.run(...rollback(selection))
  }

  /** Ids that are applied, by order of application. */
  async applied(): Promise<readonly string[]> {
    return (await this.runner().status()).applied.map(({ id }) => id)
  }

  /** Rows of a query on a connection of its own. */
  rows<Row = Record<string, unknown>>(sql: string): Row[] {
    const database = new Database(this.path, { readonly: true })
    try {
      return database.prepare(sql).all() as Row[]
    } finally {
      database.close()
    }
  }

  /** Changes the database behind the runner's back. */
  exec(sql: string): void {
    const database = new Database(this.path)
    database.exec(sql)
    database.close()
  }

  /** Tables, indexes, triggers and views that are not the runner's own. */
  objects(): string[] {
    return this.rows<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'schema_migrations%' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    ).map(({ name }) => name)
  }

  bytes(): Buffer | undefined {
    return existsSync(this.path) ? readFileSync(this.path) : undefined
  }
}
