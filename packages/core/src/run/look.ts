import type { Applied } from '../model/applied.ts'
import type { Migration } from '../model/migration.ts'
import { withOwnDependencies } from '../plan/own-dependencies.ts'
import type { MigrationState } from '../plan/plan.ts'
import { type LoadedMigrations, loadMigrations } from './load-migrations.ts'
import type { MigrationRunnerOptions } from './runner-options.ts'
import { withClosing } from './with-closing.ts'

export interface RunOptions {
  /**
   * Versions that the plan will be about, from names alone: of other migrations no file is read, so that a wrong one
   * does not stand in the way of a rollback.
   */
  readonly only?: (names: MigrationNames) => readonly string[]
}

/** What a choice of migrations is made from. */
export interface MigrationNames {
  readonly applied: readonly Applied[]
  readonly available: readonly Pick<Migration, 'id' | 'version'>[]
}

/** Files and records as they were at one moment, without a lock. */
export interface Look extends LoadedMigrations {
  readonly state: MigrationState
  readonly exists: boolean
  readonly sizeBytes: number | undefined
}

/** Reads records and files; opens nothing where there is no database. */
export async function takeLook(
  { driver, tracker, source, others, name }: MigrationRunnerOptions,
  { only }: RunOptions = {},
): Promise<Look> {
  const exists = await driver.exists()
  const { sizeBytes, ...records } = exists ? await readRecords({ driver, tracker }) : noRecords
  const applied = withOwnDependencies(records.applied, name)
  const { problems, warnings, scripts, ...read } = await loadMigrations(source, {
    dialect: driver.dialect,
    applied,
    protectedTables: tracker.tables,
    only: only && ((entries) => only({ applied, available: entries })),
  })
  const migrations = withOwnDependencies(read.migrations, name)
  const state = { available: migrations, applied, others }
  return { exists, sizeBytes, migrations, problems, warnings, scripts, state }
}

interface Records {
  readonly applied: readonly Applied[]
  readonly sizeBytes: number | undefined
}

const noRecords: Records = { applied: [], sizeBytes: undefined }

async function readRecords({
  driver,
  tracker,
}: Pick<MigrationRunnerOptions, 'driver' | 'tracker'>): Promise<Records> {
  const session = await driver.session('read')
  return withClosing(
    () => session.close(),
    async () => ({
      applied: await tracker.applied(session),
      sizeBytes: await session.inspector?.sizeBytes(),
    }),
  )
}
