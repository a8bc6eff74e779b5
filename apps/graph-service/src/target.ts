import { combinedSource, MigrateError, MigrationRunner, type StopSignal } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { processOwner } from '@whimbrel/core/process'
import type { DatabaseEntry, Manifest } from '@whimbrel/manifest'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { type DatabaseVersion, databaseVersion, sqlVersionTracker } from '@whimbrel/version-tracker'
import { type Log, startupLog } from './startup-log.ts'

/** One database of the manifest with all that is needed to migrate it and to ask about it. Nothing is open yet. */
export interface Target {
  readonly name: string
  readonly path: string
  readonly pragmas: DatabaseEntry['pragmas']
  readonly runner: MigrationRunner
  readonly version: DatabaseVersion
}

interface Surroundings {
  readonly signal: StopSignal
  readonly log: Log
}

/** Every database of a manifest, in its order. Throws DRIVER_UNKNOWN for what is not a SQLite file. */
export async function targetsOf(
  { databases, environment }: Manifest,
  { signal, log }: Surroundings,
): Promise<readonly Target[]> {
  const parts = databases.map((entry) => ({ entry, ...partsOf(entry) }))
  const names = parts.map(async ({ entry, source }) => [entry.name, (await source.list()).entries] as const)
  // So that a migration which needs one of another database is refused where there is none.
  const others = new Map(await Promise.all(names))
  const runner = processOwner('graph-service')
  return parts.map(({ entry, path, driver, tracker, source }) => {
    const { name, pragmas, transaction, lockTimeoutMs } = entry
    const onEvent = startupLog(name, log)
    const settings = { transaction, lockTimeoutMs, environment, others, runner, signal, onEvent }
    return {
      name,
      path,
      pragmas,
      runner: new MigrationRunner({ driver, tracker, source, ...settings }),
      version: databaseVersion({ driver, tracker, name }),
    }
  })
}

function partsOf({ name, displayUrl, path, pragmas, table, migrations, layout }: DatabaseEntry) {
  if (path === undefined || path === ':memory:') {
    throw new MigrateError('DRIVER_UNKNOWN', `${name} is ${displayUrl}, which is not a SQLite file`, {
      hint: 'Give it a url such as sqlite:../data/graph.db: this service keeps its data in files',
    })
  }
  return {
    path,
    driver: sqliteDriver({ path, pragmas }),
    tracker: sqlVersionTracker({ table }),
    source: combinedSource(migrations.map((directory) => folderSource({ directory, layout }))),
  }
}
