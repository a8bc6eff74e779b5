import { resolve } from 'node:path'
import {
  type Dialect,
  type Driver,
  type Lock,
  type LockOptions,
  type LockOwner,
  MigrateError,
  type Session,
  sqliteDialect,
} from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'
import { Connection } from './connection.ts'
import { DatabaseFile } from './database-file.ts'
import { type CheckedOptions, checkOptions, type SqliteDriverOptions } from './driver-options.ts'
import { type Engine, loadEngine } from './engine.ts'
import { FileLock } from './file-lock.ts'
import { borrowHandle } from './given-handle.ts'
import { type Lockable, waitForLock } from './lock-waiting.ts'
import { memoryLock } from './memory-lock.ts'
import { openForReading } from './open-for-reading.ts'
import { openForWriting } from './open-for-writing.ts'
import { readPragma, setPragma } from './pragmas.ts'
import { secondLook } from './second-look.ts'
import { SqliteSession } from './sqlite-session.ts'

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
  readonly #options: CheckedOptions
  readonly #file: DatabaseFile | undefined
  readonly #sessions = new Set<SqliteSession>()
  #memory: BetterSqlite3.Database | undefined

  constructor(options: CheckedOptions) {
    this.#options = options
    this.location = options.label
    const inMemory = options.handle?.memory ?? options.path === ':memory:'
    this.#file = inMemory ? undefined : new DatabaseFile(resolve(options.path), options.label)
  }

  async exists(): Promise<boolean> {
    if (this.#options.handle !== undefined) return true
    return this.#file?.exists() ?? this.#memory !== undefined
  }

  async session(mode: 'read' | 'write'): Promise<Session> {
    const handle = this.#options.handle
    if (handle !== undefined) return this.#borrowed(handle, mode)
    if (this.#file === undefined) return this.#borrowed(this.#memoryFor(mode), mode)
    return mode === 'read' ? this.#reading(this.#file) : this.#writing(this.#file)
  }

  async lock(owner: LockOwner, options: LockOptions): Promise<Lock> {
    const lockable = this.#lockable(owner)
    try {
      return await waitForLock(lockable, options)
    } catch (error) {
      if (lockable instanceof FileLock) lockable.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions]
    this.#sessions.clear()
    try {
      for (const session of sessions) await session.close()
    } finally {
      this.#memory?.close()
      this.#memory = undefined
    }
  }

  get #engine(): Engine {
    // A given handle may come from another version of better-sqlite3 than the one installed here, or the only one.
    const { handle } = this.#options
    return handle === undefined ? loadEngine() : (handle.constructor as Engine)
  }

  #reading(file: DatabaseFile): Session {
    const { busyTimeoutMs } = this.#options
    const { handle, dispose } = openForReading(file, { engine: this.#engine, busyTimeoutMs })
    const connection = new Connection(handle, { place: file, readOnly: true })
    return this.#track(connection, { foreignKeys: false, checkFile: () => {}, onClose: dispose })
  }

  async #writing(file: DatabaseFile): Promise<Session> {
    const engine = this.#engine
    const { pragmas, busyTimeoutMs, create } = this.#options
    const handle = await openForWriting(file, { engine, pragmas, busyTimeoutMs, create })
    const identity = file.identity()
    // A run that was reported has to survive a loss of power, which NORMAL does not promise in WAL mode.
    setPragma(handle, 'synchronous', 'EXTRA')
    const lookAgain = () => secondLook(engine, file.path)
    const connection = new Connection(handle, { place: file, readOnly: false, lookAgain })
    return this.#track(connection, {
      foreignKeys: readPragma(handle, 'foreign_keys') === 1,
      checkFile: () => file.checkIdentity(identity),
      onClose: () => {
        handle.close()
        file.checkIdentity(identity)
      },
    })
  }

  /** A session on a handle that outlives it. */
  #borrowed(handle: BetterSqlite3.Database, mode: 'read' | 'write'): Session {
    const file = this.#file
    const place = file ?? { location: this.location, path: undefined }
    const { foreignKeys, giveBack } = borrowHandle(handle, { mode, place, ...this.#options })
    const identity = file?.identity()
    const connection = new Connection(handle, { place, readOnly: mode === 'read' })
    return this.#track(connection, {
      foreignKeys,
      checkFile: () => file?.checkIdentity(identity),
      onClose: giveBack,
    })
  }

  #memoryFor(mode: 'read' | 'write'): BetterSqlite3.Database {
    if (this.#memory === undefined) {
      if (mode === 'read') {
        throw new MigrateError('DATABASE_MISSING', `${this.location} holds no database yet`, {
          hint: 'Open a session for writing first: a database in memory begins with it',
        })
      }
      this.#memory = new this.#engine(':memory:')
      const foreignKeys = this.#options.pragmas.get('foreign_keys')
      if (foreignKeys !== undefined) setPragma(this.#memory, 'foreign_keys', foreignKeys)
    }
    return this.#memory
  }

  #track(
    connection: Connection,
    options: { foreignKeys: boolean; checkFile: () => void; onClose: () => void },
  ): Session {
    const session = new SqliteSession(connection, {
      ...options,
      busyTimeoutMs: this.#options.busyTimeoutMs,
      onClose: () => {
        this.#sessions.delete(session)
        options.onClose()
      },
    })
    this.#sessions.add(session)
    return session
  }

  #lockable(owner: LockOwner): Lockable {
    const file = this.#file
    if (file === undefined)
      return memoryLock(this.#options.handle ?? this, { owner, location: this.location })
    if (this.#options.create) file.makeDirectory()
    return new FileLock(file, { engine: this.#engine, owner })
  }
}
