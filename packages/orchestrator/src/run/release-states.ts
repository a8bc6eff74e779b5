import {
  loadMigrations,
  MigrateError,
  type Migration,
  type MigrationRunner,
  type MigrationState,
  type RunOptions,
} from '@whimbrel/core'
import type { KnownDatabase } from '../plan/known-database.ts'
import type { ReleaseDatabase } from '../release-database.ts'

/** Why a database that was asked for could not be looked at, by its name. */
export type StateErrors = ReadonlyMap<string, MigrateError>

export interface ReleaseStates {
  /** Of all databases, in their order. */
  readonly states: readonly KnownDatabase[]
  readonly errors: StateErrors
}

export interface StatesOptions {
  readonly all: readonly ReleaseDatabase[]
  readonly selected: readonly ReleaseDatabase[]
  readonly runnerOf: (database: ReleaseDatabase) => MigrationRunner
  /**
   * `dependencies`: of the other databases only those that something pending depends on. `records`: the records of all
   * others, and no file of theirs.
   */
  readonly others: 'dependencies' | 'records'
  /** Which files of a selected database are read. */
  readonly reading: (name: string) => RunOptions
  /** States that are known better than by looking: those of databases under their locks. */
  readonly known?: ReadonlyMap<string, MigrationState>
}

/** Looks at databases without a lock. One that cannot be read does not hide the others. */
export async function readStates(options: StatesOptions): Promise<ReleaseStates> {
  const looking = new Looking(options)
  for (const database of options.selected) await looking.look(database, options.reading(database.name))
  if (options.others === 'records') await looking.lookAtRecords()
  else await looking.follow()
  return { states: options.all.map((database) => looking.stateOf(database)), errors: looking.errors }
}

class Looking {
  readonly errors = new Map<string, MigrateError>()
  readonly #options: StatesOptions
  readonly #states = new Map<string, KnownDatabase['state']>()

  constructor(options: StatesOptions) {
    this.#options = options
    for (const [name, state] of options.known ?? []) this.#states.set(name, state)
  }

  async look(database: ReleaseDatabase, reading: RunOptions = {}): Promise<void> {
    const { name } = database
    if (this.#states.has(name)) return
    try {
      this.#states.set(name, await this.#options.runnerOf(database).state(reading))
    } catch (error) {
      if (!MigrateError.is(error)) throw error
      this.errors.set(name, error)
      this.#states.set(name, { unknown: error.message, available: await migrationsOf(database) })
    }
  }

  /** Databases that pending migrations depend on, and those that theirs depend on. */
  async follow(): Promise<void> {
    const seen = new Set<string>()
    for (;;) {
      const wanted = [...this.#states.values()].flatMap(dependenciesOf)
      const next = this.#options.all.find(({ name }) => wanted.includes(name) && !this.#states.has(name))
      if (next === undefined || seen.has(next.name)) return
      seen.add(next.name)
      await this.look(next)
    }
  }

  async lookAtRecords(): Promise<void> {
    for (const database of this.#options.all) await this.look(database, { only: () => [] })
  }

  stateOf({ name, driver, transaction }: ReleaseDatabase): KnownDatabase {
    const state = this.#states.get(name) ?? { unknown: 'nothing of this run depends on it' }
    const { name: engine, commits } = driver.dialect
    return { name, state, transaction, transactionalDdl: commits.size === 0, engine }
  }
}

/** What may depend on other databases in one whose records cannot be read; undefined where its files cannot either. */
async function migrationsOf({ source, driver }: ReleaseDatabase): Promise<readonly Migration[] | undefined> {
  try {
    const { dialect } = driver
    const { migrations, problems } = await loadMigrations(source, {
      dialect,
      applied: [],
      protectedTables: [],
    })
    return problems.length === 0 ? migrations : undefined
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    return undefined
  }
}

function dependenciesOf(state: KnownDatabase['state']): readonly string[] {
  const { available = [] } = state
  const applied = new Set('applied' in state ? state.applied.map(({ version }) => version) : [])
  return available
    .filter(({ version }) => !applied.has(version))
    .flatMap(({ dependsOn }) =>
      dependsOn.flatMap(({ database }) => (database === undefined ? [] : [database])),
    )
}
