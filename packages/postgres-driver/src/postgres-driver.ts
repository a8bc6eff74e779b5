import {
  type DatabaseSchema,
  type Diagnosis,
  type Dialect,
  type Driver,
  type Lock,
  type LockOptions,
  type LockOwner,
  postgresDialect,
  type Session,
  waitForLock,
} from '@whimbrel/core'
import { AdvisoryLock } from './advisory-lock.ts'
import type { Connection } from './connection.ts'
import { Connections } from './connections.ts'
import { diagnose } from './diagnosis/diagnose.ts'
import { type CheckedOptions, checkOptions, type PostgresDriverOptions } from './driver-options.ts'
import { Observer } from './observer.ts'
import { connect } from './open-connection.ts'
import { PostgresSession } from './postgres-session.ts'
import { readPlace } from './read-place.ts'
import { RunJournalTable } from './run-journal-table.ts'
import { openScratch } from './scratch/scratch-session.ts'
import { PostgresSnapshots } from './snapshots/postgres-snapshots.ts'

/**
 * A driver for one database of a PostgreSQL server, version 12 or newer. It makes no databases: one that is not there
 * is DATABASE_UNREACHABLE. Throws USAGE for options that make no sense.
 */
export function postgresDriver(options: PostgresDriverOptions): Driver {
  return new PostgresDriver(checkOptions(options))
}

class PostgresDriver implements Driver {
  readonly dialect: Dialect = postgresDialect
  readonly location: string
  readonly busyTimeoutMs: number
  readonly runJournal: RunJournalTable
  readonly snapshots: PostgresSnapshots
  readonly #options: CheckedOptions
  readonly #connections: Connections
  /** Sessions and locks that nobody ended yet. */
  readonly #open = new Set<() => Promise<void>>()
  readonly #locks = new Set<AdvisoryLock>()
  /** Of sessions. */
  readonly #working = new Set<Connection>()
  #place: Promise<string | undefined> | undefined

  constructor(options: CheckedOptions) {
    this.#options = options
    this.location = options.label
    this.busyTimeoutMs = options.busyTimeoutMs
    this.#connections = new Connections(options)
    this.runJournal = new RunJournalTable(options, this.#connections)
    this.snapshots = new PostgresSnapshots(options, {
      connections: this.#connections,
      onOpen: (close) => {
        this.#open.add(close)
        return () => this.#open.delete(close)
      },
    })
  }

  /** Always true, without asking: nothing that is opened here makes a database. */
  async exists(): Promise<boolean> {
    return true
  }

  /**
   * The identity of the server's files and the number of the database in them: a dump that was loaded elsewhere has
   * another one, a copy of all files of the server has not. Undefined where the user may not ask.
   */
  place(): Promise<string | undefined> {
    this.#place ??= this.#readPlace()
    // Who is not reached now may be reached the next time.
    this.#place.catch(() => {
      this.#place = undefined
    })
    return this.#place
  }

  async #readPlace(): Promise<string | undefined> {
    const { connection, end } = await this.#connections.open('read')
    try {
      return await readPlace(connection)
    } finally {
      await end({ isUntouched: true })
    }
  }

  diagnose(): Promise<readonly Diagnosis[]> {
    return diagnose(this.#options)
  }

  async session(mode: 'read' | 'write'): Promise<Session> {
    const works = mode === 'write' && this.#locks.size > 0
    const opened = await this.#connections.open(mode, { works })
    this.#working.add(opened.connection)
    const observer = new Observer({
      idle: () => [...this.#locks][0]?.connection,
      open: () => connect(this.#options),
    })
    const session = new PostgresSession(opened, {
      ...this.#options,
      observer,
      end: () => {
        this.#working.delete(opened.connection)
        return opened.end()
      },
      checkLock: () => {
        for (const lock of this.#locks) lock.checkHeld()
      },
      onClose: () => {
        this.#open.delete(close)
      },
    })
    const close = () => session.close()
    this.#open.add(close)
    return session
  }

  /**
   * A database of its own on the same server, with the same encoding, collation and search path, dropped when the session
   * is closed. What reaches out of it is not run: roles, rights, files. Throws SCRATCH_REFUSED.
   */
  async scratch(like?: DatabaseSchema): Promise<Session> {
    const session: Session = await openScratch(this.#options, {
      like,
      onClose: () => {
        this.#open.delete(close)
      },
    })
    const close = () => session.close()
    this.#open.add(close)
    return session
  }

  async lock(owner: LockOwner, options: LockOptions): Promise<Lock> {
    // A statement that takes a lock must not be given up while it waits for nothing.
    const { connection } = await this.#connections.open('write', { statementTimeoutMs: 0 })
    const advisory = new AdvisoryLock(connection, { schema: this.#options.schema, owner })
    try {
      const lock = await waitForLock(advisory, options)
      this.#locks.add(advisory)
      const release = async () => {
        this.#open.delete(release)
        this.#locks.delete(advisory)
        await lock.release()
      }
      this.#open.add(release)
      return { release }
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  /** By requests to cancel, on connections of their own. */
  async cancel(): Promise<void> {
    await Promise.all([...this.#working].map((connection) => connection.interrupt()))
  }

  async close(): Promise<void> {
    const ended = await Promise.allSettled([...this.#open].map((end) => end()))
    await this.#connections.close()
    const failed = ended.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }
}
