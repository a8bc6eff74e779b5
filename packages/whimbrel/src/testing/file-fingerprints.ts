import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { refuseProblems, type Source, sqliteDialect } from '@whimbrel/core'
import type { Layout } from '@whimbrel/core/fs'
import type { MigrationRef } from './test-database.ts'

/** What there is in a source. */
export interface FileFingerprints {
  /** By version. */
  readonly files: readonly MigrationRef[]
  /** SHA-256 in hex over the names, and the bytes of each. */
  readonly hash: string
  /** One of them is code, and nobody can tell whether what it calls has changed: no hash stands for it. */
  readonly isCode: boolean
}

/** Folders of files, of which can be told quickly whether they changed. */
export interface MigrationFolders {
  readonly directories: readonly string[]
  readonly layout: Layout
}

interface Known extends FileFingerprints {
  readonly stamp: string
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
): Promise<FileFingerprints> {
  if (folders === undefined) return read(source)
  const directories = folders.directories.map((directory) => resolve(directory))
  const { stamp, changedAt } = look(directories)
  const key = [folders.layout, ...directories].join('\0')
  const known = knownFolders.get(key)
  if (known?.stamp === stamp) return known
  const found = await read(source)
  // What was written while it was read counts as not known.
  if (Date.now() - changedAt > RACY_MS && look(directories).stamp === stamp)
    knownFolders.set(key, { ...found, stamp })
  else knownFolders.delete(key)
  return found
}

async function read(source: Source): Promise<FileFingerprints> {
  const { entries, problems } = await source.list()
  refuseProblems(problems)
  const hash = createHash('sha256')
  let isCode = false
  for (const entry of entries) {
    const content = await entry.read()
    // No id holds a line break, and no fingerprint a blank.
    hash.update(`${entry.id} ${content.fingerprint}\n`)
    isCode ||= content.files === undefined && content.parse(sqliteDialect).up.run !== undefined
  }
  return { files: entries.map(({ id, version }) => ({ id, version })), hash: hash.digest('hex'), isCode }
}

/** Every file beneath some folders with what changes when it is written, and when the last one was. */
function look(directories: readonly string[]): { stamp: string; changedAt: number } {
  const parts: (string | number)[] = []
  let changedAt = 0
  // Not with the option of Node.js, which asks for every file once more.
  const visit = (directory: string) => {
    for (const name of readdirSync(directory)) {
      const path = `${directory}/${name}`
      const stat = statSync(path)
      parts.push(path, stat.size, stat.ino, stat.mtimeMs, stat.ctimeMs)
      changedAt = Math.max(changedAt, stat.ctimeMs)
      if (stat.isDirectory()) visit(path)
    }
  }
  try {
    for (const directory of directories) visit(directory)
  } catch {
    // The source says what is wrong with it.
    return { stamp: '', changedAt: Number.POSITIVE_INFINITY }
  }
  return { stamp: parts.join('\0'), changedAt }
}
