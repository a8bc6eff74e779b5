import { MigrateError } from '@whimbrel/core'
import { advisoryKey } from './advisory-keys.ts'
import { requestCancel } from './cancel-request.ts'
import { Connection } from './connection.ts'
import type { ConnectionTarget } from './connection-url.ts'
import type { CheckedOptions } from './driver-options.ts'
import { unreachable } from './error-translation.ts'
import { keptSettings, type Settings } from './kept-settings.ts'
import { refusePooler } from './pooler.ts'
import { preferTls } from './preferred-tls.ts'
import { tlsOptions } from './tls-options.ts'

export interface OpenedConnection {
  readonly connection: Connection
  /** The process of the server, also behind a pooler. */
  readonly backend: number
  /** What transactions put back first. */
  readonly settings: Settings
  /** The server keeps transactions that were prepared. */
  readonly canPrepare: boolean
}

interface Probe {
  readonly version: string
  readonly number: string
  readonly backend: number
  readonly also: string | null
  readonly [setting: string]: string | number | null
}

export interface OpenOptions {
  /** For whoever has the lock of the database, so that the next one waits until the server is done with it. */
  readonly works?: boolean
  /** An expression that is asked for on the way; its value is there as text. */
  readonly also?: string
}

export interface Greeting extends OpenOptions {
  readonly options: CheckedOptions
  readonly mode: 'read' | 'write'
}

/**
 * Opens a connection and sets what the session needs, in one round trip behind the greeting. Throws
 * DATABASE_UNREACHABLE, and ENGINE_UNSUPPORTED for what only speaks like PostgreSQL or hands out other connections.
 */
export async function openConnection(
  options: CheckedOptions,
  mode: 'read' | 'write',
): Promise<OpenedConnection> {
  return greet(await connect(options), { options, mode })
}

/** Sets what the session needs on a connection, which is ended where that fails. Throws as `openConnection` does. */
export async function greet(
  connection: Connection,
  greeting: Greeting,
): Promise<OpenedConnection & { readonly also: string | undefined }> {
  const { options, works } = greeting
  try {
    const probe = await probed(connection, greeting)
    if (works && probe.works !== 1) throw lockTaken(options.label)
    checkEngine(probe, options.label)
    await refusePooler(connection, { backend: probe.backend, another: () => connect(options) })
    const { backend, also } = probe
    const canPrepare = Number(probe.preparable) > 0
    return {
      connection,
      backend,
      canPrepare,
      settings: new Map(keptSettings.map((name) => [name, String(probe[name])])),
      also: also ?? undefined,
    }
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
    const prefers = tls !== undefined && target.tls === 'prefer'
    const stream = prefers ? await preferTls({ host, port, tls, timeoutMs: connectTimeoutMs }) : undefined
    const client = new pg.Client({
      host,
      port,
      database,
      application_name: applicationName,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      ssl: (stream === undefined && tls) || false,
      ...(stream === undefined ? {} : { stream: () => stream }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
    })
    const connection = new Connection(client, { place: { location }, cancel: () => cancel(client, target) })
    await client.connect()
    return connection
  } catch (error) {
    throw unreachable(error, { location })
  }
}

async function cancel(client: object, { host, port }: ConnectionTarget): Promise<void> {
  const { processID, secretKey } = client as { processID?: number | null; secretKey?: number | null }
  if (processID == null || typeof secretKey !== 'number') return
  await requestCancel({ host, port, processId: processID, secretKey })
}

/** Settings that not every version or system has. */
const optional: readonly (readonly [name: string, value: string, where?: string])[] = [
  // A connection that only holds a lock is idle and has to stay.
  ['idle_session_timeout', '0'],
  // A statement whose client is dead ends soon, and gives back its locks.
  ['client_connection_check_interval', '2000', "version() !~* 'mingw|visual c'"],
]

function setIfKnown([name, value, where = 'true']: (typeof optional)[number]): string {
  const isKnown = `current_setting('${name}', true) IS NOT NULL AND ${where}`
  return `CASE WHEN ${isKnown} THEN set_config('${name}', '${value}', false) END AS "set ${name}"`
}

/** Sets what is asked for before it reads what there is. */
async function probed(
  connection: Connection,
  { options, mode, works = false, also = 'NULL' }: Greeting,
): Promise<Probe> {
  const { searchPath, statementTimeoutMs, lockTimeoutMs } = options
  const wanted: readonly (readonly [string, string])[] = [
    ['statement_timeout', String(statementTimeoutMs)],
    ['lock_timeout', String(lockTimeoutMs)],
    // What goes back and forth is read and written as UTF-8 here, whatever the database is kept in.
    ['client_encoding', 'UTF8'],
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
    SELECT ${keptSettings.map((name) => `current_setting('${name}') AS "${name}"`).join(', ')}, version() AS version,
      current_setting('server_version_num') AS number, pg_backend_pid() AS backend,
      current_setting('max_prepared_transactions') AS preparable,
      ${works ? `pg_try_advisory_lock_shared(${advisoryKey(options.schema, 'working')})` : 'true'} AS works,
      (${also})::text AS also,
      ${optional.map(setIfKnown).join(', ')}
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
