import type { GeneratedMigration } from './generate.ts'

/** `delete` is SQLite's rollback journal. */
export type JournalMode = 'delete' | 'wal'

/** What a tool is asked to do; a no-op is an apply with nothing to apply. */
export type Operation = 'apply' | 'noop' | 'status' | 'rollback'

/** Where one measurement happens: a folder of its own. */
export interface Place {
  readonly directory: string
  /** Folder of migration files inside it. */
  readonly migrations: string
  /** Database file inside it. */
  readonly database: string
  readonly journal: JournalMode
}

/** What a tool says of a database. */
export interface Counts {
  readonly applied: number
  readonly pending: number
}

/** One migration tool, set up as its own documentation does for SQLite. */
export interface BenchTool {
  readonly name: string
  readonly version: string
  /** How it is set up, in words for the page. */
  readonly setup: string
  /** Counts the migrations that it has on record. */
  readonly recordedSql: string
  /** What it can do. */
  readonly operations: readonly Operation[]
  /** Writes the migrations in its own format. */
  /** Reads the counts in what its own `command` prints; `Applied: 3` and `Pending: 0` where absent. */
  readCounts?(output: string): Counts
  prepare(place: Place, migrations: readonly GeneratedMigration[]): void
  /** Its library; absent where it has none for Node. */
  readonly library?: Library
  /** Its program; where absent, a small program of ours that calls the library. */
  command?(operation: Operation, place: Place, steps: number): readonly string[]
}

/** A tool called inside this process. Each call opens the database and closes it. */
export interface Library {
  apply(place: Place): Promise<void>
  /** Where nothing is pending; `apply` where absent. */
  noop?(place: Place): Promise<void>
  status?(place: Place): Promise<Counts>
  rollback?(place: Place, steps: number): Promise<void>
}
