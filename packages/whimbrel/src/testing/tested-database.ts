import { type DatabaseSchema, MigrateError, usage, withoutTables } from '@whimbrel/core'
import { readSchema } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import type { DatabaseHandle, TestDatabase } from './test-database.ts'

/** What assertions look at: a test database, or any open handle of better-sqlite3. */
export type TestedDatabase = TestDatabase | DatabaseHandle

/** The handle of either. Throws USAGE for anything else. */
export function handleOf(database: TestedDatabase): DatabaseHandle {
  const handle = isTestDatabase(database) ? database.handle : database
  if (typeof handle?.prepare !== 'function')
    throw usage(
      'What was given to look at is no database',
      'Give a test database, or a better-sqlite3 handle',
    )
  if (!handle.open) throw usage('The database is closed', 'Look at it before it is closed')
  return handle
}

/** Its schema without the tracking tables; of a handle, those of the default name unless another one is given. */
export function schemaOf(database: TestedDatabase, table?: string): DatabaseSchema {
  const handle = handleOf(database)
  const name = table ?? (isTestDatabase(database) ? database.table : undefined)
  return withoutTables(readSchema(handle), sqlVersionTracker({ table: name }).tables)
}

export function isTestDatabase(database: TestedDatabase): database is TestDatabase {
  return typeof database === 'object' && database !== null && 'handle' in database
}

/** An assertion that does not hold. */
export function assertionFailed(message: string): MigrateError {
  return new MigrateError('ASSERTION_FAILED', message, {
    hint: 'Correct the migration, or what the test expects of it',
  })
}
