import { type Damage, MigrateError, type ScriptFacts, type Watch, type WatchOptions } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { deferredViolation } from '../deferred-violation.ts'
import { shownName } from './tables.ts'

/** A table of which rows were deleted. */
interface Deleted {
  readonly id: number
  /** The names of the table and of those that it is a part of, in lower case. */
  readonly names: readonly string[]
  readonly shown: string
}

/** Words of a script that may lead to rows being deleted elsewhere, or to a parent that is missing. */
const dangerous = ['CALL', 'DELETE', 'DO', 'EXECUTE', 'INSERT', 'MERGE', 'SELECT', 'UPDATE']

/**
 * Rows that were deleted, by number of the table. The view of the server for this joins every index of every table; tables of the
 * server itself have numbers below 16384. What transactions before have deleted counts, too, until others were told of it.
 */
const countedSql = `SELECT c.oid AS relid, pg_stat_get_xact_tuples_deleted(c.oid) AS n_tup_del FROM pg_class AS c
  WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND pg_stat_get_xact_tuples_deleted(c.oid) > 0`
const countsSql = `SELECT json_object_agg(relid, n_tup_del)::text AS counts FROM (${countedSql}) AS counted`

// Rows of a partition are rows of its table.
const deletedSql = `WITH RECURSIVE counted AS (
    ${countedSql}),
  family (relid, ancestor) AS (
    SELECT relid, relid FROM counted UNION
    SELECT f.relid, h.inhparent FROM family AS f JOIN pg_inherits AS h ON h.inhrelid = f.ancestor)
  SELECT d.relid AS id, ${shownName('c', 'n')} AS shown,
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
      const now = await countsAtEnd(connection)
      const before = parseCounts(countsBefore())
      const more = (id: number | string) => (now[id] ?? 0) - (before[id] ?? 0)
      if (!Object.keys(now).some((id) => more(id) > 0)) return unharmed
      const losses = (await deletedRows(connection))
        .map(({ id, ...table }) => ({ ...table, rows: more(id) }))
        .filter(({ rows, names }) => rows > 0 && !names.some((name) => mentioned.has(name)))
        .map(({ shown, rows }) => ({ table: shown, rows }))
      return { ...unharmed, losses }
    },
  }
}

/** By number of the table. */
type Counts = Readonly<Record<string, number>>

function parseCounts(json: string | null | undefined): Counts {
  return JSON.parse(json ?? '{}')
}

const unharmed: Damage = { violations: [], dangling: [], losses: [] }

async function deletedRows(connection: Connection): Promise<readonly Deleted[]> {
  const rows = await connection.run<Omit<Deleted, 'names'> & { names: string }>(deletedSql)
  return rows.map((row) => ({ ...row, names: JSON.parse(row.names) as readonly string[] }))
}

/** With it goes the check of what waits for the commit, which stays waiting. Throws FOREIGN_KEYS_VIOLATED. */
async function countsAtEnd(connection: Connection): Promise<Counts> {
  const point = 'whimbrel_deferred'
  const back = [`ROLLBACK TO SAVEPOINT ${point}`, `RELEASE SAVEPOINT ${point}`]
  connection.defer([`SAVEPOINT ${point}`, 'SET CONSTRAINTS ALL IMMEDIATE', ...back])
  try {
    const [row] = await connection.run<{ counts: string | null }>(countsSql, [], { recurs: true })
    return parseCounts(row?.counts)
  } catch (error) {
    const violation = deferredViolation(connection, MigrateError.is(error) ? error.cause : error)
    if (violation === undefined) throw error
    await connection.raw(back.join('; '))
    throw violation
  }
}
