import type { Connection } from '../../connection.ts'

/**
 * Runs a query while the server writes every name with its schema, and tells it which schema people do not write. What a
 * script has set in its transaction is as it was afterwards.
 */
export async function withFullNames<T>(
  connection: Connection,
  query: (home: string | null) => Promise<T>,
): Promise<T> {
  const isAlone = connection.status === 'none'
  if (isAlone) await connection.run('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  try {
    const [before] = await connection.run<{ home: string | null; path: string }>(
      "SELECT current_schema()::text AS home, current_setting('search_path') AS path",
    )
    await connection.run("SELECT set_config('search_path', '', true)")
    const result = await query(before?.home ?? null)
    if (!isAlone) await connection.run("SELECT set_config('search_path', $1, true)", [before?.path ?? ''])
    return result
  } finally {
    if (isAlone) await connection.run('ROLLBACK')
  }
}
