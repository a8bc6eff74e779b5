import type { IntegrityProblem, VerifyScope } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { isOwn, shownName } from './tables.ts'

interface InvalidIndex {
  readonly index: string
  readonly table: string
}

const invalidSql = `SELECT ${shownName('c', 'n')} AS index, t.relname AS table
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_class AS t ON t.oid = i.indrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE NOT i.indisvalid AND c.relkind = 'i' AND ${isOwn('c', 'n')} ORDER BY 1`

/**
 * What is wrong although no statement says so. The server keeps keys, views and triggers whole by itself; an index that
 * was to be built CONCURRENTLY and failed stays behind, takes time at every write and is used by no query.
 */
export async function findProblems(
  connection: Connection,
  { names }: VerifyScope = {},
): Promise<readonly IntegrityProblem[]> {
  const rows = await connection.run<InvalidIndex>(invalidSql)
  return rows
    .filter(({ index, table }) => names === undefined || names.has(index) || names.has(table))
    .map(({ index, table }) => ({
      kind: 'integrity',
      object: index,
      message: `the index on ${table} is not valid: building it CONCURRENTLY did not finish`,
    }))
}
