import {
  type DatabaseSchema,
  type Diagnosis,
  type Dialect,
  type Driver,
  type Lock,
  type LockOptions,
  type LockOwner,
  MigrateError,
  mysqlDialect,
  type Session,
  waitForLock,
} from '@whimbrel/core'
import { AdvisoryLock, type LockNames } from './advisory-lock.ts'
import type { Connection } from './connection.ts'
import { diagnoseServer } from './diagnosis/diagnose-server.ts'
import { type CheckedOptions, checkOptions, type MysqlDriverOptions } from './driver-options.ts'
import { lockName, workName } from './lock-name.ts'
import { MysqlSession } from './mysql-session.ts'
import { type OpenedConnection, openConnection } from './open-connection.ts'
import { openScratch } from './scratch/open-scratch.ts'
import { MysqlSnapshots } from './snapshots/mysql-snapshots.ts'

/**
 * A driver for one database of a server of MariaDB 10.5 or MySQL 8.0, or newer. It makes no databases: one that is not
 * there is DATABASE_UNREACHABLE. Throws USAGE for options that make no sense.
 */
export function mysqlDriver(options: MysqlDriverOptions): Driver {
  return new MysqlDriver(checkOptions(options))
}

class MysqlDriver implements Driver {
  readonly dialect: Dialect = mysqlDialect
  readonly location: string
  readonly busyTimeoutMs: number
  readonly snapshots: MysqlSnapshots
  readonly #options: CheckedOptions
  readonly #names: LockNames
  /** Sessions that nobody ended yet, and locks. */
  readonly #open = new Set<() => Promise<void>>()
  readonly #held = new Set<() => Promise<void>>()
  readonly #locks = new Set<AdvisoryLock>()
  /** Where the last connection led. */
  #place: string | undefined
  /** Of sessions. */
  readonly #working = new Set<Connection>()

  constructor(options: CheckedOptions) {
    this.#options = options
    const { database } = options.target
    this.#names = { lock: lockName(database), work: workName(database) }
    this.location = options.label
    this.busyTimeoutMs = options.busyTimeoutMs
    this.snapshots = new MysqlSnapshots(options, (close) => {
      this.#open.add(close)
      return () => this.#open.delete(close)
    })
  }

  /** Always true, without asking: nothing that is opened here makes a database. */
  async exists(): Promise<boolean> {
    return true
  }

  /** Machine, port and folder of the server and the name of the database: a dump loaded elsewhere has another one. */
  async place(): Promise<string | undefined> {
    if (this.#place === undefined) await (await this.#connect('read')).connection.close()
    return this.#place
  }

  async #connect(mode: 'read' | 'write'): Promise<OpenedConnection> {
    const opened = await openConnection(this.#options, mode)
    this.#place = opened.serverPlace
    return opened
  }

  async session(mode: 'read' | 'write'): Promise<Session> {
    const opened = await this.#connect(mode)
    // Whoever gets the lock next waits for the end of this connection, too.
    const locks = () => (mode === 'write' && this.#locks.size > 0 ? [this.#names.work] : [])
    try {
      for (const name of locks()) await opened.connection.run('DO get_lock(?, 0)', [name])
    } catch (error) {
      await opened.connection.close()
      throw error
    }
    this.#working.add(opened.connection)
    const session = new MysqlSession(opened, {
      locks,
      checkLock: () => {
        for (const lock of this.#locks) lock.checkHeld()
      },
      onClose: () => {
        this.#working.delete(opened.connection)
        this.#open.delete(close)
      },
    })
    const close = () => session.close()
    this.#open.add(close)
    return session
  }

  async lock(owner: LockOwner, options: LockOptions): Promise<Lock> {
    const { connection } = await this.#connect('write')
    const advisory = new AdvisoryLock(connection, { names: this.#names, owner })
    try {
      const lock = await waitForLock(advisory, options)
      this.#locks.add(advisory)
      const release = async () => {
        this.#held.delete(release)
        this.#locks.delete(advisory)
        await lock.release()
      }
      this.#held.add(release)
      return { release }
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  async scratch(like?: DatabaseSchema): Promise<Session> {
    const session = await openScratch(this.#options, { like, onClose: () => this.#open.delete(close) })
    const close = () => session.close()
    this.#open.add(close)
    return session
  }

  async diagnose(): Promise<readonly Diagnosis[]> {
    try {
      const { connection } = await openConnection(this.#options, 'read')
      const owner = { host: '', pid: 0, command: '', since: '' }
      const lock = new AdvisoryLock(connection, { names: this.#names, owner })
      try {
        return await diagnoseServer(connection, () => lock.holder())
      } finally {
        await connection.close()
      }
    } catch (error) {
      if (!MigrateError.is(error)) throw error
      return [{ name: 'server', verdict: 'problem', message: error.message, hint: error.hint }]
    }
  }

  /** With KILL QUERY, on connections of their own. */
  async cancel(): Promise<void> {
    await Promise.all([...this.#working].map((connection) => connection.interrupt()))
  }

  async close(): Promise<void> {
    // Nobody else begins while something of this driver is still at work.
    const ended = await Promise.allSettled([...this.#open].map((end) => end()))
    ended.push(...(await Promise.allSettled([...this.#held].map((release) => release()))))
    const failed = ended.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }
}
