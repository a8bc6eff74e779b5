import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Driver, MigrationRunner, Session } from '@whimbrel/core'
import { openDatabase, type Pragmas, sqliteDriver } from '@whimbrel/sqlite-driver'
import type { MigratedImage } from './migrated-image.ts'
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts'
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
    return new CopiedImage(image, { from, handle, path: ':memory:', folder: undefined })
  }
  const folder = makeTemporaryFolder()
  const path = join(folder, 'test.db')
  try {
    // Out of memory: it was read and verified, and a copy by the file system takes as long.
    writeFileSync(path, image.bytes)
    const handle = await openDatabase(path, { pragmas })
    return new CopiedImage(image, { from, handle, path, folder })
  } catch (error) {
    removeTemporaryFolder(folder)
    throw error
  }
}

interface Copy {
  readonly from: TestSource
  readonly handle: DatabaseHandle
  readonly path: string
  /** Holds nothing but the file and what belongs to it. */
  readonly folder: string | undefined
}

class CopiedImage implements TestDatabase {
  readonly handle: DatabaseHandle
  readonly path: string
  readonly table: string
  readonly available: readonly MigrationRef[]
  readonly #from: TestSource
  readonly #folder: string | undefined
  #driver: Driver | undefined

  constructor({ available }: MigratedImage, { from, handle, path, folder }: Copy) {
    this.handle = handle
    this.path = path
    this.table = from.table
    this.available = available
    this.#from = from
    this.#folder = folder
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
      if (this.#folder !== undefined) removeTemporaryFolder(this.#folder)
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
