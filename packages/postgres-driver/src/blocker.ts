import { type SqlValue, shownStatement } from '@whimbrel/core'

/** Somebody whose lock a statement waits for, or who waits in front of it. */
export interface Blocker {
  /** Process of the server; 0 for a transaction that was prepared and belongs to no connection. */
  readonly backend: number
  readonly applicationName: string
  readonly user: string
  /** `active`, `idle in transaction` …; empty where nobody may see it. */
  readonly state: string
  /** How it begins, without the texts in it. */
  readonly query: string
  /** How long its transaction has been open. */
  readonly seconds: number
  /** The table or index that is waited for, where it is one. */
  readonly relation: string | undefined
}

/** One that asks for who is in the way of a backend. */
export interface Asking {
  run<Row extends object>(sql: string, params: readonly SqlValue[]): Promise<Row[]>
}

/** Who is in the way of a backend now, the one for longest first; nobody where it waits for no lock. */
export async function readBlockers(asking: Asking, backend: number): Promise<readonly Blocker[]> {
  const rows = await asking.run<BlockerRow>(blockersSql, [backend])
  return rows.map(({ query, seconds, relation, ...row }) => ({
    ...row,
    query: beginningOf(query),
    seconds: Math.max(0, seconds),
    relation: relation ?? undefined,
  }))
}

type BlockerRow = Omit<Blocker, 'relation'> & { readonly relation: string | null }

// pg_blocking_pids stops the lock manager for a moment: it is called for those who wait only.
const blockersSql = `SELECT b.pid AS backend, coalesce(a.usename::text, '') AS user, coalesce(a.state, '') AS state,
    CASE b.pid WHEN 0 THEN coalesce((SELECT string_agg(p.gid, ', ') FROM pg_prepared_xacts AS p
      WHERE p.database = w.datname), '') ELSE coalesce(nullif(a.application_name, ''), a.backend_type, '') END
      AS "applicationName",
    coalesce(left(a.query, 300), '') AS query,
    coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start)), 0)::int8 AS seconds,
    (SELECT min(l.relation::regclass::text) FROM pg_locks AS l
      WHERE l.pid = w.pid AND NOT l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = w.datname))
      AS relation
  FROM pg_stat_activity AS w CROSS JOIN LATERAL (SELECT DISTINCT unnest(pg_blocking_pids(w.pid)) AS pid) AS b
    LEFT JOIN pg_stat_activity AS a ON a.pid = b.pid
  WHERE w.pid = $1 AND w.wait_event_type = 'Lock' ORDER BY seconds DESC, backend`

/** Comments nest, which cannot be seen here: a text in the rest of an outer one is blanked as any other. */
const parts =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<name>"[^"]*(?:"|$))|\$(?<tag>(?:[^\W\d]\w*)?)\$[\s\S]*?(?:\$\k<tag>\$|$)|[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|\\?$)|'[^']*(?:'|$)/g

/** How a statement begins, without the texts in it. */
export function beginningOf(query: string): string {
  return shownStatement(query, parts)
}

/** Who it is, as a person would say it. */
export function describeBlocker({ backend, applicationName, user, state, query, seconds }: Blocker): string {
  if (backend === 0) return `a prepared transaction (${applicationName})`
  const who = `backend ${backend} of "${applicationName}"${user === '' ? '' : ` as ${user}`}`
  const since = `${state === '' ? 'in a transaction' : state} for ${ageOf(seconds)}`
  return `${who}, ${since}${query === '' ? '' : `: ${query}`}`
}

function ageOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
