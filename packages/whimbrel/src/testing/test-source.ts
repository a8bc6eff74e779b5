import {
  combinedSource,
  MigrateError,
  type MigrationState,
  type Source,
  type SourceEntry,
  usage,
} from '@whimbrel/core'
import { folderSource, type Layout } from '@whimbrel/core/fs'
import { type DatabaseEntry, readManifest, selectDatabases } from '@whimbrel/manifest'
import type { Pragmas } from '@whimbrel/sqlite-driver'
import { type SqlVersionTracker, sqlVersionTracker } from '@whimbrel/version-tracker'
import type { MigrationFolders } from './file-fingerprints.ts'

/** Migrations given as they are. */
export interface GivenMigrations {
  /** A folder, or any other source. */
  readonly migrations: string | Source
  /** How the files of a folder are arranged; default `single-file`. */
  readonly layout?: Layout
  /** Name of the tracking table; default `schema_migrations`. */
  readonly table?: string
  /** Environment, for migrations that are only for some. */
  readonly environment?: string
  readonly manifest?: never
  readonly database?: never
  readonly env?: never
}

/** Migrations of one database of a manifest, with its table and its pragmas. */
export interface ManifestMigrations {
  /** Path of the manifest. Its urls are read and not used. */
  readonly manifest: string
  /** Name of the database; needed where the manifest has more than one. */
  readonly database?: string
  /** Environment to select in the manifest, and for migrations that are only for some. */
  readonly environment?: string
  /** Variables for `${NAME}` in the manifest; default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly migrations?: never
  readonly layout?: never
  readonly table?: never
}

/** Where the migrations of a test come from. */
export type TestMigrations = GivenMigrations | ManifestMigrations

/** Options of either form; each function adds its own. */
export const sourceOptionNames = [
  'migrations',
  'layout',
  'table',
  'environment',
  'manifest',
  'database',
  'env',
] satisfies (keyof GivenMigrations | keyof ManifestMigrations)[]

/** Migrations with all that decides what they make of a database. Nothing was read of them. */
export interface TestSource {
  readonly source: Source
  /** Where the source is made of them. */
  readonly folders: MigrationFolders | undefined
  readonly table: string
  readonly tracker: SqlVersionTracker
  readonly environment: string | undefined
  readonly pragmas: Pragmas
  /** Name of the database in the manifest. */
  readonly name: string | undefined
  /** Migrations of the other databases of the manifest, by name. */
  readonly others: MigrationState['others']
}

/** Reads the manifest where there is one. Throws USAGE, the codes of a manifest, and DATABASE_UNKNOWN. */
export async function testSource(options: TestMigrations): Promise<TestSource> {
  const { migrations, manifest, layout, table, database, env } = options
  if (migrations === undefined && manifest === undefined)
    throw usage('There are no migrations to test', 'Give "migrations", a folder for instance, or "manifest"')
  if (migrations !== undefined && manifest !== undefined)
    throw usage('Both "migrations" and "manifest" were given', 'Give the one that the test is about')
  if (manifest !== undefined) {
    if (typeof manifest !== 'string')
      throw usage(`"manifest" is of the type ${typeof manifest}, not a text`, 'Give the path of the manifest')
    refuseWith('manifest', { layout, table }, 'The manifest says it')
    return fromManifest(options)
  }
  refuseWith('migrations', { database, env }, 'It belongs to "manifest"')
  return fromMigrations(options)
}

function refuseWith(option: string, refused: Readonly<Record<string, unknown>>, hint: string): void {
  for (const [name, value] of Object.entries(refused))
    if (value !== undefined) throw usage(`"${name}" cannot be given together with "${option}"`, hint)
}

function fromMigrations(options: GivenMigrations): TestSource {
  const { migrations, layout = 'single-file', table = 'schema_migrations', environment } = options
  if (typeof migrations !== 'string' && typeof migrations?.list !== 'function')
    throw usage('"migrations" is neither a folder nor a source', 'Give the path of a folder, as a text')
  if (typeof migrations !== 'string' && options.layout !== undefined)
    throw usage('"layout" was given for migrations that are in no folder', 'Leave "layout" out')
  const given = {
    table,
    tracker: sqlVersionTracker({ table }),
    environment,
    pragmas: {},
    name: undefined,
    others: undefined,
  }
  if (typeof migrations !== 'string') return { ...given, source: migrations, folders: undefined }
  const source = folderSource({ directory: migrations, layout })
  return { ...given, source, folders: { directories: [migrations], layout } }
}

async function fromManifest(options: ManifestMigrations): Promise<TestSource> {
  const { manifest: path, database, environment, env = process.env } = options
  const manifest = await readManifest(path, { env, environment })
  const [entry, second] = selectDatabases(manifest, database === undefined ? [] : [database])
  if (entry === undefined || second !== undefined) {
    const known = manifest.databases.map(({ name }) => name).join(', ')
    throw usage(`${path} has several databases, and none was chosen`, `Give "database", one of: ${known}`)
  }
  if (entry.engine !== 'sqlite')
    throw usage(`${entry.name} is a database of ${entry.engine}, and these are of SQLite`, 'Choose another')
  return {
    source: sourceOf(entry),
    folders: { directories: entry.migrations, layout: entry.layout },
    table: entry.table,
    tracker: sqlVersionTracker({ table: entry.table }),
    environment,
    pragmas: entry.pragmas,
    name: entry.name,
    others: await othersOf(manifest.databases),
  }
}

function sourceOf({ migrations, layout }: DatabaseEntry): Source {
  return combinedSource(migrations.map((directory) => folderSource({ directory, layout })))
}

async function othersOf(databases: readonly DatabaseEntry[]): Promise<MigrationState['others']> {
  const listed = databases.map(async (entry) => [entry.name, await entriesOf(entry)] as const)
  return new Map(await Promise.all(listed))
}

/** What is wrong with the folder of another database is no matter of this one. */
async function entriesOf(entry: DatabaseEntry): Promise<readonly SourceEntry[]> {
  try {
    return (await sourceOf(entry).list()).entries
  } catch (error) {
    if (MigrateError.is(error)) return []
    throw error
  }
}
