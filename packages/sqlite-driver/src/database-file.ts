import { accessSync, constants, mkdirSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import { databaseReplaced } from './database-replaced.ts'
import { unreachable } from './error-translation.ts'
import type { Place } from './place.ts'

/** A file and nothing about its content. Never opens it: closing it would drop SQLite's own locks in this process. */
export class DatabaseFile implements Place {
  readonly location: string
  readonly path: string

  constructor(path: string, location: string) {
    this.path = path
    this.location = location
  }

  exists(): boolean {
    try {
      return statSync(this.path, { throwIfNoEntry: false }) !== undefined
    } catch (error) {
      throw unreachable(error, this)
    }
  }

  /** Throws where the file cannot be a database. */
  checkKind(): void {
    const found = statSync(this.path, { throwIfNoEntry: false })
    if (found !== undefined && !found.isFile()) throw unreachable(undefined, this)
  }

  makeDirectory(): void {
    try {
      mkdirSync(dirname(this.path), { recursive: true })
    } catch (error) {
      throw new MigrateError(
        'DATABASE_UNREACHABLE',
        `The directory of ${this.location} cannot be made: ${(error as Error).message}`,
        { hint: 'Make the directory, or correct the path', cause: error },
      )
    }
  }

  /** The file that `suffix` makes of the name: `-wal`, `-journal`; SQLite puts it beside the target of a link. */
  beside(suffix: string): string {
    return this.#realPath() + suffix
  }

  /** Bytes of the file beside it, undefined where there is none. */
  sizeBeside(suffix: string): number | undefined {
    return statSync(this.beside(suffix), { throwIfNoEntry: false })?.size
  }

  /** May the file and its directory be written to? */
  isWritable(): boolean {
    const path = this.#realPath()
    return permits(path) && permits(dirname(path))
  }

  /**
   * Throws DATABASE_READ_ONLY, naming what may not be written. SQLite would notice only later, and leave companion
   * files that are as read-only as the database was.
   */
  checkWritable(): void {
    const path = this.#realPath()
    const companions = ['-wal', '-shm', '-journal'].map((suffix) => path + suffix)
    const locked = [path, dirname(path), ...companions].find(forbids)
    if (locked === undefined) return
    const what =
      locked === dirname(path)
        ? `the directory ${locked}`
        : locked === path
          ? 'the file'
          : `the file ${locked}`
    throw new MigrateError(
      'DATABASE_READ_ONLY',
      `${this.location} cannot be changed: ${what} cannot be written to`,
      {
        hint: 'Give the user who runs this the right to write to the file and to its directory',
      },
    )
  }

  /** The file behind every link, with its inode; undefined where there is none. */
  place(): string | undefined {
    const found = statSync(this.path, { bigint: true, throwIfNoEntry: false })
    return found === undefined ? undefined : `${this.#realPath()} (inode ${found.ino})`
  }

  /** Device and inode, undefined where there is no file. */
  identity(): string | undefined {
    const found = statSync(this.path, { bigint: true, throwIfNoEntry: false })
    return found === undefined ? undefined : `${found.dev}:${found.ino}`
  }

  /** Throws DATABASE_REPLACED where the file is not the one that had this identity. */
  checkIdentity(expected: string | undefined): void {
    if (this.identity() !== expected) throw this.replaced()
  }

  /** The error where the file is not the one that was opened. */
  replaced(): MigrateError {
    return databaseReplaced(this)
  }

  #realPath(): string {
    return realPath(this.path)
  }
}

/** More links than any system follows. */
const MOST_LINKS = 40

/**
 * Where a file is, or would be made: a link may lead to what is not there yet, and so may one of its directories. What
 * stands beside it has the same name before and after, for everybody who calls it by another one.
 */
function realPath(path: string, links = MOST_LINKS): string {
  try {
    return realpathSync(path)
  } catch {
    const target = links > 0 ? linkTarget(path) : undefined
    if (target !== undefined) return realPath(resolve(dirname(path), target), links - 1)
    return dirname(path) === path ? path : join(realPath(dirname(path), links), basename(path))
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function permits(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** It is there and may not be written. One question: what somebody removes between two would look forbidden. */
function forbids(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return false
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code !== 'ENOENT' && code !== 'ENOTDIR'
  }
}
