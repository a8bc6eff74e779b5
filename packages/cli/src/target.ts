import { MigrateError, type MigrationState } from '@whimbrel/core'
import {
  type DatabaseEntry,
  databaseFromUrl,
  findManifest,
  type Manifest,
  readManifest,
  selectDatabases,
} from '@whimbrel/manifest'
import type { Use } from '@whimbrel/version-tracker'
import { type ComposedDatabase, composeDatabase } from 'whimbrel/compose'
import { placeFlags } from './complete-hint.ts'
import type { Settings, SingleDatabase } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** One database with everything that is needed to migrate it. Nothing is open yet. */
export interface Target extends ComposedDatabase {
  /** Options that lead a command to this database, for hints. */
  readonly flags: string
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
  const make = (
    entry: DatabaseEntry,
    { manifest, several = false }: { manifest?: Manifest; several?: boolean } = {},
  ) =>
    makeTarget(entry, {
      settings,
      terminal,
      manifestDirectory: manifest?.directory,
      use: { environment, protected: manifest?.protected === true },
      flags: `${placeFlags(settings)}${several ? ` --db ${entry.name}` : ''}`,
    })
  if (settings.single !== undefined) {
    const target = make(singleEntry(settings.single, terminal.cwd))
    return { selected: [target], all: [target], environment, manifest: undefined }
  }
  const manifest = await loadManifest(settings, terminal)
  const all = manifest.databases.map((entry, _, { length }) => make(entry, { manifest, several: length > 1 }))
  const names = new Set(selectDatabases(manifest, settings.databases).map(({ name }) => name))
  return { selected: all.filter(({ name }) => names.has(name)), all, environment, manifest }
}

/** The manifest of a command. Throws MANIFEST_NOT_FOUND, MANIFEST_INVALID and ENVIRONMENT_UNKNOWN. */
export async function loadManifest(settings: Settings, { cwd, env }: Terminal): Promise<Manifest> {
  const { environment, environmentFrom, manifest: explicit } = settings
  try {
    return await readManifest(findManifest({ cwd, env, explicit }), { env, environment })
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    if (error.code === 'ENVIRONMENT_UNKNOWN')
      throw reworded(error, `${error.message}, which ${environmentFrom} names`)
    throw error
  }
}

function singleEntry({ url, urlFrom, migrations }: SingleDatabase, cwd: string): DatabaseEntry {
  try {
    return databaseFromUrl({ url, migrations, cwd })
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    const reason = error.message.charAt(0).toLowerCase() + error.message.slice(1)
    throw reworded(error, `${urlFrom} cannot be used: ${reason}`)
  }
}

function reworded({ code, hint, details }: MigrateError, message: string): MigrateError {
  return new MigrateError(code, message, { hint, details })
}

/** Ids of every database's migrations, for dependencies between them; only names are read. */
export async function migrationsOf(
  targets: readonly Target[],
): Promise<NonNullable<MigrationState['others']>> {
  return new Map(
    await Promise.all(targets.map(async (target) => [target.name, await entriesOf(target)] as const)),
  )
}

/** A folder that cannot be listed is reported for its own database, and hides no other. */
async function entriesOf({ source }: Target): Promise<readonly { id: string; version: string }[]> {
  try {
    return (await source.list()).entries
  } catch (error) {
    if (MigrateError.is(error)) return []
    throw error
  }
}

function makeTarget(
  entry: DatabaseEntry,
  {
    settings,
    terminal,
    flags,
    use,
    manifestDirectory,
  }: {
    settings: Settings
    terminal: Terminal
    flags: string
    use: Use
    manifestDirectory: string | undefined
  },
): Target {
  const { lockTimeoutMs, busyTimeoutMs } = settings
  const { cwd } = terminal
  const composed = composeDatabase(entry, { use, cwd, manifestDirectory, lockTimeoutMs, busyTimeoutMs })
  terminal.onDriver?.(composed.driver)
  return { ...composed, flags }
}
