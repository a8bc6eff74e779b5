import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Folders that nobody removed yet. */
const folders = new Set<string>()

function removeAll(): void {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // Some systems remove no file that is open; the exit of a process is no place to fail.
    }
  }
}

/** A new folder for one database. What a test forgets to remove goes when its process ends. */
export function makeTemporaryFolder(): string {
  if (folders.size === 0) process.once('exit', removeAll)
  const folder = mkdtempSync(join(tmpdir(), 'whimbrel-test-'))
  folders.add(folder)
  return folder
}

export function removeTemporaryFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  folders.delete(folder)
  if (folders.size === 0) process.removeListener('exit', removeAll)
}
