import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Source } from '@whimbrel/core'
import type { Layout } from '@whimbrel/core/fs'

/** What there is in a source: names, and a hash of the bytes of each. */
export interface FileFingerprint {
  readonly id: string
  readonly version: string
  readonly fingerprint: string
}

/** Folders of files, of which can be told quickly whether they changed. */
export interface MigrationFolders {
  readonly directories: readonly string[]
  readonly layout: Layout
}

interface Known {
  readonly stamp: string
  readonly files: readonly FileFingerprint[]
}

/** A change within this time of another one may leave no trace in the times that a file system keeps. */
const RACY_MS = 2_000

const knownFolders = new Map<string, Known>()

/**
 * Reads and hashes all migrations of a source. Of folders that did not change since this process read them the answer
 * is known: nobody forges size, inode and time of change of a file by accident.
 */
export async function fileFingerprints(
  source: Source,
  folders: MigrationFolders | undefined,
): Promise<readonly FileFingerprint[]> {
  if (folders === undefined) return read(source)
  const directories = folders.directories.map((directory) => resolve(directory))
  const { stamp, changedAt } = look(directories)
  const key = [folders.layout, ...directories].join('\0')
  const known = knownFolders.get(key)
  if (known?.stamp === stamp) return known.files
  const files = await read(source)
  // What was written while it was read counts as not known.
  if (Date.now() - changedAt > RACY_MS && look(directories).stamp === stamp)
    knownFolders.set(key, { stamp, files })
  else knownFolders.delete(key)
  return files
}

async function read(source: Source): Promise<readonly FileFingerprint[]> {
  const { entries, problems } = await source.list()
  const [problem] = problems
  if (problem !== undefined) throw problem
  const files: FileFingerprint[] = []
  for (const entry of entries) {
    const { fingerprint } = await entry.read()
    files.push({ id: entry.id, version: entry.version, fingerprint })
  }
  return files
}

/** Every file beneath some folders with what changes when it is written, and when the last one was. */
function look(directories: readonly string[]): { stamp: string; changedAt: number } {
  let stamp = ''
  let changedAt = 0
  try {
    for (const directory of directories) {
      for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
        const { size, ino, mtimeMs, ctimeMs } = statSync(join(directory, name))
        stamp += `${name}\0${size} ${ino} ${mtimeMs} ${ctimeMs}\n`
        changedAt = Math.max(changedAt, ctimeMs)
      }
      stamp += '\n'
    }
  } catch {
    // The source says what is wrong with it.
    return { stamp: '', changedAt: Number.POSITIVE_INFINITY }
  }
  return { stamp, changedAt }
}
