import type { Applied } from '../model/applied.ts'
import type { Migration } from '../model/migration.ts'
import { withOwnDependencies } from '../plan/own-dependencies.ts'
import type { MigrationState } from '../plan/plan.ts'
import type { Session } from '../ports/driver.ts'
import { type BegunMigration, begunStatements } from './begun.ts'
import { type LoadedMigrations, loadMigrations } from './load-migrations.ts'
import type { MigrationRunnerOptions } from './runner-options.ts'
import { withClosing } from './with-closing.ts'

export interface RunOptions {
  /**
   * Versions that the plan will be about, from names alone: of other migrations no file is read, so that a wrong one
   * does not stand in the way of a rollback.
   */
  readonly only?: (names: MigrationNames) => readonly string[]
  /** Read the SQL of what is in doubt, too: a retry compares its statements. */
  readonly begun?: boolean
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
  { only, begun: withBegun = false }: RunOptions = {},
): Promise<Look> {
  const exists = await driver.exists()
  const { sizeBytes, begun, ...records } = exists
    ? await readRecords({ driver, tracker, withBegun })
    : noRecords
  const applied = withOwnDependencies(records.applied, name)
  const { problems, warnings, scripts, ...read } = await loadMigrations(source, {
    dialect: driver.dialect,
    applied,
    protectedTables: tracker.tables,
    only: only && ((entries) => only({ applied, available: entries })),
  })
  const migrations = withOwnDependencies(read.migrations, name)
  const { dialect } = driver
  const state: MigrationState = {
    available: migrations,
    applied,
    others,
    ...(withBegun && { begun: await begunStatements(begun, { migrations, scripts, dialect }) }),
  }
  return { exists, sizeBytes, migrations, problems, warnings, scripts, state }
}

interface Records {
  readonly applied: readonly Applied[]
  readonly sizeBytes: number | undefined
  readonly begun: readonly BegunMigration[]
}

const noRecords: Records = { applied: [], sizeBytes: undefined, begun: [] }

async function readRecords({
  driver,
  tracker,
  withBegun,
}: Pick<MigrationRunnerOptions, 'driver' | 'tracker'> & { withBegun: boolean }): Promise<Records> {
  const session = await driver.session('read')
  return withClosing(
    () => session.close(),
    async () => {
      const applied = await tracker.applied(session)
      const sizeBytes = await session.inspector?.sizeBytes()
      return { applied, sizeBytes, begun: withBegun ? await readBegun(session, { applied, tracker }) : [] }
    },
  )
}

async function readBegun(
  session: Session,
  { applied, tracker }: Pick<Records, 'applied'> & Pick<MigrationRunnerOptions, 'tracker'>,
): Promise<readonly BegunMigration[]> {
  const begun: BegunMigration[] = []
  for (const record of applied) {
    if (record.state === 'in-doubt') begun.push({ record, kept: await tracker.kept(session, record.version) })
  }
  return begun
}
