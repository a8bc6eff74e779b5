import { dirname } from 'node:path'
import type { DiskCall } from './disk-call.ts'

/** The unit that a disk writes wholly or not at all. */
const sector = 512

type FileChange =
  | { readonly is: 'write'; readonly offset: number; readonly bytes: Buffer }
  | { readonly is: 'truncate'; readonly size: number }

/** A file and what a loss of power does not take from it. */
interface DiskFile {
  safe: Buffer
  /** A directory is no more than its name: what it holds is lost with that. */
  readonly isDirectory?: boolean
  /** What was done since the last fsync. */
  pending: FileChange[]
}

type NameChange = { readonly name: string; readonly file: DiskFile | undefined }

interface Directory {
  readonly safe: Map<string, DiskFile>
  pending: NameChange[]
}

/** How much of what was not synced the loss of power leaves. */
export type Luck = 'nothing' | 'everything' | 'some'

/**
 * A disk that keeps what was synced and may lose or tear the rest. Of the writes since a file's last fsync any subset
 * may be there, each one wholly or in some of its sectors; a sector beyond the synced end may hold anything. Of the
 * names that were made or removed since their directory's last fsync any may still be old.
 */
export class Disk {
  readonly #names = new Map<string, DiskFile>()
  readonly #directories = new Map<string, Directory>()

  /** Begins with files that have been there for long. */
  constructor(files: ReadonlyMap<string, Buffer>) {
    for (const [name, safe] of files) {
      const file = { safe, pending: [] }
      this.#names.set(name, file)
      this.#directoryOf(name).safe.set(name, file)
    }
  }

  /** Does one call. */
  apply(call: DiskCall): void {
    if (call.is === 'say') return
    const file = this.#names.get(call.file)
    if (call.is === 'open') this.#open(call, file)
    else if (call.is === 'mkdir')
      this.#make(call.file, { safe: Buffer.alloc(0), pending: [], isDirectory: true })
    else if (call.is === 'link') {
      if (file !== undefined) this.#make(call.to, file)
    } else if (call.is === 'unlink') this.#rename(call.file, undefined)
    else if (call.is === 'rename') this.#rename(call.file, call.to)
    else if (call.is === 'sync') this.#sync(call.file, file)
    // A file that has no name any more is gone with its process.
    else if (file !== undefined) file.pending.push(changeOf(call, file))
  }

  /** How much is not safe now: without any of it there is only one way a loss of power can end. */
  get unsafe(): number {
    const files = new Set(this.#names.values())
    const changes = [...files].reduce((sum, { pending }) => sum + pending.length, 0)
    return [...this.#directories.values()].reduce((sum, { pending }) => sum + pending.length, changes)
  }

  /** The files as they may be found after a loss of power now. */
  afterPowerLoss(luck: Luck, random: () => number): ReadonlyMap<string, Buffer> {
    const found = new Map<string, Buffer>()
    const made = [...this.#names].filter(([, { isDirectory }]) => isDirectory === true).map(([name]) => name)
    const there = new Set<string>()
    for (const { safe, pending } of this.#directories.values()) {
      const names = new Map(safe)
      for (const { name, file } of chosen(pending, luck, random)) {
        if (file === undefined) names.delete(name)
        else names.set(name, file)
      }
      for (const [name, file] of names) {
        if (file.isDirectory === true) there.add(name)
        else found.set(name, contentOf(file, luck, random))
      }
    }
    const lost = made.filter((name) => !there.has(name))
    return new Map([...found].filter(([name]) => !lost.some((directory) => name.startsWith(`${directory}/`))))
  }

  #open({ file: name, creates, empties }: DiskCall & { is: 'open' }, file: DiskFile | undefined): void {
    if (file === undefined && creates) this.#make(name, { safe: Buffer.alloc(0), pending: [] })
    else if (empties) file?.pending.push({ is: 'truncate', size: 0 })
  }

  #make(name: string, file: DiskFile): void {
    this.#names.set(name, file)
    this.#directoryOf(name).pending.push({ name, file })
  }

  #rename(from: string, to: string | undefined): void {
    const file = this.#names.get(from)
    this.#names.delete(from)
    if (to !== undefined && file !== undefined) {
      this.#names.set(to, file)
      // One entry with both: a rename is wholly there or not at all, where both are in one directory.
      this.#directoryOf(to).pending.push({ name: to, file })
    }
    this.#directoryOf(from).pending.push({ name: from, file: undefined })
  }

