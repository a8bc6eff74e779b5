import { type Lock, type Lockable, type LockHolder, type LockOwner, MigrateError } from '@whimbrel/core'
import type { Connection } from './connection.ts'
import { createLockTable, lockTable } from './lock-table.ts'

/** The names of a lock: its own, and the one that those have who work under it. */
export interface LockNames {
  readonly lock: string
  readonly work: string
}

interface HolderRow {
  readonly connection: number
  readonly command: string | null
  readonly user: string | null
  readonly address: string | null
}

/**
 * The lock of a database: GET_LOCK of a connection that does nothing else.
 *
 * The server gives it back when the connection ends, however it ends: there are no stale locks and no guessing. It is
 * asked for again and again and never waited for. The server does not keep the owner, so it stands in a table beside
 * the number of the connection that has the lock; where that cannot be written, the lock is as good without it.
 */
export class AdvisoryLock implements Lockable {
  readonly location: string
  readonly anybody = 'another connection'
  readonly fate = 'the lock goes with its connection'
  readonly #connection: Connection
  readonly #names: LockNames
  readonly #owner: LockOwner
  #taken = false
  #released = false

  constructor(connection: Connection, { names, owner }: { names: LockNames; owner: LockOwner }) {
    this.location = connection.place.location
    this.#connection = connection
    this.#names = names
    this.#owner = owner
  }

  /**
   * Takes the lock, and is not content as long as the server is at something that a client began who is gone: its
   * commit may still be on the way.
   */
  async attempt(): Promise<Lock | undefined> {
    if (!this.#taken) {
      const sql = 'SELECT get_lock(?, 0) AS taken'
      const [row] = await this.#connection.run<{ taken: number }>(sql, [this.#names.lock])
      if (row?.taken !== 1) return undefined
      this.#taken = true
    }
    if (await this.#isAtWork()) return undefined
    await this.#writeOwner()
    return { release: () => this.#release() }
  }

  /** Throws where the connection that has the lock was cut: somebody else may have it by now. */
  checkHeld(): void {
    if (!this.#released && this.#connection.lost !== undefined) throw this.#connection.lost
  }

  async holder(): Promise<LockHolder | undefined> {
    const row = await this.#holderOf(this.#taken ? this.#names.work : this.#names.lock)
    if (row === undefined) return undefined
    const { connection, user, address } = row
    const who = user === null ? '' : ` of ${user} from ${address ?? ''}`
    return {
      owner: await this.#readOwner(connection),
      server: `connection ${connection}${who}`,
      details: { connection, address: address ?? '' },
    }
  }

  async #holderOf(name: string): Promise<HolderRow | undefined> {
    const [row] = await this.#connection.run<HolderRow>(holderSql, [name])
    return row
  }

  /** A connection that does nothing has nothing on the way. */
  async #isAtWork(): Promise<boolean> {
    const { command } = (await this.#holderOf(this.#names.work)) ?? {}
    return command !== undefined && command !== null && command !== 'Sleep'
  }

  async #writeOwner(): Promise<void> {
    await this.#unlessRefused(async () => {
      await this.#connection.run(createLockTable)
      const sql = `REPLACE INTO ${lockTable} (id, connection, owner) VALUES (1, connection_id(), ?)`
      await this.#connection.run(sql, [JSON.stringify(this.#owner)])
    })
  }

  async #readOwner(connection: number): Promise<LockOwner | undefined> {
    return this.#unlessRefused(async () => {
      const sql = `SELECT owner FROM ${lockTable} WHERE id = 1 AND connection = ?`
      const [row] = await this.#connection.run<{ owner: string }>(sql, [connection])
      return row === undefined ? undefined : (JSON.parse(row.owner) as LockOwner)
    })
  }

  /** A right that is missing, a table that is not there yet, a server that is only for reading. */
  async #unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
    return work().catch((error: unknown) => {
      if (!MigrateError.is(error) || error.code === 'DATABASE_UNREACHABLE') throw error
      return undefined
    })
  }

  async #release(): Promise<void> {
    if (this.#released) return
    this.#released = true
    try {
      await this.#connection.run('DO release_lock(?)', [this.#names.lock])
      // As long as the lock is held everybody can read by whom.
      const own = `DELETE FROM ${lockTable} WHERE id = 1 AND connection = connection_id()`
      await this.#unlessRefused(() => this.#connection.run(own))
    } catch {
      // The connection is gone, and the lock with it.
    } finally {
      await this.#connection.close()
    }
  }
}

/** Of connections of other users the server tells only those with the right PROCESS. */
const holderSql = `SELECT held.connection, p.user, p.host AS address, p.command
  FROM (SELECT is_used_lock(?) AS connection) AS held
    LEFT JOIN information_schema.processlist AS p ON p.id = held.connection
  WHERE held.connection IS NOT NULL`
