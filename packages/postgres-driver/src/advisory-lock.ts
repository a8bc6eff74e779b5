import { createHash } from 'node:crypto'
import type { Lock, Lockable, LockHolder, LockOwner } from '@whimbrel/core'
import type { Connection } from './connection.ts'
import { ownerComment, readOwnerComment } from './owner-comment.ts'

interface HolderRow {
  readonly backend: number
  readonly applicationName: string | null
  readonly user: string | null
  readonly query: string | null
}

/**
 * The lock of a database and the schema of its tracking tables: an advisory lock of a session that does nothing else.
 *
 * The server gives it back when the connection ends, however it ends: there are no stale locks and no guessing. It is
 * asked for again and again, with no transaction open: who waits inside one holds up CREATE INDEX CONCURRENTLY of
 * everybody. The owner stands in the text of the statement that took it, which `pg_stat_activity` shows.
 */
export class AdvisoryLock implements Lockable {
  readonly location: string
  readonly anybody = 'another connection'
  readonly fate = 'the lock goes with its connection'
  /** Idle from the moment on that the lock was taken. */
  readonly connection: Connection
  readonly #key: bigint
  readonly #comment: string
  #released = false

  constructor(connection: Connection, { schema, owner }: { schema: string; owner: LockOwner }) {
    this.location = connection.place.location
    this.connection = connection
    this.#key = keyFor(schema)
    this.#comment = ownerComment(owner)
  }

  async attempt(): Promise<Lock | undefined> {
    const sql = `SELECT pg_try_advisory_lock($1) AS taken ${this.#comment}`
    const [row] = await this.connection.run<{ taken: number }>(sql, [this.#key])
    return row?.taken === 1 ? { release: () => this.#release() } : undefined
  }

  /** Throws where the connection that has the lock was cut: somebody else may have it by now. */
  checkHeld(): void {
    if (!this.#released && this.connection.lost !== undefined) throw this.connection.lost
  }

  async holder(): Promise<LockHolder | undefined> {
    const [row] = await this.connection.run<HolderRow>(holderSql, [this.#key])
    if (row === undefined) return undefined
    const { backend, applicationName, user, query } = row
    return {
      owner: readOwnerComment(query ?? ''),
      server: `backend ${backend} of "${applicationName ?? ''}" as ${user ?? ''}`,
      details: { backend, applicationName: applicationName ?? '' },
    }
  }

  async #release(): Promise<void> {
    if (this.#released) return
    this.#released = true
    try {
      await this.connection.run('SELECT pg_advisory_unlock($1)', [this.#key])
    } catch {
      // The connection is gone, and the lock with it.
    } finally {
      await this.connection.close()
    }
  }
}

const holderSql = `SELECT l.pid AS backend, a.application_name AS "applicationName",
    a.usename AS user, a.query
  FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.classid::bigint << 32) | l.objid::bigint = $1`

/** Advisory locks of different databases do not meet: only the schema has to be told apart. */
function keyFor(schema: string): bigint {
  return createHash('sha256').update(`whimbrel\0${schema}`).digest().readBigInt64BE(0)
}
