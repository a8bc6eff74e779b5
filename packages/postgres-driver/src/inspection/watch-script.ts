import { type Damage, MigrateError, type ScriptFacts, type Watch, type WatchOptions } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { deferredViolation } from '../deferred-violation.ts'
import { shownName } from './tables.ts'

/** By number of the table: rows deleted in this transaction so far. */
interface Deleted {
  readonly id: number
  readonly rows: number
  /** The names of the table and of those that it is a part of, in lower case. */
  readonly names: readonly string[]
  readonly shown: string
}

/** Words of a script that may lead to rows being deleted elsewhere, or to a parent that is missing. */
const dangerous = ['CALL', 'DELETE', 'DO', 'EXECUTE', 'INSERT', 'MERGE', 'SELECT', 'UPDATE']

// The server counts what transactions before have deleted, too, until it has told others of it.
const countsSql =
  'SELECT json_object_agg(relid, n_tup_del)::text FROM pg_stat_xact_user_tables WHERE n_tup_del > 0'

// Rows of a partition are rows of its table.
const deletedSql = `WITH RECURSIVE counted AS (
    SELECT relid, n_tup_del FROM pg_stat_xact_user_tables WHERE n_tup_del > 0),
  family (relid, ancestor) AS (
    SELECT relid, relid FROM counted UNION
    SELECT f.relid, h.inhparent FROM family AS f JOIN pg_inherits AS h ON h.inhrelid = f.ancestor)
  SELECT d.relid AS id, d.n_tup_del AS rows, ${shownName('c', 'n')} AS shown,
    (SELECT json_agg(lower(a.relname)) FROM family AS f JOIN pg_class AS a ON a.oid = f.ancestor
      WHERE f.relid = d.relid)::text AS names
  FROM counted AS d JOIN pg_class AS c ON c.oid = d.relid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  ORDER BY shown`

/**
 * Begins to watch one script. What the server cannot break is not looked for: it enforces foreign keys, except for those
 * that are to be checked at the commit, which are checked when the script is at its end.
 */
export async function watchScript(
  connection: Connection,
  facts: ScriptFacts,
  { expectLoss }: WatchOptions,
): Promise<Watch> {
  if (!dangerous.some((word) => facts.keywords.has(word))) return { finish: async () => unharmed }
  const countsBefore = connection.deferQuestion(countsSql)
  const mentioned = new Set([...facts.names, ...expectLoss.map((name) => name.toLowerCase())])
  return {
    async finish(): Promise<Damage> {
      const deleted = await deletedRowsAtEnd(connection)
      const before: Readonly<Record<string, number>> = JSON.parse(countsBefore() ?? '{}')
      const losses = deleted
        .map(({ id, rows, ...table }) => ({ ...table, rows: rows - (before[id] ?? 0) }))
        .filter(({ rows, names }) => rows > 0 && !names.some((name) => mentioned.has(name)))
        .map(({ shown, rows }) => ({ table: shown, rows }))
      return { ...unharmed, losses }
    },
  }
}

const unharmed: Damage = { violations: [], dangling: [], losses: [] }

async function deletedRows(connection: Connection): Promise<readonly Deleted[]> {
  const rows = await connection.run<Omit<Deleted, 'names'> & { names: string }>(deletedSql)
  return rows.map((row) => ({ ...row, names: JSON.parse(row.names) as readonly string[] }))
}

/** The same; with it goes the check of what waits for the commit, which stays waiting. Throws FOREIGN_KEYS_VIOLATED. */
async function deletedRowsAtEnd(connection: Connection): Promise<readonly Deleted[]> {
  const point = 'whimbrel_deferred'
  const back = [`ROLLBACK TO SAVEPOINT ${point}`, `RELEASE SAVEPOINT ${point}`]
  connection.defer([`SAVEPOINT ${point}`, 'SET CONSTRAINTS ALL IMMEDIATE', ...back])
  try {
    return await deletedRows(connection)
  } catch (error) {
    const violation = deferredViolation(connection, MigrateError.is(error) ? error.cause : error)
    if (violation === undefined) throw error
    await connection.raw(back.join('; '))
    throw violation
  }
}
