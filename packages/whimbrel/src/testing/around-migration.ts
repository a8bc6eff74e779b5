import {
  loadMigrations,
  MigrateError,
  plan,
  refuseProblems,
  resolveId,
  sqliteDialect,
  usage,
  withOwnDependencies,
} from '@whimbrel/core'
import { checkNames } from '../check-names.ts'
import { type DatabaseOptions, databaseOptionNames, makeTestDatabase } from './create-test-database.ts'
import type { TestDatabase } from './test-database.ts'
import { sourceOptionNames, type TestMigrations, testSource } from './test-source.ts'

/** Options of `aroundMigration`. */
export type AroundMigrationOptions<R> = TestMigrations &
  DatabaseOptions & {
    /** Id, version or beginning of the id of the migration that the data is about. */
    readonly migration: string
    /** Called with the database as it is right before that migration. */
    readonly before: (database: TestDatabase) => Promise<void> | void
    /** Called when the migration has run. */
    readonly after: (database: TestDatabase) => Promise<R> | R
    /** Also run the migrations that follow it, before `after` is called; default false. */
    readonly rest?: boolean
  }

/**
 * Data around one migration: a database with all migrations before it, `before` fills it, the migration runs as it
 * would on a live database, `after` looks. Resolves with what `after` returned; the database is gone then. Throws
 * USAGE, MIGRATION_UNKNOWN, what `up` throws, and what either function throws.
 */
export async function aroundMigration<R>(options: AroundMigrationOptions<R>): Promise<R> {
  checkNames('aroundMigration', options, [...sourceOptionNames, ...databaseOptionNames, ...ownNames])
  const { migration, before, after, rest = false } = options
  if (typeof migration !== 'string')
    throw usage('There is no migration to look at', 'Give "migration", an id for instance')
  if (typeof before !== 'function' || typeof after !== 'function')
    throw usage(
      'Either "before" or "after" is no function',
      'Give both: one to write rows, one to look at them',
    )
  const { id, stepsBefore } = await placeOf(migration, options)
  const database = await makeTestDatabase(options, { steps: stepsBefore })
  try {
    await before(database)
    await database.runner.up(rest ? {} : { to: id })
    return await after(database)
  } finally {
    await database.close()
  }
}

const ownNames = ['migration', 'before', 'after', 'rest'] satisfies Exclude<
  keyof AroundMigrationOptions<unknown>,
  keyof TestMigrations | keyof DatabaseOptions
>[]

/** How many migrations come before one, in the order in which they are applied. */
async function placeOf(query: string, options: TestMigrations): Promise<{ id: string; stepsBefore: number }> {
  const { source, name, others, environment, tracker } = await testSource(options)
  const dialect = sqliteDialect
  const loaded = await loadMigrations(source, { dialect, applied: [], protectedTables: tracker.tables })
  refuseProblems(loaded.problems)
  const available = withOwnDependencies(loaded.migrations, name)
  const { id } = resolveId(query, available)
  const { steps, skipped } = plan(
    { available, applied: [], others },
    { direction: 'up', environment, engine: dialect.name },
  )
  const stepsBefore = steps.findIndex((step) => step.id === id)
  if (stepsBefore >= 0) return { id, stepsBefore }
  const reason = skipped.find((each) => each.id === id)?.reason
  throw new MigrateError('USAGE', `${id} is skipped here (${reason}), so there is nothing around it`, {
    hint: 'Give the "environment" that it is for',
    details: { migration: id },
  })
}
