import { readFile } from 'node:fs/promises'
import { MigrateError } from '@whimbrel/core'
import type { Connection as Client, SslOptions } from 'mysql2/promise'
import { Connection, type Kill } from './connection.ts'
import type { ConnectionTarget } from './connection-url.ts'
import type { CheckedOptions } from './driver-options.ts'
import { unreachable } from './error-translation.ts'

export interface OpenedConnection {
  readonly connection: Connection
  /** The statement that puts back what a run depends on. */
  readonly settings: string
  /** The statements that a new connection begins with: these settings and some more. */
  readonly first: readonly string[]
  /** Which database of which server this is: the machine, port and folder of the server and the name. */
  readonly serverPlace: string | undefined
  /** Whether one message may hold several statements, as a block. */
  readonly hasBlocks: boolean
  /** The role that a connection has that nobody has changed. */
  readonly role: string | null
}

/** A migration means the same on every server, whatever its configuration says. */
const sqlMode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'
const YEAR_IN_SECONDS = 31_536_000

interface ServerRow {
  readonly version: string
  readonly role: string | null
  readonly place: string | null
  /** Bytes. */
  readonly longest: number
}

const serverSql = `SELECT version() AS version, current_role() AS role, @@max_allowed_packet AS longest,
  concat(@@hostname, ':', @@port, @@datadir, '/', database()) AS place`
const unknownServer: ServerRow = { version: '', role: null, place: null, longest: Number.MAX_SAFE_INTEGER }

/** Places whose server has said that it has no TLS: asked for it again it would count another aborted connection. */
const withoutTls = new WeakSet<ConnectionTarget>()

/**
 * Opens a connection and sets what the session needs. Throws DATABASE_UNREACHABLE, and ENGINE_UNSUPPORTED for a server
 * that is too old.
 */
export async function openConnection(
  options: CheckedOptions,
  mode: 'read' | 'write',
): Promise<OpenedConnection> {
  const connection = await connect(options)
  try {
    const [{ version, role, place, longest } = unknownServer] = await connection.run<ServerRow>(serverSql)
    checkVersion(version, options.label)
    connection.limitTo(longest)
    const settings = settingsOf(options, version)
    // Who holds a lock is idle for as long as the run takes.
    const first = [`${settings}, SESSION wait_timeout = ${YEAR_IN_SECONDS}`]
    if (mode === 'read') first.push('SET SESSION TRANSACTION READ ONLY')
    for (const statement of first) await connection.run(statement)
    const serverPlace = place ?? undefined
    return { connection, settings, first, role, serverPlace, hasBlocks: isMariaDb(version) }
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** The server counts the time to wait in whole seconds. MySQL limits only the time of SELECT. */
function settingsOf({ lockTimeoutMs, statementTimeoutMs }: CheckedOptions, version: string): string {
  const seconds = lockTimeoutMs === 0 ? YEAR_IN_SECONDS : Math.ceil(lockTimeoutMs / 1000)
  const session = [
    'autocommit = 1',
    `sql_mode = '${sqlMode}'`,
    "time_zone = '+00:00'",
    'foreign_key_checks = 1',
    'unique_checks = 1',
    `lock_wait_timeout = ${seconds}`,
    `innodb_lock_wait_timeout = ${seconds}`,
    'group_concat_max_len = 4294967295',
    // Names in statements of SHOW CREATE are told by their quotation marks.
    'sql_quote_show_create = 1',
    isMariaDb(version)
      ? `max_statement_time = ${statementTimeoutMs / 1000}`
      : `max_execution_time = ${statementTimeoutMs}`,
  ]
  return `SET NAMES utf8mb4, ${session.map((setting) => `SESSION ${setting}`).join(', ')}`
}

async function connect(options: CheckedOptions): Promise<Connection> {
  const location = options.label
  // Cut off as it may be: the server ends the connection of that number, and answers or not.
  const kill: Kill = async (what, id) => {
    const client = await openClient(options)
    try {
      await client.query(`KILL ${what} ${id}`)
    } finally {
      client.destroy()
    }
  }
  try {
    return new Connection(await openClient(options), { location }, kill)
  } catch (error) {
    throw unreachable(error, { location })
  }
}

async function openClient({ target, connectTimeoutMs }: CheckedOptions): Promise<Client> {
  const { host, port, socket, database, user, password, tls } = target
  // Only a process that speaks to such a server pays for it.
  const { default: mysql } = await import('mysql2/promise')
  const open = async (ssl: SslOptions | undefined) =>
    mysql.createConnection({
      ...(socket === undefined ? { host, port } : { socketPath: socket }),
      database,
      user,
      connectTimeout: connectTimeoutMs,
      charset: 'utf8mb4',
      supportBigNumbers: true,
      // A document is a text like any other: parsed and written again it would be another one.
      jsonStrings: true,
      ...(password === undefined ? {} : { password }),
      ...(ssl === undefined ? {} : { ssl }),
    })
  return open(await tlsOptions(target)).catch((error) => {
    if (tls !== 'PREFERRED' || !hasNoTls(error)) throw error
    withoutTls.add(target)
    return open(undefined)
  })
}

async function tlsOptions(target: ConnectionTarget): Promise<SslOptions | undefined> {
  const { tls, socket, authority } = target
  if (tls === 'DISABLED' || socket !== undefined || withoutTls.has(target)) return undefined
  return {
    rejectUnauthorized: tls.startsWith('VERIFY'),
    verifyIdentity: tls === 'VERIFY_IDENTITY',
    ...(authority === undefined ? {} : { ca: await readFile(authority, 'utf8') }),
  }
}

function hasNoTls(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'HANDSHAKE_NO_SSL_SUPPORT'
}

function isMariaDb(version: string): boolean {
  return /mariadb/i.test(version)
}

function checkVersion(version: string, location: string): void {
  const [, major = 0, minor = 0] = (/^(\d+)\.(\d+)/.exec(version) ?? []).map(Number)
  const oldest = isMariaDb(version) ? 1005 : 800
  if (major * 100 + minor >= oldest) return
  throw new MigrateError('ENGINE_UNSUPPORTED', `${location} is version ${version}`, {
    hint: 'Use MariaDB 10.5 or newer, or MySQL 8.0 or newer',
  })
}
