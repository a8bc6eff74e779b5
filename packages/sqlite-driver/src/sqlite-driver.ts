import { resolve } from 'node:path'
import {
  type DatabaseSchema,
  type Diagnosis,
  type Dialect,
  type Driver,
  type Lock,
  type LockOptions,
  type LockOwner,
  MigrateError,
  type Session,
  sqliteDialect,
  waitForLock,
} from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'
import { DatabaseFile } from './database-file.ts'
import { diagnose } from './diagnosis/diagnose.ts'
import { type CheckedOptions, checkOptions, type SqliteDriverOptions } from './driver-options.ts'
import { type Engine, loadEngine } from './engine.ts'
import { FileLock } from './file-lock.ts'
import { memoryLock } from './memory-lock.ts'
import { type Opened, openedForReading, openedForWriting, openedFromHandle } from './opened.ts'
import { setPragma } from './pragmas.ts'
import { RunJournalFile } from './run-journal-file.ts'
import { openScratch } from './scratch.ts'
import { SqliteSnapshots } from './snapshots/sqlite-snapshots.ts'
import { SqliteSession } from './sqlite-session.ts'

/** A file is asked whether it is free more often than a server is. */
const LONGEST_PAUSE_MS = 100

/**
 * A driver for one SQLite database: a file, `:memory:`, or a handle of the application. A database in memory lives
 * until the driver is closed, and its sessions share one connection. Throws USAGE for options that make no sense.
 */
export function sqliteDriver(options: SqliteDriverOptions): Driver {
  return new SqliteDriver(checkOptions(options))
}

class SqliteDriver implements Driver {
  readonly dialect: Dialect = sqliteDialect
  readonly location: string
  /** Only for a file. */
  readonly snapshots?: SqliteSnapshots
  /** Only for a file. */
  readonly runJournal?: RunJournalFile
  readonly #options: CheckedOptions
  readonly #file: DatabaseFile | undefined
  /** Sessions and locks that nobody ended yet. */
  readonly #open = new Set<() => Promise<void>>()
  #memory: BetterSqlite3.Database | undefined

  constructor(options: CheckedOptions) {
    this.#options = options
    this.location = options.label
    const inMemory = options.path === ':memory:'
    this.#file = inMemory ? undefined : new DatabaseFile(resolve(options.path), options.label)
    if (this.#file === undefined) return
    this.snapshots = this.#snapshotsOf(this.#file)
    this.runJournal = new RunJournalFile(this.#file)
  }

  async exists(): Promise<boolean> {
    if (this.#options.handle !== undefined) return true
    return this.#file?.exists() ?? this.#memory !== undefined
  }

  async place(): Promise<string | undefined> {
    return this.#file?.place()
  }

  async session(mode: 'read' | 'write'): Promise<Session> {
    const { connection, foreignKeys, checkFile, onClose } = await this.#connect(mode)
    const session = new SqliteSession(connection, {
      busyTimeoutMs: this.#options.busyTimeoutMs,
      foreignKeys,
      checkFile,
      onClose: () => {
        this.#open.delete(close)
        onClose()
      },
    })
    const close = () => session.close()
    this.#open.add(close)
    return session
  }

  async lock(owner: LockOwner, options: LockOptions): Promise<Lock> {
    const lock = await this.#takeLock(owner, options)
    const release = async () => {
      this.#open.delete(release)
      await lock.release()
    }
    this.#open.add(release)
    return { release }
  }

  async scratch(like?: DatabaseSchema): Promise<Session> {
    const session = openScratch(loadEngine(), { like, onClose: () => this.#open.delete(close) })
    const close = () => session.close()
    this.#open.add(close)
    return session
  }

  async diagnose(): Promise<readonly Diagnosis[]> {
    return diagnose({ ...this.#options, file: this.#file, engine: this.#engine() })
  }

  async close(): Promise<void> {
    try {
      const ended = await Promise.allSettled([...this.#open].map((end) => end()))
      const failed = ended.find((result) => result.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    } finally {
      this.#memory?.close()
      this.#memory = undefined
    }
  }

  #snapshotsOf(file: DatabaseFile): SqliteSnapshots {
    const { pragmas, busyTimeoutMs } = this.#options
    const onOpen = (close: () => Promise<void>) => {
      this.#open.add(close)
      return () => void this.#open.delete(close)
    }
    return new SqliteSnapshots(file, { pragmas, busyTimeoutMs, loadEngine: () => this.#engine(), onOpen })
  }

  /** A given handle may come from another better-sqlite3 than the one that would be found here, or from the only one. */
  #engine(): Engine {
    const { handle } = this.#options
    return handle === undefined ? loadEngine() : (handle.constructor as Engine)
  }

  async #connect(mode: 'read' | 'write'): Promise<Opened> {
    const file = this.#file
    const { handle, busyTimeoutMs } = this.#options
    if (handle !== undefined || file === undefined) {
      const { location } = this
      return openedFromHandle(handle ?? this.#memoryFor(mode), { mode, file, location, busyTimeoutMs })
    }
    const engine = loadEngine()
    if (mode === 'read') return openedForReading(file, { engine, busyTimeoutMs })
    return openedForWriting(file, { ...this.#options, engine })
  }

  #memoryFor(mode: 'read' | 'write'): BetterSqlite3.Database {
    if (this.#memory === undefined) {
      if (mode === 'read') {
        throw new MigrateError('DATABASE_MISSING', `${this.location} holds no database yet`, {
          hint: 'Open a session for writing first: a database in memory begins with it',
        })
      }
      const engine = loadEngine()
      this.#memory = new engine(':memory:')
      setPragma(this.#memory, 'foreign_keys', this.#options.pragmas.get('foreign_keys') ?? true)
    }
    return this.#memory
  }

  async #takeLock(owner: LockOwner, options: LockOptions): Promise<Lock> {
    const file = this.#file
    const { handle, create } = this.#options
    if (file === undefined) {
      const lock = memoryLock(handle ?? this, { owner, location: this.location })
      return waitForLock(lock, { ...options, longestPauseMs: LONGEST_PAUSE_MS })
    }
    if (create) file.makeDirectory()
    const lock = new FileLock(file, { engine: this.#engine(), owner })
    try {
      return await waitForLock(lock, { ...options, longestPauseMs: LONGEST_PAUSE_MS })
    } catch (error) {
      lock.close()
      throw error
    }
  }
}