  #sync(name: string, file: DiskFile | undefined): void {
    if (file !== undefined && file.isDirectory !== true) {
      file.safe = file.pending.reduce((bytes, change) => changed(bytes, change), file.safe)
      file.pending = []
      return
    }
    const directory = this.#directories.get(name)
    if (directory === undefined) return
    for (const { name: entry, file: named } of directory.pending) {
      if (named === undefined) directory.safe.delete(entry)
      else directory.safe.set(entry, named)
    }
    directory.pending = []
  }

  #directoryOf(name: string): Directory {
    const path = dirname(name)
    const known = this.#directories.get(path)
    if (known !== undefined) return known
    const made: Directory = { safe: new Map(), pending: [] }
    this.#directories.set(path, made)
    return made
  }
}

function changeOf(call: DiskCall & { is: 'write' | 'truncate' }, file: DiskFile): FileChange {
  if (call.is === 'truncate') return { is: 'truncate', size: call.size }
  return { is: 'write', offset: call.offset ?? sizeOf(file), bytes: call.bytes }
}

function sizeOf({ safe, pending }: DiskFile): number {
  return pending.reduce(
    (size, change) =>
      change.is === 'truncate' ? change.size : Math.max(size, change.offset + change.bytes.length),
    safe.length,
  )
}

function chosen<Item>(items: readonly Item[], luck: Luck, random: () => number): readonly Item[] {
  if (luck === 'nothing') return []
  if (luck === 'everything') return items
  // Often the first few, as a disk that works in order leaves them; otherwise any of them.
  if (random() < 0.4) return items.slice(0, Math.floor(random() * (items.length + 1)))
  const share = random()
  return items.filter(() => random() < share)
}

function contentOf({ safe, pending }: DiskFile, luck: Luck, random: () => number): Buffer {
  const kept = chosen(pending, luck, random)
  const torn = luck === 'some' && random() < 0.5
  return kept.reduce((bytes, change) => {
    if (!torn || change.is === 'truncate') return changed(bytes, change)
    return tear(change, safe.length, random).reduce((before, part) => changed(before, part), bytes)
  }, safe)
}

/** A write as the sectors of it that were reached. */
function tear(
  { offset, bytes }: FileChange & { is: 'write' },
  safeSize: number,
  random: () => number,
): FileChange[] {
  const parts: FileChange[] = []
  for (let begin = offset; begin < offset + bytes.length; begin = nextSector(begin)) {
    const piece = bytes.subarray(begin - offset, nextSector(begin) - offset)
    const dice = random()
    if (dice < 0.5) parts.push({ is: 'write', offset: begin, bytes: piece })
    else if (dice > 0.9 && begin >= safeSize) {
      parts.push({
        is: 'write',
        offset: begin,
        bytes: Buffer.from(piece.map(() => Math.floor(random() * 256))),
      })
    }
  }
  return parts
}

function nextSector(offset: number): number {
  return (Math.floor(offset / sector) + 1) * sector
}

function changed(bytes: Buffer, change: FileChange): Buffer {
  const size =
    change.is === 'truncate' ? change.size : Math.max(bytes.length, change.offset + change.bytes.length)
  const result = Buffer.alloc(size)
  bytes.copy(result, 0, 0, Math.min(bytes.length, size))
  if (change.is === 'write') change.bytes.copy(result, change.offset)
  return result
}
