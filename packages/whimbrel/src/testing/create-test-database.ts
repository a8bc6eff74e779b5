import { usage } from '@whimbrel/core'
import { type Pragmas, sqliteDriver } from '@whimbrel/sqlite-driver'
import { checkNames } from '../check-names.ts'
import type { Extent } from './extent.ts'
import { type ImageCacheOptions, ImageStore } from './image-store.ts'
import { migratedImage } from './migrated-image.ts'
import { openImage } from './open-image.ts'
import type { TestDatabase } from './test-database.ts'
import { sourceOptionNames, type TestMigrations, testSource } from './test-source.ts'

/** How a database of a test is made, wherever its migrations come from. */
export interface DatabaseOptions {
  /** A database in memory instead of a file; default false. */
  readonly inMemory?: boolean
  /** Over the defaults, or over what the manifest says; `synchronous` is OFF unless it stands here. */
  readonly pragmas?: Pragmas
  /** Where migrated images are kept and how many; false runs the migrations every time. */
  readonly cache?: ImageCacheOptions | false
}

/** Options of `createTestDatabase`. */
export type TestDatabaseOptions = TestMigrations &
  DatabaseOptions & {
    /** Id, version or beginning of the id of the last migration to apply; default: all of them. */
    readonly to?: string
  }

export const databaseOptionNames = ['inMemory', 'pragmas', 'cache'] satisfies (keyof DatabaseOptions)[]

/**
 * A database with all migrations applied, or those up to `to`, and nobody else's: from a copy of an image that is kept
 * for the same migrations, so that it costs about a millisecond, whatever the migrations cost. Throws USAGE,
 * MIGRATION_UNKNOWN, and what `up` throws.
 */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  checkNames('createTestDatabase', options, [...sourceOptionNames, ...databaseOptionNames, 'to'])
  const { to } = options
  if (to !== undefined && typeof to !== 'string')
    throw usage(`"to" is a ${typeof to}, not a text`, 'Give the id of a migration, or its version as a text')
  return makeTestDatabase(options, to === undefined ? 'head' : { to })
}

/** The same for options whose names were checked. */
export async function makeTestDatabase(
  options: TestMigrations & DatabaseOptions,
  extent: Extent,
): Promise<TestDatabase> {
  const { inMemory = false, cache } = options
  if (typeof inMemory !== 'boolean')
    throw usage(`"inMemory" is a ${typeof inMemory}, not a boolean`, 'Give true or false')
  const store = cache === false ? undefined : new ImageStore(cache)
  const own = lowerCased(options.pragmas)
  // Opens nothing, and says what is wrong with a pragma before anything is read.
  sqliteDriver({ path: ':memory:', pragmas: own })
  const from = await testSource(options)
  const pragmas: Pragmas = {
    ...from.pragmas,
    ...own,
    // A database in memory has no journal of another kind, and its image must not speak of one.
    ...(inMemory && { journal_mode: 'DELETE' }),
  }
  const image = await migratedImage({ from, extent, pragmas, store })
  // Nobody looks at the database of a test after a loss of power.
  const relaxed = 'synchronous' in own ? pragmas : { ...pragmas, synchronous: 'OFF' }
  return openImage(image, { from, inMemory, pragmas: relaxed })
}

function lowerCased(pragmas: Pragmas = {}): Pragmas {
  return Object.fromEntries(Object.entries(pragmas).map(([name, value]) => [name.toLowerCase(), value]))
}
