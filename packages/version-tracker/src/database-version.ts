import {
  checkOptionNames,
  type Driver,
  type HistoryEntry,
  type Session,
  usage,
  type VersionTracker,
} from '@whimbrel/core'
import { type AvailableMigration, checkCurrent, withoutRecord } from './check-current.ts'
import { findRecord } from './find-record.ts'

export interface DatabaseVersionOptions {
  /** Opened for reading by each call. Give this or `session`. */
  readonly driver?: Driver | undefined
  /** An open session, left open. */
  readonly session?: Session | undefined
  readonly tracker: VersionTracker
  /** Name of the database in the manifest, for the hints. */
  readonly name?: string | undefined
}

/** Answers what a database has, and changes nothing. A database that does not exist has nothing applied. */
export interface DatabaseVersion {
  /** True when the migration of this id or version is applied and not in doubt. */
  isApplied(idOrVersion: string): Promise<boolean>
  /** Those of the given migrations that have no record, in the order given. */
  pending<M extends AvailableMigration>(available: readonly M[]): Promise<readonly M[]>
  /** Attempts in either direction, newest first. */
  history(options?: { readonly limit?: number }): Promise<readonly HistoryEntry[]>
  /**
   * Resolves when the database is where an application with these migrations needs it; give those for its engine and
   * environment. Throws IN_DOUBT, CHECKSUM_CHANGED, DATABASE_AHEAD (the database is newer than the application) or
   * PENDING. Records of older migrations that the application no longer has do not matter.
   */
  assertCurrent(available: readonly AvailableMigration[]): Promise<void>
}

const knownOptions = ['driver', 'session', 'tracker', 'name'] satisfies (keyof DatabaseVersionOptions)[]

/** The start-up check of an application: is this database where my code needs it? Throws USAGE. */
export function databaseVersion(options: DatabaseVersionOptions): DatabaseVersion {
  checkOptions(options)
  const { tracker, name } = options
  const records = () => read(options, [], (session) => tracker.applied(session))
  return {
    isApplied: async (idOrVersion) => findRecord(await records(), idOrVersion)?.state === 'applied',
    pending: async (available) => withoutRecord(available, await records()),
    history: (limits) => read(options, [], (session) => tracker.history(session, limits)),
    assertCurrent: async (available) => checkCurrent(await records(), { available, name }),
  }
}

async function read<T>(
  { driver, session }: DatabaseVersionOptions,
  nothing: T,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  if (session !== undefined) return work(session)
  if (driver === undefined || !(await driver.exists())) return nothing
  const opened = await driver.session('read')
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

function checkOptions(options: DatabaseVersionOptions): void {
  checkOptionNames('databaseVersion', Object.keys(options), knownOptions)
  if (options.tracker === undefined)
    throw usage('databaseVersion was given no tracker', 'Give it sqlVersionTracker()')
  if ((options.driver === undefined) === (options.session === undefined)) {
    throw usage('databaseVersion needs one way to the database', 'Give it either a driver or a session')
  }
}
