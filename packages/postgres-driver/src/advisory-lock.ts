import type { Lock, Lockable, LockHolder, LockOwner } from '@whimbrel/core'
import { advisoryKey } from './advisory-keys.ts'
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
 * everybody. The owner stands in front of every statement of that session, as `pg_stat_activity` shows the last of them:
 * when others are in the way of the one that works, it is this session that asks who they are.
 */
export class AdvisoryLock implements Lockable {
  readonly location: string
  readonly anybody = 'another connection'
  readonly fate = 'the lock goes with its connection'
  /** Idle from the moment on that the lock was taken. */
  readonly connection: Connection
  readonly #key: bigint
  readonly #working: bigint
  #released = false

  constructor(connection: Connection, { schema, owner }: { schema: string; owner: LockOwner }) {
    this.location = connection.place.location
    this.connection = connection
    this.#key = advisoryKey(schema, 'migrating')
    this.#working = advisoryKey(schema, 'working')
    // In front, because only the beginning of a long statement is shown.
    connection.remark = `${ownerComment(owner)} `
  }

  async attempt(): Promise<Lock | undefined> {
    const [row] = await this.connection.run<AttemptRow>(attemptSql, [this.#key, this.#working])
    if (row?.taken !== 1) return undefined
    if (row.left === null) return { release: () => this.#release() }
    await this.#endLeft()
    return undefined
  }

  /**
   * Ends the connections that worked for a former holder, whose process is gone, and gives the lock back until they are
   * gone, too: the server may be in the middle of their COMMIT, which comes true after everybody has looked. One that this
   * user may not end is waited for.
   */
  async #endLeft(): Promise<void> {
    await this.connection.run(endSql, [this.#working]).catch((error: unknown) => {
      if (this.connection.lost !== undefined) throw error
    })
    await this.connection.run('SELECT pg_advisory_unlock($1)', [this.#key])
  }

  /** Throws where the connection that has the lock was cut: somebody else may have it by now. */
  checkHeld(): void {
    if (!this.#released && this.connection.lost !== undefined) throw this.connection.lost
  }

  async holder(): Promise<LockHolder | undefined> {
    const [row] = await this.connection.run<HolderRow>(holderSql, [this.#key, this.#working])
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

interface AttemptRow {
  readonly taken: number
  /** Anything where connections of a former holder are left. */
  readonly left: number | null
}

/** Is it an advisory lock of this database with the key of this parameter? */
const isKey = (parameter: string) => `l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.classid::bigint << 32) | l.objid::bigint = ${parameter}`

const attemptSql = `SELECT taken,
    CASE WHEN taken THEN (SELECT min(l.pid) FROM pg_locks AS l WHERE ${isKey('$2')}) END AS left
  FROM (SELECT pg_try_advisory_lock($1) AS taken OFFSET 0) AS attempt`

const endSql = `SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l WHERE ${isKey('$1')}`

/** Whoever has it, or works for a former holder. */
const holderSql = `SELECT l.pid AS backend, a.application_name AS "applicationName",
    a.usename AS user, a.query
  FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
  WHERE (${isKey('$1')}) OR (${isKey('$2')})
  ORDER BY (l.classid::bigint << 32) | l.objid::bigint = $1 DESC LIMIT 1`
