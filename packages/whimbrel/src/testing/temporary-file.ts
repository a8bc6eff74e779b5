import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What SQLite and the driver put beside a database. */
const companions = ['-wal', '-shm', '-journal', '.lock', '.lock-journal', '.run'] as const

/** Files that nobody removed yet. */
const files = new Set<string>()

/**
 * A new file for one database, for this user only; to be removed with all that belongs to it. It has no folder of its
 * own: making and removing one takes longer than all the rest. What a test forgets to remove goes when its process ends.
 */
export function makeTemporaryFile(content: Uint8Array): string {
  const path = join(tmpdir(), `whimbrel-test-${randomUUID()}.db`)
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' })
  if (files.size === 0) process.once('exit', removeAll)
  files.add(path)
  return path
}

export function removeTemporaryFile(path: string): void {
  for (const suffix of ['', ...companions]) rmSync(path + suffix, { force: true })
  files.delete(path)
  if (files.size === 0) process.removeListener('exit', removeAll)
}

function removeAll(): void {
  for (const path of files) {
    try {
      removeTemporaryFile(path)
    } catch {
      // Some systems remove no file that is open; the exit of a process is no place to fail.
    }
  }
}
