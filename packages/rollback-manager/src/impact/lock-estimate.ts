/** What takes time under the write lock when a table or column goes. */
export interface LockLoad {
  /** Rows that are read, kept in a file and removed or rewritten. */
  readonly rows: number
  /** Bytes of the tables that they are in. */
  readonly bytes: number
}

/** Microseconds for each row: to read it, to write it down, and to take it away. */
const ROW_US = 4
/** Bytes in a second: written to a file, and gone through by the engine to free or rewrite pages. */
const BYTES_PER_SECOND = 125_000_000
/** What a change of the schema takes at least. */
const STEP_MS = 1

/**
 * About how long a step holds the write lock because of what goes, in milliseconds: 1 ms, 4 µs for each row, and 8 ms for
 * each megabyte. Measured on a small machine with an SSD; what the step does beside is not in it.
 */
export function lockEstimate({ rows, bytes }: LockLoad): number {
  return Math.ceil(STEP_MS + (rows * ROW_US) / 1000 + (bytes / BYTES_PER_SECOND) * 1000)
}
