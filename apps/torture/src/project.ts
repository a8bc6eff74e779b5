import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Case } from './case.ts'
import { type ExampleMigration, exampleMigrations, repeatableMigration } from './example.ts'
import { runWhimbrel } from './run-whimbrel.ts'
import type { Job } from './runner.ts'

/** What can stand beside a database; `-shm` is worth nothing when nobody has it open. */
export const companions = ['', '-wal', '-journal', '-shm', '.lock', '.lock-journal'] as const

/** Where a case begins: this many migrations are applied. */
const applied = { fresh: 0, up: 2, down: 5 } as const

/** A folder with a database, its migrations and a manifest, put back to where the case begins as often as needed. */
export class Project {
  readonly of: Case
  readonly folder: string
  readonly database: string
  readonly migrations: readonly ExampleMigration[]
  /** Where backups, and rows that a rollback takes away, are kept. */
  readonly backups: string
  readonly #original: string
  readonly #aside: string

  /** Makes the folder and the database that the case begins with. */
  static async make(of: Case, folder: string): Promise<Project> {
    const project = new Project(of, folder)
    const begin = applied[of.operation]
    if (begin > 0) await project.#prepare(begin)
    return project
  }

  private constructor(of: Case, folder: string) {
    this.of = of
    this.folder = folder
    this.database = join(folder, 'app.db')
    this.backups = join(folder, 'backups')
    this.#original = join(folder, 'original')
    this.#aside = join(folder, 'aside')
    const usual = exampleMigrations
    this.migrations = of.mode === 'none' ? usual.with(3, repeatableMigration) : usual
    for (const inner of [this.#original, this.#aside, join(folder, 'migrations')]) {
      mkdirSync(inner, { recursive: true })
    }
    for (const migration of this.migrations) {
      writeFileSync(join(folder, 'migrations', `${migration.id}.sql`), fileOf(migration, of))
    }
    writeFileSync(join(folder, 'whimbrel.json'), manifestOf(of))
  }

  /** The database as it is when the case begins; there is none for a fresh one. */
  get original(): string {
    return join(this.#original, 'app.db')
  }

  /** Ids of the steps that the case runs, in order. */
  get steps(): readonly string[] {
    const ids = this.migrations.map(({ id }) => id)
    if (this.of.operation === 'down') return ids.slice(2).reverse()
    return ids.slice(applied[this.of.operation])
  }

  /** The job of the case; of its first `count` steps only, where that is given. */
  job(count = this.steps.length): Job {
    const { operation, mode, journal } = this.of
    const ids = this.migrations.map(({ id }) => id)
    const last = applied[operation] + (operation === 'down' ? -count : count) - 1
    return {
      operation,
      mode,
      journal,
      database: this.database,
      migrations: join(this.folder, 'migrations'),
      backups: this.backups,
      to: ids[last] ?? '',
    }
  }

  /** The words that make the command do the same. */
  get words(): readonly string[] {
    const { operation } = this.of
    const verb = operation === 'down' ? 'down' : 'up'
    const consent = operation === 'down' ? destructive : []
    return [verb, '--to', this.job().to, ...consent, '--json', '--lock-timeout', '0ms']
  }

  reset(): void {
    this.clear()
    for (const suffix of companions)
      copyIfThere(join(this.#original, `app.db${suffix}`), this.database + suffix)
  }

  clear(): void {
    for (const suffix of companions) rmSync(this.database + suffix, { force: true })
    rmSync(this.backups, { recursive: true, force: true })
  }

  /** A copy that can be opened and recovered: the next run has to find the database as the fault left it. */
  aside(): string {
    const copy = join(this.#aside, 'app.db')
    for (const suffix of companions) rmSync(copy + suffix, { force: true })
    for (const suffix of ['', '-wal', '-journal']) copyIfThere(this.database + suffix, copy + suffix)
    return copy
  }

  async #prepare(count: number): Promise<void> {
    const to = this.migrations[count - 1]?.id ?? ''
    const said = await runWhimbrel({ ...this.job(), operation: 'up', to }, () => undefined)
    if (said.exitCode !== 0)
      throw new Error(`The project of ${this.folder} cannot be prepared: ${said.message}`)
    copyFileSync(this.database, join(this.#original, 'app.db'))
  }
}

/** Said beforehand by whoever rolls back on purpose. */
const destructive = ['--allow-data-loss']

function fileOf({ up, down, id }: ExampleMigration, { mode }: Case): string {
  const header = mode === 'none' && id === repeatableMigration.id ? '-- Transaction: none\n' : ''
  const script = (statements: readonly string[]) => statements.map((sql) => `${sql};\n`).join('')
  return `${header}-- === UP MIGRATION ===\n${script(up)}\n-- === DOWN MIGRATION ===\n${script(down)}`
}

function manifestOf({ journal, mode }: Case): string {
  const app = {
    url: 'sqlite:app.db',
    migrations: 'migrations',
    transaction: mode === 'none' ? 'batch' : mode,
    pragmas: { journal_mode: journal },
  }
  return JSON.stringify({ databases: { app } })
}

/** Copies a file; nothing where there is none. */
export function copyIfThere(from: string, to: string): void {
  if (existsSync(from)) copyFileSync(from, to)
}
