import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type ErrorCode, MigrateError, type OtherPlace, type RunJournal } from '@whimbrel/core'
import type { DatabaseFile } from './database-file.ts'

const SUFFIX = '.run'

/** The run journal of a database file: `<database>.run` beside it, replaced as a whole and synced. */
export class RunJournalFile implements RunJournal {
  readonly #file: DatabaseFile

  constructor(file: DatabaseFile) {
    this.#file = file
  }

  async place(): Promise<string> {
    return this.#file.beside('')
  }

  async read(): Promise<string | undefined> {
    return this.#read(this.#file.beside(SUFFIX))
  }

  async readOther({ place, from }: OtherPlace): Promise<string | undefined> {
    if (isElsewhere(place)) throw outOfSight(place, this.#file)
    const own = dirname(this.#file.beside(''))
    const candidates = [join(own, relative(dirname(from), place)), place]
    const found = this.#try('read', () => candidates.find(isThere))
    if (found === undefined) throw otherMissing(place, this.#file)
    return this.#read(found + SUFFIX)
  }

  async write(
    text: string,
    { others = [] }: { readonly others?: readonly RunJournal[] } = {},
  ): Promise<void> {
    const path = this.#file.beside(SUFFIX)
    const unfinished = unfinishedOf(path)
    try {
      this.#try('written', () => writeSynced(unfinished, text))
      const directories = new Set<string>()
      for (const other of others) {
        if (!(other instanceof RunJournalFile)) await other.write(text)
        else directories.add(other.#copy({ from: unfinished, text }))
      }
      this.#try('written', () => {
        // What stands in one directory is synced at once: nothing is committed before this has returned.
        for (const each of directories) if (each !== dirname(path)) syncDirectory(each)
        renameSync(unfinished, path)
        syncDirectory(dirname(path))
      })
    } finally {
      removeUnfinished(unfinished)
    }
  }

  /** The same synced text under another name, without writing it again where it can be. Returns the directory. */
  #copy({ from, text }: { readonly from: string; readonly text: string }): string {
    const path = this.#file.beside(SUFFIX)
    const unfinished = unfinishedOf(path)
    try {
      this.#try('written', () => {
        if (!linked(from, unfinished)) writeSynced(unfinished, text)
        renameSync(unfinished, path)
      })
      return dirname(path)
    } finally {
      removeUnfinished(unfinished)
    }
  }

  async remove({ durable = false }: { readonly durable?: boolean } = {}): Promise<void> {
    const path = this.#file.beside(SUFFIX)
    removeUnfinished(unfinishedOf(path))
    this.#try('removed', () => {
      rmSync(path, { force: true })
      if (durable) syncDirectory(dirname(path))
    })
  }

  #try<T>(what: 'read' | 'written' | 'removed', work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw this.#translate(error, what)
    }
  }

  #read(path: string): string | undefined {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // Beneath a file nothing can be: whoever opens the database says so.
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw this.#translate(error, 'read')
    }
  }

  #translate(error: unknown, what: 'read' | 'written' | 'removed'): MigrateError {
    const { code = '', message } = error as NodeJS.ErrnoException
    const translation = translations[code] ?? otherwise
    const [known, hint] = what === 'read' && translation === forbidden ? unreadable : translation
    return new MigrateError(
      known,
      `The run journal of ${this.#file.location} cannot be ${what}: ${message}`,
      { hint, details: { file: this.#file.beside(SUFFIX) }, cause: error },
    )
  }
}

const full = ['DATABASE_FULL', 'Free space on its disk, then run the command again'] as const
const forbidden = [
  'DATABASE_READ_ONLY',
  'Give the user who runs this the right to write to the directory of the database',
] as const
const unreadable = [
  'DATABASE_UNREACHABLE',
  'Give the user who runs this the right to read the file, and to look into its directory',
] as const
const otherwise = ['DATABASE_IO', 'Look at the disk and the system log, then run the command again'] as const

const translations: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: full,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: forbidden,
}

function unfinishedOf(path: string): string {
  return `${path}.tmp`
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    // A folder of the name is a file now.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false
    throw error
  }
}

/** Nobody reads it, and the next journal replaces it: where it cannot be removed it does no harm. */
function removeUnfinished(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // See above.
  }
}

/** A new name for a file; false where there cannot be one, on another disk or a file system without links. */
function linked(from: string, to: string): boolean {
  removeUnfinished(to)
  try {
    linkSync(from, to)
    return true
  } catch {
    return false
  }
}

/** Makes a new file: what a crash has left may be another name of a journal that stands. */
function writeSynced(path: string, text: string): void {
  removeUnfinished(path)
  const descriptor = openSync(path, 'wx')
  try {
    const bytes = Buffer.from(text)
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Places of other engines begin with their names; a letter alone is a drive. */
function isElsewhere(place: string): boolean {
  return /^[a-z]{2,}:/.test(place)
}

function outOfSight(place: string, { location }: DatabaseFile): MigrateError {
  return new MigrateError(
    'DATABASE_UNREACHABLE',
    `The database at ${place} cannot be seen from ${location}: it is of another engine`,
    { hint: 'Use a manifest that names both', details: { place } },
  )
}

function otherMissing(place: string, { location }: DatabaseFile): MigrateError {
  return new MigrateError(
    'DATABASE_MISSING',
    `There is no database at ${place}, which a run over it and ${location} has named`,
    {
      hint: 'Bring the file back, or name the place where it is now in the manifest',
      details: { file: place },
    },
  )
}
