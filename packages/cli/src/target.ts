import { isAbsolute, relative } from 'node:path'
import { type Driver, MigrateError, type MigrationState, type Source } from '@whimbrel/core'
import { folderSource, type Layout } from '@whimbrel/core/fs'
import {
  type DatabaseEntry,
  databaseFromUrl,
  findManifest,
  type Manifest,
  readManifest,
  selectDatabases,
} from '@whimbrel/manifest'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** One database with everything that is needed to migrate it. Nothing is open yet. */
export interface Target {
  readonly name: string
  /** As shown to people: no password, relative where that is shorter. */
  readonly url: string
  readonly driver: Driver
  readonly tracker: ReturnType<typeof sqlVersionTracker>
  readonly source: Source
  /** Folder of its migrations. */
  readonly directory: string
  readonly layout: Layout
  readonly transaction: 'batch' | 'each' | 'all'
  readonly lockTimeoutMs: number | undefined
}

export interface Targets {
  /** The databases this command is about, in the order of the manifest. */
  readonly selected: readonly Target[]
  /** Those and the others of the manifest. */
  readonly all: readonly Target[]
  readonly environment: string | undefined
  /** Absent for a database given by `--url`. */
  readonly manifest: Manifest | undefined
}

/** Finds the databases of a command: those of the manifest, or the one given by `--url`. Opens none. */
export async function findTargets(settings: Settings, terminal: Terminal): Promise<Targets> {
  const { environment } = settings
  const make = (entry: DatabaseEntry) => makeTarget(entry, { settings, terminal })
  if (settings.single !== undefined) {
    const target = make(databaseFromUrl({ ...settings.single, cwd: terminal.cwd }))
    return { selected: [target], all: [target], environment, manifest: undefined }
  }
  const manifest = await loadManifest(settings, terminal)
  const all = manifest.databases.map(make)
  const names = new Set(selectDatabases(manifest, settings.databases).map(({ name }) => name))
  return { selected: all.filter(({ name }) => names.has(name)), all, environment, manifest }
}

/** The manifest of a command. Throws MANIFEST_NOT_FOUND, MANIFEST_INVALID and ENVIRONMENT_UNKNOWN. */
export async function loadManifest(settings: Settings, { cwd, env }: Terminal): Promise<Manifest> {
  const explicit = settings.manifest
  const path = findManifest({ cwd, env, ...(explicit === undefined ? {} : { explicit }) })
  const { environment } = settings
  return readManifest(path, { env, ...(environment === undefined ? {} : { environment }) })
}

/** Ids of every database's migrations, for dependencies between them; only names are read. */
export async function migrationsOf(
  targets: readonly Target[],
): Promise<NonNullable<MigrationState['others']>> {
  const lists = targets.map(async ({ name, source }) => [name, (await source.list()).entries] as const)
  return new Map(await Promise.all(lists))
}

function makeTarget(
  entry: DatabaseEntry,
  { settings, terminal }: { settings: Settings; terminal: Terminal },
): Target {
  const { name, layout, table, transaction } = entry
  const label = shown(entry.path ?? entry.displayUrl, terminal.cwd)
  return {
    name,
    url: entry.path === undefined ? entry.displayUrl : `sqlite:${label}`,
    driver: makeDriver(entry, { settings, label }),
    tracker: sqlVersionTracker({ table }),
    source: folderSource({
      directory: entry.migrations,
      layout,
      label: shown(entry.migrations, terminal.cwd),
    }),
    directory: entry.migrations,
    layout,
    transaction,
    lockTimeoutMs: settings.lockTimeoutMs ?? entry.lockTimeoutMs,
  }
}

function makeDriver(
  entry: DatabaseEntry,
  { settings, label }: { settings: Settings; label: string },
): Driver {
  const { engine, path, pragmas } = entry
  if (engine !== 'sqlite' || path === undefined) {
    throw new MigrateError(
      'DRIVER_UNKNOWN',
      `${entry.name} is a ${engine} database, which this release cannot open`,
      {
        hint: 'Use a sqlite: url; drivers for servers are to come',
      },
    )
  }
  const busyTimeoutMs = settings.busyTimeoutMs
  return sqliteDriver({
    path,
    label,
    ...(pragmas === undefined ? {} : { pragmas }),
    ...(busyTimeoutMs === undefined ? {} : { busyTimeoutMs }),
  })
}

/** Relative to where the person is, unless that leads far away. */
function shown(path: string, cwd: string): string {
  if (!isAbsolute(path)) return path
  const near = relative(cwd, path)
  return near.startsWith('../..') || near === '' ? path : near
}
