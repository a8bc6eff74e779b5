import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleMigrations } from '../example.ts'
import { companions, copyIfThere } from '../project.ts'
import { applyPending, openTracked } from '../wrong-runners.ts'
import { type ReleaseCase, type ReleaseCommand, releaseName } from './release-case.ts'
import type { ReleaseJob } from './release-job.ts'
import { runRelease } from './run-release.ts'

/** What stands beside a database while a release goes on. */
const beside = [...companions, '.run', '.run.tmp'] as const
/** Files that matter after a restart: what is shared in memory is not among them. */
const durable = beside.filter((suffix) => suffix !== '-shm')
const names = ['settings', 'knowledge_graph', 'ontology']
/** So many migrations are applied when the release begins, and the next two are pending. */
const applied = 2

/** All files of the databases, by path. */
export type Files = ReadonlyMap<string, Buffer>

/** A folder with several databases and their migrations, put back to where the release begins as often as needed. */
export class ReleaseProject {
  readonly of: ReleaseCase
  readonly folder: string
  /** In the order of the manifest. */
  readonly names: readonly string[]
  readonly #aside: string
  #original: Files = new Map()

  /** Makes the folder and the databases that the release begins with. */
  static async make(of: ReleaseCase, root: string): Promise<ReleaseProject> {
    mkdirSync(root, { recursive: true })
    const project = new ReleaseProject(of, mkdtempSync(join(root, 'whimbrel-torture-')))
    await project.#prepare()
    return project
  }

  private constructor(of: ReleaseCase, folder: string) {
    this.of = of
    this.folder = folder
    this.#aside = join(folder, 'aside')
    mkdirSync(this.#aside)
    this.names = Array.from(
      { length: of.databases },
      (_, index) => names[index] ?? `product_${String(index).padStart(3, '0')}`,
    )
  }

  /** In the order in which they are locked and committed. */
  get inOrder(): readonly string[] {
    return [...this.names].sort()
  }

  path(name: string): string {
    return join(this.folder, `${name}.db`)
  }

  /** Paths of everything that may stand there; without what is shared in memory. */
  get places(): readonly string[] {
    return this.names.flatMap((name) => durable.map((suffix) => this.path(name) + suffix))
  }

  /** All that a tracer has to watch. */
  get watched(): readonly string[] {
    return [...this.names.flatMap((name) => beside.map((suffix) => this.path(name) + suffix)), this.folder]
  }

  job(command: ReleaseCommand, more: Partial<ReleaseJob> = {}): ReleaseJob {
    const { folder, of } = this
    return { command, journal: of.journal, folder, names: this.names, ...more }
  }

  files(): Files {
    const there = this.places.filter((place) => existsSync(place))
    return new Map(there.map((place) => [place, readFileSync(place)]))
  }

  /** Puts files there, and removes what else was: by default as the release begins. */
  reset(files: Files = this.#original): void {
    for (const path of this.watched) if (path !== this.folder) rmSync(path, { force: true })
    for (const [path, bytes] of files) writeFileSync(path, bytes)
  }

  /** A copy that can be opened and recovered: the next run has to find the database as the fault left it. */
  aside(name: string): string {
    const copy = join(this.#aside, `${name}.db`)
    for (const suffix of companions) rmSync(copy + suffix, { force: true })
    for (const suffix of ['', '-wal', '-journal']) copyIfThere(this.path(name) + suffix, copy + suffix)
    return copy
  }

  /** Run journals that are there, and those that were not finished. */
  journals(): readonly string[] {
    return readdirSync(this.folder).filter((file) => /\.run(\.tmp)?$/.test(file))
  }

  /** Changes the last migration of the last database, so that a decided run cannot go forward; `false` takes it back. */
  edit(isEdited: boolean): void {
    const last = this.inOrder.at(-1) ?? ''
    this.#write(last, 3, [...this.#failing(last), ...(isEdited ? ['SELECT 1'] : [])])
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #prepare(): Promise<void> {
    for (const name of this.names) {
      mkdirSync(join(this.folder, name))
      for (let index = 0; index < applied; index += 1) this.#write(name, index)
    }
    if (this.of.runner === 'whimbrel') {
      const said = await runRelease(this.job('up'), () => undefined)
      if (said.exitCode !== 0) throw new Error(`${releaseName(this.of)} cannot be prepared: ${said.message}`)
    } else this.#prepareTracked()
    this.#original = this.files()
    for (const name of this.names) {
      this.#write(name, 2)
      this.#write(name, 3, this.#failing(name))
    }
  }

  /** The rows of places are there already. */
  #failing(name: string): readonly string[] {
    return this.of.fails && name === this.inOrder.at(-1) ? ['INSERT INTO places SELECT * FROM places'] : []
  }

  #prepareTracked(): void {
    for (const name of this.names) {
      const database = openTracked(this.path(name), this.of.journal)
      applyPending(database, join(this.folder, name))
      database.close()
    }
  }

  #write(name: string, index: number, more: readonly string[] = []): void {
    const migration = exampleMigrations[index]
    if (migration === undefined) throw new RangeError(`There is no migration ${index}`)
    const script = (statements: readonly string[]) => statements.map((sql) => `${sql};\n`).join('')
    const [up, down] = [script([...migration.up, ...more]), script(migration.down)]
    const text = `-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}`
    writeFileSync(join(this.folder, name, `${migration.id}.sql`), text)
  }
}
