import { readFileSync } from 'node:fs'
import { MigrateError, resolveId } from '@whimbrel/core'
import { openDatabase, type Pragmas, sqliteDriver } from '@whimbrel/sqlite-driver'
import { toolVersion } from '../tool-version.ts'
import type { Extent } from './extent.ts'
import { fileFingerprints } from './file-fingerprints.ts'
import { imageKey } from './image-key.ts'
import type { ImageStore } from './image-store.ts'
import { makeTemporaryFile, removeTemporaryFile } from './temporary-file.ts'
import type { MigrationRef } from './test-database.ts'
import { testRunner } from './test-runner.ts'
import type { TestSource } from './test-source.ts'

export interface ImageRequest {
  readonly from: TestSource
  readonly extent: Extent
  readonly pragmas: Pragmas
  /** Undefined: the migrations are run, whatever is kept. */
  readonly store: ImageStore | undefined
}

/** An image with what it was made of. */
export interface MigratedImage {
  /** Empty for a database in which nothing was ever written. */
  readonly bytes: Uint8Array
  /** All migrations that there are, applied or not, by version. */
  readonly available: readonly MigrationRef[]
}

/**
 * The bytes of a migrated database: kept ones where there are, made by running the migrations where there are none.
 * Throws STATE_MOVED where they change meanwhile.
 */
export async function migratedImage(request: ImageRequest): Promise<MigratedImage> {
  const { from, extent, pragmas, store } = request
  const { files: available, hash, isCode } = await fileFingerprints(from.source, from.folders)
  // Refused before anything runs, and the same whatever way it is written.
  const wanted =
    typeof extent === 'object' && 'to' in extent ? { to: resolveId(extent.to, available).id } : extent
  const make = async () => {
    const bytes = await replay({ ...request, extent: wanted })
    // What was run has to be what the key was made of: it would be taken for that from now on.
    if ((await fileFingerprints(from.source, from.folders)).hash !== hash) throw moved(from)
    return bytes
  }
  if (store === undefined || isCode) return { bytes: await make(), available }
  const engine = await engineVersion()
  const key = imageKey({ ...from, files: hash, extent: wanted, pragmas, engine, tool: toolVersion })
  return { bytes: await store.take(key, make), available }
}

/** In a file, as it will be used: not every migration works on a database in memory. */
async function replay({ from, extent, pragmas }: ImageRequest): Promise<Uint8Array> {
  const path = makeTemporaryFile(new Uint8Array())
  try {
    // Where no migration is run, nobody else gives it its form.
    const handle = await openDatabase(path, { pragmas })
    handle.close()
    const driver = sqliteDriver({ path, pragmas, label: 'a test database' })
    const runner = testRunner(driver, from)
    if (extent === 'head') await runner.up()
    else if ('to' in extent || extent.steps > 0) await runner.up(extent)
    await driver.close()
    return readFileSync(path)
  } finally {
    removeTemporaryFile(path)
  }
}

function moved({ source }: TestSource): MigrateError {
  return new MigrateError('STATE_MOVED', `The migrations of ${source.location} changed while they were run`, {
    hint: 'Run the test again',
  })
}

let engine: string | undefined

async function engineVersion(): Promise<string> {
  if (engine === undefined) {
    const handle = await openDatabase(':memory:')
    engine = String(handle.prepare('SELECT sqlite_version()').pluck().get())
    handle.close()
  }
  return engine
}
