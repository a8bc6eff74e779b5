import {
  type Driver,
  loadMigrations,
  MigrateError,
  type MigrationState,
  type Plan,
  plan,
  refusal,
  refuseProblems,
  type Source,
  type StopSignal,
  withOwnDependencies,
} from '@whimbrel/core'
import type { CheckedMigration } from './checked-migration.ts'
import { Walk } from './walk.ts'

export interface CheckOptions {
  /** Only its scratch databases are used: nothing is opened, locked or written. */
  readonly driver: Driver
  readonly source: Source
  /** Migrations for other environments are skipped. */
  readonly environment?: string | undefined
  /** Name of the database in the manifest, and the migrations of the others, for dependencies between them. */
  readonly name?: string | undefined
  readonly others?: MigrationState['others']
  /** Tables that a migration may not touch: those of the version tracker. */
  readonly protectedTables?: readonly string[] | undefined
  /** How many rows are made up for a new table; default 3. */
  readonly rows?: number | undefined
  /** Stops between two statements with INTERRUPTED. */
  readonly signal?: StopSignal | undefined
}

export interface CheckReport {
  /** In the order in which they are applied. */
  readonly migrations: readonly CheckedMigration[]
  /** For another environment or engine. */
  readonly skipped: Plan['skipped']
}

/**
 * Applies every migration to one scratch database, takes it back and applies it again, with rows in its tables, and
 * compares schema and rows. Needs no database and changes none. Throws what `up` throws for wrong files and for
 * dependencies that cannot be satisfied, and ENGINE_UNSUPPORTED for a driver without scratch databases.
 */
export async function checkMigrations(options: CheckOptions): Promise<CheckReport> {
  const { driver, source, environment, name, others, protectedTables = [] } = options
  const { dialect } = driver
  if (driver.scratch === undefined) throw noScratch(driver)
  // First of all: where an engine cannot be opened, nothing else is worth saying.
  await (await driver.scratch()).close()
  const loaded = await loadMigrations(source, { dialect, applied: [], protectedTables })
  refuseProblems(loaded.problems)
  const planned = plan(
    { available: withOwnDependencies(loaded.migrations, name), applied: [], others },
    { direction: 'up', environment, engine: dialect.name },
  )
  const error = refusal(planned.findings)
  if (error !== undefined) throw error
  const walk = new Walk({ ...options, scripts: loaded.scripts })
  return { migrations: await walk.run(planned.steps), skipped: planned.skipped }
}

function noScratch({ dialect }: Driver): MigrateError {
  return new MigrateError('ENGINE_UNSUPPORTED', `The driver for ${dialect.name} has no scratch databases`, {
    hint: 'Check these migrations on a database of their own: apply them, roll them back, and compare',
  })
}
