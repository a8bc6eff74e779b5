import type { Session } from '@whimbrel/core'
import type { LintStatement } from './lint-statement.ts'

const filesSql = `SELECT coalesce(json_agg(json_build_array(c.oid, pg_relation_filenode(c.oid)) ORDER BY c.oid), '[]')::text AS files
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND lower(c.relname) = $1`

/**
 * Runs an ALTER TABLE of PostgreSQL, and says whether it wrote the table anew: then the table has another file. Throws
 * what the statement throws.
 */
export async function rewritesTable(session: Session, { sql, action }: LintStatement): Promise<boolean> {
  const table = 'table' in action ? action.table.toLowerCase() : ''
  const files = async () => (await session.query<{ files: string }>(filesSql, [table]))[0]?.files
  const before = await files()
  await session.execute(sql)
  return before !== (await files())
}
