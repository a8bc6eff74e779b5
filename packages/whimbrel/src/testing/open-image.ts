import type { Driver, MigrationRunner, Session } from '@whimbrel/core'
import { openDatabase, type Pragmas, sqliteDriver } from '@whimbrel/sqlite-driver'
import type { MigratedImage } from './migrated-image.ts'
import { makeTemporaryFile, removeTemporaryFile } from './temporary-file.ts'
import type { DatabaseHandle, MigrationRef, TestDatabase } from './test-database.ts'
import { testRunner } from './test-runner.ts'
import type { TestSource } from './test-source.ts'

export interface OpenImageOptions {
  readonly from: TestSource
  readonly pragmas: Pragmas
  readonly inMemory: boolean
}

/** Opens a copy of an image: in memory, or as a file in a folder of its own. */
export async function openImage(image: MigratedImage, options: OpenImageOptions): Promise<TestDatabase> {
  const { from, pragmas, inMemory } = options
  if (inMemory) {
    const handle = await openDatabase(':memory:', { pragmas, image: image.bytes })
    return new CopiedImage(image, { from, handle, path: ':memory:' })
  }
  // Out of memory: it was read and verified, and a copy by the file system takes as long.
  const path = makeTemporaryFile(image.bytes)
  try {
    return new CopiedImage(image, { from, handle: await openDatabase(path, { pragmas }), path })
  } catch (error) {
    removeTemporaryFile(path)
    throw error
  }
}

interface Copy {
  readonly from: TestSource
  readonly handle: DatabaseHandle
  readonly path: string
}

class CopiedImage implements TestDatabase {
  readonly handle: DatabaseHandle
  readonly path: string
  readonly table: string
  readonly available: readonly MigrationRef[]
  readonly #from: TestSource
  #driver: Driver | undefined

  constructor({ available }: MigratedImage, { from, handle, path }: Copy) {
    this.handle = handle
    this.path = path
    this.table = from.table
    this.available = available
    this.#from = from
  }

  get runner(): MigrationRunner {
    return testRunner(this.#ownDriver(), this.#from)
  }

  session(): Promise<Session> {
    return this.#ownDriver().session('write')
  }

  async close(): Promise<void> {
    try {
      await this.#driver?.close()
    } finally {
      this.handle.close()
      if (this.path !== ':memory:') removeTemporaryFile(this.path)
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #ownDriver(): Driver {
    this.#driver ??= sqliteDriver({ handle: this.handle, path: this.path, label: 'the test database' })
    return this.#driver
  }
}
