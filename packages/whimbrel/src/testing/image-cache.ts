import { createHash, randomUUID } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const HASH_BYTES = 32
const ownFile = /^[0-9a-f]{64}\.image$/
const ownDraft = /^[0-9a-f]{64}\.image\.[0-9a-f-]{36}$/
/** A draft of this age was left by a process that was killed. */
const ABANDONED_MS = 3_600_000

/**
 * Images of migrated databases in a folder, each under its key. Any number of processes may share it: a file is written
 * under another name and then renamed, and begins with the hash of what follows, so that what was cut off or damaged
 * counts as not there. Where there are more than so many bytes, those that nobody used for the longest time go.
 */
export class ImageCache {
  readonly #directory: string
  readonly #maxBytes: number

  constructor(directory: string, maxBytes: number) {
    this.#directory = directory
    this.#maxBytes = maxBytes
  }

  read(key: string): Buffer | undefined {
    const path = this.#pathOf(key)
    let bytes: Buffer
    try {
      bytes = readFileSync(path)
    } catch {
      return undefined
    }
    touch(path)
    const image = bytes.subarray(HASH_BYTES)
    return hashOf(image).equals(bytes.subarray(0, HASH_BYTES)) ? image : undefined
  }

  /** Throws what the file system throws. */
  write(key: string, image: Uint8Array): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    const path = this.#pathOf(key)
    const draft = `${path}.${randomUUID()}`
    try {
      writeFileSync(draft, Buffer.concat([hashOf(image), image]), { mode: 0o600 })
      renameSync(draft, path)
    } catch (error) {
      rmSync(draft, { force: true })
      throw error
    }
    this.#makeRoom()
  }

  #pathOf(key: string): string {
    return join(this.#directory, `${key}.image`)
  }

  #makeRoom(): void {
    const now = Date.now()
    const files = readdirSync(this.#directory).flatMap((name) => this.#look(name))
    let room = this.#maxBytes
    for (const { path, isDraft, size, usedAt } of files.sort((a, b) => b.usedAt - a.usedAt)) {
      if (isDraft) {
        if (now - usedAt > ABANDONED_MS) rmSync(path, { force: true })
        continue
      }
      room -= size
      if (room < 0) rmSync(path, { force: true })
    }
  }

  /** Nothing for a file of somebody else, or one that another process has just removed. */
  #look(name: string): { path: string; isDraft: boolean; size: number; usedAt: number }[] {
    const isDraft = ownDraft.test(name)
    const path = join(this.#directory, name)
    const stat = isDraft || ownFile.test(name) ? statSync(path, { throwIfNoEntry: false }) : undefined
    return stat === undefined ? [] : [{ path, isDraft, size: stat.size, usedAt: stat.atimeMs }]
  }
}

/** The time of access says when it was used last, also on a file system that does not keep it by itself. */
function touch(path: string): void {
  try {
    utimesSync(path, new Date(), statSync(path).mtime)
  } catch {
    // Somebody else's, or just removed: what was read is as good.
  }
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
