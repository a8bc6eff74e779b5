import { bundleSource, type Source } from '@whimbrel/core'
import {
  type DatabaseEntry,
  databaseFromUrl,
  findManifest,
  type Manifest,
  parseManifest,
  type Release,
  readManifest,
  selectDatabases,
} from '@whimbrel/manifest'
import type BetterSqlite3 from 'better-sqlite3'
import type { CheckedOptions } from './checked-options.ts'
import { type ComposedDatabase, composeDatabase } from './compose/compose-database.ts'

/** The databases of an application, composed. Nothing of them is open yet, but for those in memory. */
export interface Product {
  /** In the order of the manifest. */
  readonly all: readonly ComposedDatabase[]
  /** Those that the call is about. */
  readonly selected: readonly ComposedDatabase[]
  readonly environment: string | undefined
  /** What a run over several of them keeps. */
  readonly release: Release
}

/** Gives a database in memory the handle that it lives in; undefined for any other. */
export type MemoryHandles = (entry: DatabaseEntry) => Promise<BetterSqlite3.Database | undefined>

interface Reading {
  readonly databases: readonly DatabaseEntry[]
  readonly manifest?: Manifest | undefined
}

const noHandles: MemoryHandles = async () => undefined

/**
 * Reads the manifest and composes its databases. Throws DATABASE_UNKNOWN for a name that it does not have, and the
 * codes of a manifest.
 */
export async function readProduct(
  options: CheckedOptions,
  memoryHandles: MemoryHandles = noHandles,
): Promise<Product> {
  const { databases, manifest } = await reading(options)
  const { environment } = options
  const selected = new Set(selectDatabases({ databases }, options.databases ?? []).map(({ name }) => name))
  checkKeys(databases, options)
  const all: ComposedDatabase[] = []
  for (const entry of databases) {
    const handle = selected.has(entry.name) ? await memoryHandles(entry) : undefined
    all.push(composed(entry, { options, manifest, handle }))
  }
  return {
    all,
    selected: all.filter(({ name }) => selected.has(name)),
    environment,
    release: manifest?.release ?? 'atomic',
  }
}

async function reading(options: CheckedOptions): Promise<Reading> {
  const { url, migrations, directory } = options
  if (url !== undefined) {
    // A source that is no folder needs none; then nothing is read from this one.
    const folder = typeof migrations === 'string' ? migrations : 'migrations'
    return { databases: [databaseFromUrl({ url, migrations: folder, cwd: directory })] }
  }
  const manifest = await manifestOf(options)
  return { databases: manifest.databases, manifest }
}

function manifestOf({ manifest, bundle, directory, env, environment }: CheckedOptions): Promise<Manifest> {
  if (bundle !== undefined) {
    // Something else than a bundle is refused in the words of its source.
    if (typeof bundle?.manifest !== 'string') bundleSource(bundle, '')
    return parseManifest(bundle.manifest, { directory, env, environment, file: 'of the bundle' })
  }
  const path = findManifest({ cwd: directory, env, explicit: manifest, by: 'the option "manifest"' })
  return readManifest(path, { env, environment })
}

/** Whatever is said by the name of a database is said of one that is there. */
function checkKeys(databases: readonly DatabaseEntry[], { sources, baseline }: CheckedOptions): void {
  selectDatabases({ databases }, Object.keys(sources ?? {}))
  if (typeof baseline === 'object') selectDatabases({ databases }, Object.keys(baseline))
}

function composed(
  entry: DatabaseEntry,
  {
    options,
    manifest,
    handle,
  }: {
    readonly options: CheckedOptions
    readonly manifest: Manifest | undefined
    readonly handle: BetterSqlite3.Database | undefined
  },
): ComposedDatabase {
  const { sources, environment, lockTimeoutMs } = options
  return composeDatabase(entry, {
    use: { environment, protected: manifest?.protected === true },
    cwd: process.cwd(),
    manifestDirectory: manifest?.directory,
    lockTimeoutMs,
    handle,
    source: sourceOf(entry, options),
    sources: listOf(sources?.[entry.name]),
  })
}

/** Where its migrations are instead of in folders. */
function sourceOf({ name }: DatabaseEntry, { migrations, bundle }: CheckedOptions): Source | undefined {
  if (bundle !== undefined) return bundleSource(bundle, name)
  return typeof migrations === 'string' ? undefined : migrations
}

function listOf(sources: Source | readonly Source[] | undefined): readonly Source[] {
  if (sources === undefined) return []
  return Array.isArray(sources) ? sources : [sources as Source]
}
