import type { Applied } from '../model/applied.ts'
import type { Finding } from '../model/finding.ts'
import type { Migration } from '../model/migration.ts'
import { withOwnDependencies } from '../plan/own-dependencies.ts'
import type { MigrationState } from '../plan/plan.ts'
import type { Session } from '../ports/driver.ts'
import type { VersionTracker } from '../ports/version-tracker.ts'
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
  /**
   * What `state` of a runner of this database has just returned with the same options: no file is read again, unless
   * the records turn out to be others under the lock.
   */
  readonly known?: MigrationState | undefined
}

/** What a choice of migrations is made from. */
export interface MigrationNames {
  readonly applied: readonly Applied[]
  readonly available: readonly Pick<Migration, 'id' | 'version'>[]
}

export interface LookOptions extends RunOptions {
  /** Also what was noticed about the database itself, and its size. */
  readonly notices?: boolean
}

/** Files and records as they were at one moment, without a lock. */
export interface Look extends LoadedMigrations {
  readonly state: MigrationState
  readonly exists: boolean
  readonly notices: readonly Finding[]
  readonly sizeBytes: number | undefined
}

/** Looks by the state that they gave, for as long as somebody has it. */
const looks = new WeakMap<MigrationState, Look>()

/** Reads records and files; opens nothing where there is no database. */
export async function takeLook(options: MigrationRunnerOptions, wanted: LookOptions = {}): Promise<Look> {
  const known = wanted.known && looks.get(wanted.known)
  if (known !== undefined) return known
  const look = await readLook(options, wanted)
  looks.set(look.state, look)
  return look
}

async function readLook(
  { driver, tracker, source, others, name }: MigrationRunnerOptions,
  { only, begun: withBegun = false, notices: withNotices = false }: LookOptions,
): Promise<Look> {
  const exists = await driver.exists()
  const { sizeBytes, begun, notices, ...records } = exists
    ? await readRecords({ driver, tracker }, { withBegun, withNotices })
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
  return { exists, sizeBytes, notices, migrations, problems, warnings, scripts, state }
}

interface Records {
  readonly applied: readonly Applied[]
  readonly sizeBytes: number | undefined
  readonly begun: readonly BegunMigration[]
  readonly notices: readonly Finding[]
}

const noRecords: Records = { applied: [], sizeBytes: undefined, begun: [], notices: [] }

async function readRecords(
  { driver, tracker }: Pick<MigrationRunnerOptions, 'driver' | 'tracker'>,
  { withBegun, withNotices }: { readonly withBegun: boolean; readonly withNotices: boolean },
): Promise<Records> {
  const session = await driver.session('read')
  return withClosing(
    () => session.close(),
    async () => {
      const applied = await tracker.applied(session)
      // Only a status tells it.
      const sizeBytes = withNotices ? await session.inspector?.sizeBytes() : undefined
      const begun = withBegun ? await readBegun(session, { applied, tracker }) : []
      const notices = withNotices ? await readNotices(session, tracker) : []
      return { applied, sizeBytes, begun, notices }
    },
  )
}

async function readNotices(session: Session, tracker: VersionTracker): Promise<readonly Finding[]> {
  const ofTracker = await tracker.notices?.(session)
  const ofEngine = await session.inspector?.notices?.()
  return [...(ofTracker ?? []), ...(ofEngine ?? [])]
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
