import { MigrateError, type StatementSettler } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { type IndexState, readIndexes, tracedOids, traceOf } from './index-state.ts'
import { type SharedObject, type StandaloneTarget, standaloneTarget } from './standalone-target.ts'

/**
 * Finds out what became of statements that cannot share a transaction with their record: CREATE, DROP and REINDEX INDEX
 * CONCURRENTLY, DETACH PARTITION CONCURRENTLY, CREATE and DROP DATABASE. What can be run again without harm is run again:
 * VACUUM, ALTER SYSTEM.
 *
 * One that worked for a run of ours whose process is gone was ended by whoever took the lock since, an index that it had
 * been building for hours with it. Who else is at the same statement is left alone and told of as something that is in the
 * way, so that a retry waits for it and then says which one it is.
 */
export class PostgresSettler implements StatementSettler {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async trace(sql: string): Promise<string> {
    const target = standaloneTarget(sql)
    switch (target.kind) {
      case 'detach':
        return (await this.#attachment(target)) ?? '-'
      case 'shared':
        return (await this.#sharedOid(target)) ?? '-'
      case 'other':
        return '-'
      default:
        return traceOf(await readIndexes(this.#connection, target))
    }
  }

  async settle(sql: string, trace: string): Promise<boolean> {
    await this.#refuseBusy(sql)
    const target = standaloneTarget(sql)
    switch (target.kind) {
      case 'detach':
        return this.#settleDetach(target)
      case 'shared':
        return ((await this.#sharedOid(target)) ?? '-') !== trace
      case 'other':
        return false
      default:
        return this.#settleIndex(target, trace)
    }
  }

  /** What did not become an index is dropped, except for what had been there before. */
  async #settleIndex(target: Parameters<typeof readIndexes>[1], trace: string): Promise<boolean> {
    const before = tracedOids(trace)
    const now = await readIndexes(this.#connection, target)
    const left = now.filter(({ oid, isValid }) => !isValid && !before.has(oid))
    if (left.length > 0) await this.#refuseBuilders(left)
    for (const { sql } of left) await this.#connection.run(`DROP INDEX CONCURRENTLY IF EXISTS ${sql}`)
    if (left.length > 0) return false
    return tookEffect(target, { before, now })
  }

  /** Throws DATABASE_BUSY, to be tried again, while somebody may be building one of these indexes. */
  async #refuseBuilders(indexes: readonly IndexState[]): Promise<void> {
    const oids = indexes.map(({ oid }) => oid).join(',')
    const [row] = await this.#connection.run<{ backend: number }>(buildersSql, [oids])
    if (row === undefined) return
    const names = indexes.map(({ sql }) => sql).join(', ')
    throw new MigrateError(
      'DATABASE_BUSY',
      `Backend ${row.backend} of ${this.#connection.place.location} may be building ${names}, which is not valid yet`,
      {
        hint: `Wait for it, or end it with SELECT pg_terminate_backend(${row.backend}); then run "whimbrel retry"`,
        details: { transient: true, backend: row.backend },
      },
    )
  }

  /** Its second half may be all that is missing. */
  async #settleDetach(target: Extract<StandaloneTarget, { kind: 'detach' }>): Promise<boolean> {
    const state = await this.#attachment(target)
    if (state !== 'pending') return state === undefined
    await this.#connection.run(`ALTER TABLE ${target.table} DETACH PARTITION ${target.partition} FINALIZE`)
    return true
  }

  async #attachment({
    table,
    partition,
  }: Extract<StandaloneTarget, { kind: 'detach' }>): Promise<string | undefined> {
    const [row] = await this.#connection.run<{ state: string }>(
      `SELECT CASE WHEN inhdetachpending THEN 'pending' ELSE 'attached' END AS state FROM pg_inherits
        WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2)`,
      [table, partition],
    )
    return row?.state
  }

  async #sharedOid({
    object,
    name,
  }: Extract<StandaloneTarget, { kind: 'shared' }>): Promise<string | undefined> {
    const { catalogue, column } = catalogues[object]
    const sql = `SELECT oid::text AS oid FROM ${catalogue} WHERE ${quoteIdentifier(column)} = $1`
    const [row] = await this.#connection.run<{ oid: string }>(sql, [name])
    return row?.oid
  }

  /** Throws DATABASE_BUSY, to be tried again, while a backend is at the statement. */
  async #refuseBusy(sql: string): Promise<void> {
    const [row] = await this.#connection.run<{ backend: number; seconds: number }>(busySql, [sql])
    if (row === undefined) return
    const { backend, seconds } = row
    throw new MigrateError(
      'DATABASE_BUSY',
      `Backend ${backend} of ${this.#connection.place.location} is still at this statement, for ${seconds} s`,
      {
        hint: `Wait for it, or end it with SELECT pg_terminate_backend(${backend}); then run "whimbrel retry"`,
        details: { transient: true, backend },
      },
    )
  }
}

/** An index that is not valid may be one that somebody else is about to finish: whoever builds one locks its table so. */
const buildersSql = `SELECT l.pid AS backend FROM pg_locks AS l JOIN pg_index AS i ON i.indrelid = l.relation
    LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
  WHERE l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.granted AND l.mode = 'ShareUpdateExclusiveLock' AND l.pid <> pg_backend_pid()
    AND a.backend_type IS DISTINCT FROM 'autovacuum worker' AND i.indexrelid::text = ANY (string_to_array($1, ','))
  LIMIT 1`

const catalogues: Readonly<Record<SharedObject, { readonly catalogue: string; readonly column: string }>> = {
  DATABASE: { catalogue: 'pg_database', column: 'datname' },
  TABLESPACE: { catalogue: 'pg_tablespace', column: 'spcname' },
  SUBSCRIPTION: { catalogue: 'pg_subscription', column: 'subname' },
}

// The server keeps the beginning of a statement.
const busySql = `SELECT pid AS backend, extract(epoch FROM clock_timestamp() - query_start)::int8 AS seconds
  FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'
    AND query <> '' AND left($1::text, length(query)) = query`

function tookEffect(
  { kind }: Parameters<typeof readIndexes>[1],
  { before, now }: { readonly before: ReadonlySet<string>; readonly now: readonly IndexState[] },
): boolean {
  const isNew = ({ oid }: IndexState) => !before.has(oid)
  switch (kind) {
    case 'create-index':
      return now.some(isNew)
    case 'drop-index':
      return before.size > 0 && now.length === 0
    case 'reindex-index':
      return now.some((index) => index.isNamed && isNew(index))
    case 'reindex-table':
      return now.length > 0 && now.every(isNew)
  }
}
