import { statSync, truncateSync } from 'node:fs'

/** Lock files have two pages of 512 bytes; one more than anybody has seen. */
const longest = 3 * 512

/**
 * Empties a lock file that a loss of power left in pieces: it is written without waiting for the disk. Returns false
 * where it does not look like one of ours.
 *
 * The file stays the same one, so that a lock that somebody does hold on it stays held; only the note who that is gets
 * lost. Emptying opens and closes the file, which takes the locks of this process on it: whoever holds one here wrote a
 * whole file a moment ago.
 */
export function emptyTornFile(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined || !found.isFile()) return false
  if (found.size === 0 || found.size > longest || found.size % 512 !== 0) return false
  truncateSync(path)
  return true
}
