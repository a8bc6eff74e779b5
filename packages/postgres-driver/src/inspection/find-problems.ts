import type { Finding, IntegrityProblem, VerifyScope } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { brokenFunctions } from './broken-functions.ts'
import { isOwn, shownName } from './tables.ts'

interface InvalidIndex {
  readonly index: string
  /** As a statement names it. */
  readonly sql: string
  readonly table: string
}

const invalidSql = `SELECT ${shownName('c', 'n')} AS index, t.relname AS table,
    format('%I.%I', n.nspname, c.relname) AS sql
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_class AS t ON t.oid = i.indrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE NOT i.indisvalid AND c.relkind = 'i'
    AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.index_relid = i.indexrelid) AND ${isOwn('c', 'n')} ORDER BY 1`

/**
 * What is wrong although no statement says so. The server keeps keys, views and triggers whole by itself; an index that
 * was to be built CONCURRENTLY and failed stays behind, takes time at every write and is used by no query; and a function
 * in SQL may name what is gone.
 */
export async function findProblems(
  connection: Connection,
  { names }: VerifyScope = {},
): Promise<readonly IntegrityProblem[]> {
  const rows = await connection.run<InvalidIndex>(invalidSql)
  const indexes = rows
    .filter(({ index, table }) => names === undefined || names.has(index) || names.has(table))
    .map(({ index, table }): IntegrityProblem => {
      const message = `the index on ${table} is not valid: building it CONCURRENTLY did not finish`
      return { kind: 'integrity', object: index, message }
    })
  return [...indexes, ...(await brokenFunctions(connection, names))]
}

/** The same for those who look at a database, with what to do. An index that somebody is building now is not one. */
export async function findNotices(connection: Connection): Promise<readonly Finding[]> {
  const rows = await connection.run<InvalidIndex>(invalidSql)
  return rows.map(({ index, table, sql }) => ({
    code: 'INTEGRITY_BROKEN',
    message: `The index ${index} on ${table} is not valid: building it CONCURRENTLY did not finish`,
    hint: `"whimbrel retry" builds it again where its migration is in doubt; otherwise REINDEX INDEX CONCURRENTLY ${sql}, or drop it`,
    blocking: false,
    details: { object: index, table },
  }))
}
