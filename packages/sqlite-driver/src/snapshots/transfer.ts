import { interrupted, type SnapshotOptions } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'

/** Pages between two looks at the signal: about 8 MB. */
const PAGES_AT_ONCE = 2048

/**
 * Copies all pages of an open database into another file with SQLite's own backup. False where that file is in use:
 * nothing was copied then. Where the source has a read transaction open, its content is that of the transaction, and
 * others may write meanwhile; without one SQLite begins again whenever they do, and may never come to an end.
 */
export async function transfer(
  source: BetterSqlite3.Database,
  path: string,
  { onProgress, signal }: SnapshotOptions,
): Promise<boolean> {
  const { totalPages } = await source.backup(path, {
    progress({ totalPages: total, remainingPages }) {
      if (signal?.aborted === true) throw interrupted(`copying to ${path}`)
      onProgress?.({ done: total - remainingPages, total })
      return PAGES_AT_ONCE
    },
  })
  onProgress?.({ done: totalPages, total: totalPages })
  // better-sqlite3 says of a file that it could not lock that nothing remains to be copied.
  return totalPages > 0
}
