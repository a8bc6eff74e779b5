import { MigrateError } from '@whimbrel/core'
import { advisoryKey } from './advisory-keys.ts'
import { Connection } from './connection.ts'
import type { CheckedOptions } from './driver-options.ts'
import { unreachable } from './error-translation.ts'
import { refusePooler } from './pooler.ts'
import { tlsOptions } from './tls-options.ts'

/** Settings of a connection by name, as the server shows them. */
export type Settings = ReadonlyMap<string, string>

export interface OpenedConnection {
  readonly connection: Connection
  /** The process of the server, also behind a pooler. */
  readonly backend: number
  /** What transactions put back first. */
  readonly settings: Settings
}

interface Probe {
  readonly version: string
  readonly number: string
  readonly backend: number
  readonly [setting: string]: string | number | null
}

/** What a statement can set so that it outlasts its transaction. */
const kept = [
  'search_path',
  'statement_timeout',
  'lock_timeout',
  'check_function_bodies',
  'standard_conforming_strings',
  'bytea_output',
  'extra_float_digits',
  'DateStyle',
  'TimeZone',
]

/**
 * Opens a connection and sets what the session needs, in one round trip behind the greeting. Throws
 * DATABASE_UNREACHABLE, and ENGINE_UNSUPPORTED for what only speaks like PostgreSQL or hands out other connections.
 */
export async function openConnection(
  options: CheckedOptions,
  mode: 'read' | 'write',
  /** `works`: for whoever has the lock of the database, so that the next one waits until the server is done with it. */
  { works = false }: { readonly works?: boolean } = {},
): Promise<OpenedConnection> {
  const connection = await connect(options)
  try {
    const probe = await probed(connection, { options, mode, works })
    if (works && probe.works !== 1) throw lockTaken(options.label)
    checkEngine(probe, options.label)
    await refusePooler(connection, { backend: probe.backend, another: () => connect(options) })
    const { backend } = probe
    return { connection, backend, settings: new Map(kept.map((name) => [name, String(probe[name])])) }
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** A connection with the settings of the server. Throws DATABASE_UNREACHABLE. */
export async function connect(options: CheckedOptions): Promise<Connection> {
  const { target, connectTimeoutMs, label: location } = options
  const { host, port, database, user, password, applicationName } = target
  try {
    const tls = await tlsOptions(target)
    // Only a process that speaks to such a server pays for it.
    const { default: pg } = await import('pg')
    const open = async (ssl: typeof tls | false) => {
      const client = new pg.Client({
        host,
        port,
        database,
        application_name: applicationName,
        connectionTimeoutMillis: connectTimeoutMs,
        keepAlive: true,
        ssl: ssl ?? false,
        ...(user === undefined ? {} : { user }),
        ...(password === undefined ? {} : { password }),
      })
      const connection = new Connection(client, { location })
      await client.connect()
      return connection
    }
    return await open(tls).catch((error) => {
      if (target.tls !== 'prefer' || !hasNoTls(error)) throw error
      return open(false)
    })
  } catch (error) {
    throw unreachable(error, { location })
  }
}

function hasNoTls(error: unknown): boolean {
  return error instanceof Error && /does not support SSL/.test(error.message)
}

/** Sets what is asked for before it reads what there is. A connection that only holds a lock is idle and has to stay. */
async function probed(
  connection: Connection,
  { options, mode, works }: { options: CheckedOptions; mode: 'read' | 'write'; works: boolean },
): Promise<Probe> {
  const { searchPath, statementTimeoutMs, lockTimeoutMs } = options
  const wanted: readonly (readonly [string, string])[] = [
    ['statement_timeout', String(statementTimeoutMs)],
    ['lock_timeout', String(lockTimeoutMs)],
    // The lexer of migrations reads strings as the standard has them.
    ['standard_conforming_strings', 'on'],
    // What a value of these types is as text is read here, and must lose nothing.
    ['bytea_output', 'hex'],
    ['extra_float_digits', '1'],
    ['default_transaction_read_only', mode === 'read' ? 'on' : ''],
    // A transaction is idle while other databases of its run have their turns.
    ['idle_in_transaction_session_timeout', mode === 'write' ? '0' : ''],
    ['search_path', searchPath ?? ''],
  ]
  const set = wanted.filter(([, value]) => value !== '')
  const sets = set.map((_, at) => `set_config($${at * 2 + 1}, $${at * 2 + 2}, false)`)
  const sql = `WITH made AS MATERIALIZED (SELECT ${sets.map((call, at) => `${call} AS s${at}`).join(', ')})
    SELECT ${kept.map((name) => `current_setting('${name}') AS "${name}"`).join(', ')}, version() AS version,
      current_setting('server_version_num') AS number, pg_backend_pid() AS backend,
      ${works ? `pg_try_advisory_lock_shared(${advisoryKey(options.schema, 'working')})` : 'true'} AS works,
      (SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout') AS idle
    FROM made WHERE made.s0 IS NOT NULL`
  const [probe] = await connection.run<Probe>(sql, set.flat())
  return probe as Probe
}

function lockTaken(location: string): MigrateError {
  return new MigrateError('DATABASE_BUSY', `The lock of ${location} was lost, and somebody else has it now`, {
    hint: 'Look at the log of the server for what ended the connection, then run the command again',
  })
}

function checkEngine({ version, number }: Probe, location: string): void {
  if (/cockroach/i.test(version)) {
    throw unsupported(`${location} is CockroachDB, whose advisory locks keep nobody away`)
  }
  if (Number(number) < 120_000) throw unsupported(`${location} is ${version.split(' on ')[0]}`)
}

function unsupported(message: string): MigrateError {
  return new MigrateError('ENGINE_UNSUPPORTED', message, { hint: 'Use PostgreSQL 12 or newer' })
}
