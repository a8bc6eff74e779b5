import type { Direction } from '@whimbrel/core'

/**
 * The first line of a file of kept rows. Behind it is a line for each row, `[table, [value, …]]` with the position of its
 * table in `tables`, and a last line with the counts and the SHA-256 of everything before it.
 */
export interface KeptHeader {
  /** Version of this form. */
  readonly kept: 1
  /** Name of the database. */
  readonly database: string
  /** Id of the migration that took the rows away, and in which direction. */
  readonly migration: string
  readonly direction: Direction
  /** False where it ran outside a transaction: then nothing undid the loss when it failed. */
  readonly transactional: boolean
  readonly runId: string
  /** UTC, ISO 8601 with milliseconds. */
  readonly time: string
  readonly by: string
  readonly toolVersion: string
  readonly tables: readonly KeptTable[]
}

/** One table of a file of kept rows. */
export interface KeptTable extends KeptName {
  /** All of it goes, or only some of its columns. */
  readonly lost: 'table' | 'columns'
  /** The statement that made it. */
  readonly sql: string
  /** What is kept of each row, in this order. */
  readonly columns: readonly KeptColumn[]
}

export interface KeptColumn extends KeptName {
  readonly type: string
  /** It tells which row it is. */
  readonly key: boolean
  /** It is among what goes. */
  readonly lost: boolean
}

/** A name when the step began, and the one before the run, where an earlier step of it had changed it. */
export interface KeptName {
  readonly name: string
  readonly before: string
}

/** The last line. */
export interface KeptFooter {
  /** Rows of each table, in the order of the header. */
  readonly rows: readonly number[]
  /** Of everything before this line, in hex. */
  readonly sha256: string
}
