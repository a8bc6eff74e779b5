import type { SqlValue } from './driver.ts'

/**
 * The session that code of an application gets during a run. Statements follow the rules for the text of migrations:
 * MIGRATION_FORBIDDEN for what would begin or end a transaction, reach into another file or change the tracking
 * tables. It ends with the code that got it: from then on everything is refused with USAGE.
 */
export interface CodeSession {
  /** Runs exactly one statement. */
  execute(sql: string, params?: readonly SqlValue[]): Promise<void>
  /** Runs one statement and returns its rows, columns by name; integers beyond 2^53 as bigint. */
  query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]>
  /** Keeps what `work` does when it resolves, and undoes it when it rejects; inside a transaction it is a savepoint. */
  transaction<T>(work: () => Promise<T>): Promise<T>
}

/** One direction of a migration as code. It runs inside the transaction of its step, and has to await what it begins. */
export type MigrationFunction = (session: CodeSession) => void | Promise<void>
