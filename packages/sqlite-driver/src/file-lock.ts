import { randomUUID } from 'node:crypto'
import { type Lock, type Lockable, type LockHolder, type LockOwner, MigrateError } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'
import type { DatabaseFile } from './database-file.ts'
import type { Engine } from './engine.ts'
import { engineCode, isBusy, translateError } from './error-translation.ts'
import { emptyTornFile } from './torn-lock-file.ts'

type Handle = BetterSqlite3.Database

/** How long the winner waits for those who read the owner's row, in milliseconds. */
const LONGEST_GLANCE = 1_000

interface OwnerRow extends LockOwner {
  readonly token: string
}

/**
 * The lock of a database file: a small SQLite file beside it, whose write lock is held for as long as the lock is.
 *
 * The operating system gives the write lock back when a process ends, however it ends, and keeps it while one is
 * stopped: there are no stale locks and no guessing. The owner's row is committed, so that those who wait can read it.
 * Between that commit and taking the write lock again somebody else may slip in; then the row is theirs and we wait on.
 *
 * The file stays when the lock is released. Removing it would let two processes lock two files of one name, one of
 * them already unlinked, and each would roll back the journal of the other.
 */
export class FileLock implements Lockable {
  readonly location: string
  readonly anybody = 'another process'
  readonly fate: string
  readonly #kept: string
  readonly #file: DatabaseFile
  readonly #engine: Engine
  readonly #row: OwnerRow
  #handle: Handle | undefined

  constructor(file: DatabaseFile, { engine, owner }: { engine: Engine; owner: LockOwner }) {
    this.location = file.location
    this.#kept = file.beside('.lock')
    this.fate = `the lock is kept in ${this.#kept} and goes with its process`
    this.#file = file
    this.#engine = engine
    this.#row = { ...owner, token: randomUUID() }
  }

  async attempt(): Promise<Lock | undefined> {
    try {
      return this.#take(this.#open()) ? { release: async () => this.#release() } : undefined
    } catch (error) {
      // A reader of the owner's row, or somebody who writes theirs.
      if (isBusy(error)) return undefined
      this.close()
      if (isDamage(error) && emptyTornFile(this.#kept)) return this.attempt()
      throw this.#translate(error)
    }
  }

  async holder(): Promise<LockHolder | undefined> {
    try {
      const row = ownerRow(this.#open())
      if (row === undefined) return undefined
      const { host, pid, command, since } = row
      return { owner: { host, pid, command, since }, details: { lock: this.#kept } }
    } catch {
      return undefined
    }
  }

  /** Ends the connection; whoever gave up waiting has nothing else to give back. */
  close(): void {
    this.#handle?.close()
    this.#handle = undefined
  }

  #open(): Handle {
    this.#handle ??= configure(new this.#engine(this.#kept, { timeout: 0 }))
    return this.#handle
  }

  /** True with the write lock held and our row visible to everybody. */
  #take(handle: Handle): boolean {
    try {
      handle.exec('BEGIN IMMEDIATE')
      if (ownerRow(handle)?.token !== this.#row.token) {
        writeOwner(handle, this.#row)
        commitPast(handle)
        handle.exec('BEGIN IMMEDIATE')
      }
      if (ownerRow(handle)?.token === this.#row.token) return true
      handle.exec('ROLLBACK')
      return false
    } catch (error) {
      if (handle.inTransaction) handle.exec('ROLLBACK')
      throw error
    }
  }

  #release(): void {
    const handle = this.#handle
    if (handle === undefined) return
    try {
      handle.exec('DELETE FROM owner; COMMIT')
    } catch {
      // Somebody reads the row at this moment: it stays, and the next owner replaces it.
    } finally {
      this.close()
    }
  }

  #translate(error: unknown): MigrateError {
    if (isDamage(error) || engineCode(error) === 'SQLITE_ERROR') {
      return new MigrateError('DATABASE_INVALID', `The lock file ${this.#kept} is damaged`, {
        hint: `Make sure that no migration is running, then delete ${this.#kept}: it holds nothing of value`,
        cause: error,
      })
    }
    if (engineCode(error).startsWith('SQLITE_CANTOPEN') && !this.#file.isWritable()) {
      return new MigrateError('DATABASE_READ_ONLY', `The lock file ${this.#kept} cannot be made or opened`, {
        hint: 'Give the user who runs this the right to write to the database file and to its directory',
        cause: error,
      })
    }
    return translateError(error, { location: this.#file.location, path: this.#kept })
  }
}

/** Who is written down in a lock file, read without any right to write; undefined where nobody is. */
export function readOwner(path: string, engine: Engine): LockOwner | undefined {
  let handle: Handle | undefined
  try {
    handle = new engine(path, { readonly: true, timeout: 0 })
    const row = ownerRow(handle)
    return row && { host: row.host, pid: row.pid, command: row.command, since: row.since }
  } catch {
    // Somebody writes it at this moment, or it is torn: the next who takes the lock sees to that.
    return undefined
  } finally {
    handle?.close()
  }
}

function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(engineCode(error))
}

function configure(handle: Handle): Handle {
  // Its content is worth nothing after a crash, so that no lock has to wait for the disk.
  handle.exec('PRAGMA synchronous = OFF; PRAGMA page_size = 512')
  return handle
}

/**
 * Whoever got the write lock has won; a glance at the owner's row must not make them give up, or all who started
 * together might. Readers are gone in no time, unless one of them is stopped in the middle of it.
 */
function commitPast(handle: Handle): void {
  handle.exec(`PRAGMA busy_timeout = ${LONGEST_GLANCE}`)
  try {
    handle.exec('COMMIT')
  } finally {
    handle.exec('PRAGMA busy_timeout = 0')
  }
}

function ownerRow(handle: Handle): OwnerRow | undefined {
  const known = handle.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'owner'").get()
  if (known === undefined) return undefined
  return handle.prepare('SELECT token, host, pid, command, since FROM owner').safeIntegers(false).get() as
    | OwnerRow
    | undefined
}

function writeOwner(handle: Handle, row: OwnerRow): void {
  handle.exec(
    'CREATE TABLE IF NOT EXISTS owner (token TEXT, host TEXT, pid INTEGER, command TEXT, since TEXT)',
  )
  handle.exec('DELETE FROM owner')
  handle
    .prepare('INSERT INTO owner (token, host, pid, command, since) VALUES (?, ?, ?, ?, ?)')
    .run(row.token, row.host, row.pid, row.command, row.since)
}
