import { combinedSource, type Driver, MigrateError, type Source } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import type { BackupSettings, DatabaseEntry } from '@whimbrel/manifest'
import { mysqlDriver } from '@whimbrel/mysql-driver'
import { postgresDriver } from '@whimbrel/postgres-driver'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { type SqlVersionTracker, sqlVersionTracker, type Use } from '@whimbrel/version-tracker'
import type BetterSqlite3 from 'better-sqlite3'
import { backupPlace } from './backup-place.ts'
import { shownPath } from './shown-path.ts'

/** One database of a manifest with everything that is needed to migrate it. Nothing is open yet. */
export interface ComposedDatabase {
  readonly name: string
  /** As shown to people: no password, relative to where they are when that is shorter. */
  readonly url: string
  /** SQLite only: the absolute file, or `:memory:`. */
  readonly path: string | undefined
  /** Name of the tracking table. */
  readonly table: string
  readonly driver: Driver
  readonly tracker: SqlVersionTracker
  readonly source: Source
  /** Absolute folder that a new migration goes into; with another source there may be none. */
  readonly directory: string
  readonly layout: DatabaseEntry['layout']
  readonly pragmas: DatabaseEntry['pragmas']
  /** Undefined: what is usual for the engine. */
  readonly transaction: DatabaseEntry['transaction']
  /** Milliseconds; undefined where nobody says. */
  readonly lockTimeoutMs: number | undefined
  /** What it is used as, and what it is stamped with when it is changed. */
  readonly use: Use
  /** Where backups and kept rows go, and how many stay. */
  readonly backup: BackupSettings
  /** That folder as shown to people. */
  readonly backupLabel: string
  /** Patterns of what may differ from what the migrations give. */
  readonly driftIgnore: readonly string[]
}

/** What the entry of a manifest does not say. */
export interface ComposeOptions {
  readonly use: Use
  /** Absolute folder where people are: paths are shown relative to it. */
  readonly cwd: string
  /** Absolute folder of the manifest; absent for a database without one. */
  readonly manifestDirectory?: string | undefined
  /** Over what the manifest says, in milliseconds. */
  readonly lockTimeoutMs?: number | undefined
  /** Over what the pragmas say, in milliseconds, while it is migrated. */
  readonly busyTimeoutMs?: number | undefined
  /** Migrations instead of those in the folders of the entry. */
  readonly source?: Source | undefined
  /** Migrations beside those. */
  readonly sources?: readonly Source[] | undefined
  /** An open handle of it, for a database in memory. */
  readonly handle?: BetterSqlite3.Database | undefined
}

/**
 * Driver, tracker and source of one database, from its entry in a manifest. Whoever composes a database with it, the
 * command and an application alike, works on the same file and the same tables. What is wrong with an engine or a
 * folder is told when it is used. Throws USAGE for the url of a server that cannot be read.
 */
export function composeDatabase(entry: DatabaseEntry, options: ComposeOptions): ComposedDatabase {
  const { name, path, layout, table, pragmas, transaction, driftIgnore } = entry
  const { cwd, use, manifestDirectory } = options
  const label = shownPath(path ?? entry.displayUrl, cwd)
  const driver = driverOf(entry, { ...options, label })
  const backup = backupPlace(entry, { manifestDirectory, cwd })
  return {
    name,
    url: path === undefined ? entry.displayUrl : `sqlite:${label}`,
    path,
    table,
    driver,
    tracker: sqlVersionTracker({
      table,
      dialect: entry.engine,
      ...(entry.trackingSchema !== undefined && { schema: entry.trackingSchema }),
      stamp: { ...use, place: async () => driver.place?.() },
    }),
    source: sourceOf(entry, options),
    directory: entry.migrations[0],
    layout,
    pragmas,
    transaction,
    lockTimeoutMs: options.lockTimeoutMs ?? entry.lockTimeoutMs,
    use,
    backup,
    backupLabel: shownPath(backup.directory, cwd),
    driftIgnore,
  }
}

function sourceOf(
  { migrations, layout }: DatabaseEntry,
  { source, sources = [], cwd }: ComposeOptions,
): Source {
  const own =
    source === undefined
      ? migrations.map((directory) => folderSource({ directory, layout, label: shownPath(directory, cwd) }))
      : [source]
  return combinedSource([...own, ...sources])
}

function driverOf(
  entry: DatabaseEntry,
  { handle, label, busyTimeoutMs }: ComposeOptions & { readonly label: string },
): Driver {
  if (entry.engine !== 'sqlite') return serverOf(entry, { label, busyTimeoutMs })
  const { path = ':memory:', pragmas } = entry
  const patience = busyTimeoutMs === undefined ? {} : { busyTimeoutMs }
  return handle === undefined
    ? sqliteDriver({ path, label, pragmas, ...patience })
    : sqliteDriver({ handle, label, ...patience })
}

/** A driver knows the url only, and not which of several databases it is of. */
function serverOf(entry: DatabaseEntry, place: ServerPlace): Driver {
  try {
    return entry.engine === 'postgres'
      ? postgresDriver(postgresOptions(entry, place))
      : mysqlDriver(serverOptions(entry, place))
  } catch (error) {
    if (!MigrateError.is(error) || error.code !== 'USAGE') throw error
    const { code, message, hint, details } = error
    const reason = message.charAt(0).toLowerCase() + message.slice(1)
    throw new MigrateError(code, `Database "${entry.name}" cannot be used: ${reason}`, { hint, details })
  }
}

interface ServerPlace {
  readonly label: string
  readonly busyTimeoutMs: number | undefined
}

function serverOptions(entry: DatabaseEntry, { label, busyTimeoutMs = entry.busyTimeoutMs }: ServerPlace) {
  const { url, statementTimeoutMs } = entry
  return {
    url,
    label,
    ...(busyTimeoutMs !== undefined && { busyTimeoutMs }),
    ...(statementTimeoutMs !== undefined && { statementTimeoutMs }),
  }
}

function postgresOptions(entry: DatabaseEntry, place: ServerPlace) {
  const { trackingSchema: schema, searchPath } = entry
  return {
    ...serverOptions(entry, place),
    ...(schema !== undefined && { schema }),
    ...(searchPath !== undefined && { searchPath }),
  }
}
