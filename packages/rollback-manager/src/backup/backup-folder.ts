import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { noDirectory } from './backup-errors.ts'
import { type BackupManifest, openManifest, type ReadManifest, sealedManifest } from './backup-manifest.ts'
import { makeDirectoryDurably, renameDurably, writeDurably } from './durable-files.ts'

const FILE = '.backup'
const MANIFEST = '.backup.json'
/** What is being written, and what is being removed: no backup any more or yet. */
const PART = '.part'
const GONE = '.gone'
const idForm = /^\d{8}-\d{6}-[0-9a-f]{4}$/

/** One backup as its folder tells. */
export interface Backup {
  /** `20261120-140307-3f2a`: the UTC time when it was made, and a random part. */
  readonly id: string
  /** Absolute path of the file. */
  readonly path: string
  /** Bytes of the file, 0 where there is none. */
  readonly bytes: number
  /**
   * What can be seen without reading the file: `truncated` has another size than its manifest says, `edited` a
   * manifest that was changed by hand, `newer` one that another release wrote.
   */
  readonly state:
    | 'complete'
    | 'truncated'
    | 'file-missing'
    | 'manifest-missing'
    | 'unreadable'
    | 'edited'
    | 'newer'
  /** Where its manifest can be read. */
  readonly manifest?: BackupManifest
}

/**
 * The backups of one database in a folder: a file and its manifest for each. A backup is there as soon as its manifest
 * is, and no longer than that.
 */
export class BackupFolder {
  readonly directory: string
  readonly #database: string

  constructor(directory: string, database: string) {
    this.directory = directory
    this.#database = database
  }

  /** Makes the folder where there is none. Throws BACKUP_FAILED. */
  async prepare(): Promise<void> {
    try {
      await makeDirectoryDurably(this.directory)
      await this.#clearLeftovers()
    } catch (error) {
      throw noDirectory(this.directory, error)
    }
  }

  /** Oldest first. */
  async list(): Promise<readonly Backup[]> {
    const ids = new Set<string>()
    for (const name of await this.#names()) {
      const id = this.#idOf(name, MANIFEST) ?? this.#idOf(name, FILE)
      if (id !== undefined) ids.add(id)
    }
    const backups = await Promise.all([...ids].map((id) => backupAt(this.#path(id))))
    return backups.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))
  }

  /** An id that no backup here has, and where its file is to be written. */
  begin(now: Date): { readonly id: string; readonly part: string } {
    const [date = '', time = ''] = now
      .toISOString()
      .replace(/[-:]|\..*/g, '')
      .split('T')
    for (;;) {
      const id = `${date}-${time}-${randomBytes(2).toString('hex')}`
      const path = this.#path(id)
      if (existsSync(path) || existsSync(manifestOf(path))) continue
      return { id, part: path + PART }
    }
  }

  /**
   * Makes a backup of what was written: first everything under names that do not count, then the file, then the
   * manifest, each durable before the next.
   */
  async finish(manifest: BackupManifest): Promise<Backup> {
    const path = this.#path(manifest.id)
    await writeDurably(manifestOf(path) + PART, sealedManifest(manifest))
    await renameDurably(path + PART, path)
    await renameDurably(manifestOf(path) + PART, manifestOf(path))
    return backupAt(path)
  }

  /** Removes what was begun. */
  async abandon(id: string): Promise<void> {
    const path = this.#path(id)
    const parts = [path + PART, `${path}${PART}-journal`, manifestOf(path) + PART]
    for (const part of parts) await rm(part, { force: true })
  }

  async remove({ path }: Backup): Promise<void> {
    const manifest = manifestOf(path)
    await renameDurably(manifest, manifest + GONE)
    await rm(path, { force: true })
    await rm(manifest + GONE, { force: true })
  }

  /** What a killed process left. A file whose manifest somebody removed is none of it. */
  async #clearLeftovers(): Promise<void> {
    const names = await this.#names()
    for (const name of names) {
      const manifest = this.#idOf(name, MANIFEST + PART)
      const removed = this.#idOf(name, MANIFEST + GONE)
      if (manifest !== undefined) await this.#finishOrAbandon(manifest, names)
      if (removed !== undefined) {
        await rm(this.#path(removed), { force: true })
        await rm(join(this.directory, name), { force: true })
      }
    }
    for (const name of await this.#names()) {
      const id = this.#idOf(name, FILE + PART) ?? this.#idOf(name, `${FILE + PART}-journal`)
      if (id !== undefined) await this.abandon(id)
    }
  }

  /** Everything is there but the last name, or not. */
  async #finishOrAbandon(id: string, names: readonly string[]): Promise<void> {
    const path = this.#path(id)
    const isWhole =
      names.includes(basename(path)) && 'manifest' in (await manifestAt(manifestOf(path) + PART))
    if (isWhole) await renameDurably(manifestOf(path) + PART, manifestOf(path))
    else await this.abandon(id)
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.directory)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw noDirectory(this.directory, error)
    }
  }

  #path(id: string): string {
    return join(this.directory, `${this.#database}-${id}${FILE}`)
  }

  #idOf(name: string, suffix: string): string | undefined {
    const start = `${this.#database}-`
    if (!name.startsWith(start) || !name.endsWith(suffix)) return undefined
    const id = name.slice(start.length, name.length - suffix.length)
    return idForm.test(id) ? id : undefined
  }
}

/** The backup of a file, wherever it is; its manifest lies beside it. */
export async function backupAt(path: string): Promise<Backup> {
  const file = path.endsWith(MANIFEST) ? path.slice(0, -'.json'.length) : path
  const found = await stat(file).catch(() => undefined)
  const read = await manifestAt(manifestOf(file))
  const bytes = found?.isFile() === true ? found.size : 0
  const manifest = 'manifest' in read ? read.manifest : undefined
  const state = stateOf(read, found === undefined ? undefined : bytes)
  const id = manifest?.id ?? basename(file, FILE).slice(-20)
  return { id, path: file, bytes, state, ...(manifest !== undefined && { manifest }) }
}

function stateOf(
  read: ReadManifest | { problem: 'manifest-missing' },
  bytes: number | undefined,
): Backup['state'] {
  if ('problem' in read) return read.problem
  if (bytes === undefined) return 'file-missing'
  return bytes === read.manifest.file.bytes ? 'complete' : 'truncated'
}

async function manifestAt(path: string): Promise<ReadManifest | { problem: 'manifest-missing' }> {
  try {
    return openManifest(await readFile(path, 'utf8'))
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return missing ? { problem: 'manifest-missing' } : { problem: 'unreadable' }
  }
}

function manifestOf(path: string): string {
  return `${path}.json`
}

/** Where the manifest cannot be read, the name tells to the second. */
function timeOf({ id, manifest }: Backup): string {
  if (manifest !== undefined) return manifest.createdAt
  return id.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d).*$/, '$1-$2-$3T$4:$5:$6.000Z')
}
