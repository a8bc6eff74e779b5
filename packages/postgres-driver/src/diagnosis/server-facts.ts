import type { Connection } from '../connection.ts'

/** What a server says of itself, of one database and of the user, in one answer. */
export interface ServerFacts {
  readonly version: string
  readonly number: number
  readonly encoding: string
  readonly user: string
  /** It follows another server. */
  readonly follows: number
  readonly readOnly: string
  readonly hasSchema: number
  readonly mayUse: number
  readonly mayCreate: number
  /** By the clock of the server, in milliseconds. */
  readonly now: number
  /** `TLSv1.3`; null where the connection is not encrypted. */
  readonly tls: string | null
  readonly backend: number
  /** Locks on tables and indexes that all transactions together may have. */
  readonly lockRoom: number
  readonly locksEach: number
  readonly relations: number
  readonly checksClients: string | null
}

const factsSql = `SELECT current_setting('server_version') AS version,
  current_setting('server_version_num')::int AS number, current_setting('server_encoding') AS encoding,
  current_user::text AS user, pg_is_in_recovery() AS follows,
  (SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only') AS "readOnly",
  s.oid IS NOT NULL AS "hasSchema", coalesce(has_schema_privilege(s.oid, 'USAGE'), false) AS "mayUse",
  coalesce(has_schema_privilege(s.oid, 'CREATE'), false) AS "mayCreate",
  (extract(epoch FROM clock_timestamp()) * 1000)::int8 AS now,
  (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl) AS tls, pg_backend_pid() AS backend,
  current_setting('max_locks_per_transaction')::int8 AS "locksEach",
  current_setting('max_locks_per_transaction')::int8 *
    (current_setting('max_connections')::int8 + current_setting('max_prepared_transactions')::int8) AS "lockRoom",
  (SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'i', 'I', 'm', 'S') AND n.nspname NOT LIKE 'pg\\_%'
      AND n.nspname <> 'information_schema') AS relations,
  current_setting('client_connection_check_interval', true) AS "checksClients"
  FROM (SELECT 1) AS one LEFT JOIN pg_namespace AS s ON s.nspname = $1`

/** `schema` is that of the tracking tables. */
export async function readFacts(connection: Connection, schema: string): Promise<ServerFacts> {
  const [facts] = await connection.run<ServerFacts>(factsSql, [schema])
  if (facts === undefined) throw new Error('The server gave no answer')
  return facts
}

/** A transaction that another connection has open for long. */
export interface OpenTransaction {
  readonly backend: number
  readonly applicationName: string
  readonly state: string
  readonly seconds: number
}

const LONG_SECONDS = 300

/** Those of this database, the longest first. */
export function readOpenTransactions(connection: Connection): Promise<readonly OpenTransaction[]> {
  return connection.run(
    `SELECT pid AS backend, coalesce(application_name, '') AS "applicationName", coalesce(state, '') AS state,
        extract(epoch FROM clock_timestamp() - xact_start)::int8 AS seconds
      FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND xact_start < clock_timestamp() - make_interval(secs => $1) ORDER BY xact_start`,
    [LONG_SECONDS],
  )
}

/** A transaction that was prepared and that nobody ended. */
export interface PreparedTransaction {
  readonly name: string
  readonly owner: string
  readonly seconds: number
}

export function readPreparedTransactions(connection: Connection): Promise<readonly PreparedTransaction[]> {
  return connection.run(
    `SELECT gid AS name, owner::text AS owner, extract(epoch FROM clock_timestamp() - prepared)::int8 AS seconds
      FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared`,
  )
}
