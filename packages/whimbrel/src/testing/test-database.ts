import type { MigrationRunner, Session } from '@whimbrel/core'
import type { openDatabase } from '@whimbrel/sqlite-driver'

/** An open handle of better-sqlite3. */
export type DatabaseHandle = Awaited<ReturnType<typeof openDatabase>>

/** A migration by its names. */
export interface MigrationRef {
  readonly id: string
  readonly version: string
}

/** A database of one test, migrated and open. */
export interface TestDatabase extends AsyncDisposable {
  /** Ready for use; its pragmas are those of the application, but for `synchronous`, which is OFF. */
  readonly handle: DatabaseHandle
  /** The file, or `:memory:`. */
  readonly path: string
  /** Name of its tracking table. */
  readonly table: string
  /** The migrations that there are, applied or not, by version. */
  readonly available: readonly MigrationRef[]
  /** Migrates it further or back, on the same connection. */
  readonly runner: MigrationRunner
  /** A session as drivers give it, on the same connection; to be closed by whoever opens it. */
  session(): Promise<Session>
  /** Closes the handle and removes the file with all that belongs to it. Does nothing the second time. */
  close(): Promise<void>
}
