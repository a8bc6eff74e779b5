import { checkOptionNames, usage } from '@whimbrel/core'
import { type ConnectionTarget, locationOf, parseConnectionUrl } from './connection-url.ts'
import { quoteIdentifier } from './quote-identifier.ts'

export interface PostgresDriverOptions {
  /**
   * `postgres://user:password@host:port/database`, with `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `user`, `host`
   * (the directory of a socket), `application_name` (default `whimbrel`) and `connect_timeout` as parameters. Without a
   * user or password, PGUSER and PGPASSWORD count.
   */
  readonly url: string
  /** The schema of the tracking tables, default `public`. The lock is for one database and this schema. */
  readonly schema?: string
  /** Schemas in which names are looked up, default: what the server says. */
  readonly searchPath?: readonly string[]
  /** How long one statement may take, in milliseconds; default 0, no limit. */
  readonly statementTimeoutMs?: number
  /**
   * How long one statement waits for a lock before it gives way to those who queue behind it, in milliseconds; default
   * 1,000, or `busyTimeoutMs` where that is shorter, 0 for no limit.
   */
  readonly lockTimeoutMs?: number
  /** How long a step is tried again while others hold what it needs, in milliseconds; default 5,000. */
  readonly busyTimeoutMs?: number
  /** How long connecting may take, in milliseconds; default 10,000, 0 for no limit. */
  readonly connectTimeoutMs?: number
  /** The database as shown to people; default: the URL without its password and parameters. */
  readonly label?: string
}

export interface CheckedOptions {
  readonly target: ConnectionTarget
  readonly schema: string
  /** As the setting `search_path` wants it, undefined for what the server says. */
  readonly searchPath: string | undefined
  readonly statementTimeoutMs: number
  readonly lockTimeoutMs: number
  readonly busyTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly label: string
}

/** With no patience at all a statement still gets the locks that others are just giving back. */
const SHORTEST_LOCK_TIMEOUT_MS = 100

const names = [
  'url',
  'schema',
  'searchPath',
  'statementTimeoutMs',
  'lockTimeoutMs',
  'busyTimeoutMs',
  'connectTimeoutMs',
  'label',
] satisfies (keyof PostgresDriverOptions)[]

/** Options with their defaults. Throws USAGE before anything is opened. */
export function checkOptions(options: PostgresDriverOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw usage('The options of postgresDriver are not an object', 'Call it as postgresDriver({ url: "…" })')
  }
  checkOptionNames('postgresDriver', Object.keys(options), names)
  const target = parseConnectionUrl(options.url)
  const { schema = 'public', searchPath, statementTimeoutMs = 0 } = options
  const { busyTimeoutMs = 5_000 } = options
  const { lockTimeoutMs = Math.min(1_000, Math.max(SHORTEST_LOCK_TIMEOUT_MS, busyTimeoutMs)) } = options
  const connectTimeoutMs = options.connectTimeoutMs ?? target.connectTimeoutMs ?? 10_000
  const times = { statementTimeoutMs, lockTimeoutMs, busyTimeoutMs, connectTimeoutMs }
  for (const [name, value] of Object.entries(times)) {
    if (!Number.isSafeInteger(value) || value < 0 || value > 0x7fffffff)
      throw usage(`${name} is ${value}`, 'Give a whole number of milliseconds, 0 or more')
  }
  checkSchema('schema', schema)
  if (searchPath !== undefined) checkSearchPath(searchPath)
  return {
    target,
    schema,
    searchPath: searchPath?.map(quoteIdentifier).join(', '),
    statementTimeoutMs,
    lockTimeoutMs,
    busyTimeoutMs,
    connectTimeoutMs,
    label: options.label ?? locationOf(target),
  }
}

function checkSearchPath(searchPath: unknown): void {
  if (!Array.isArray(searchPath) || searchPath.length === 0) {
    throw usage('searchPath is not a list of schemas', 'Give it as ["app", "public"], or leave it out')
  }
  for (const schema of searchPath) checkSchema('searchPath', schema)
}

function checkSchema(option: string, schema: unknown): void {
  if (typeof schema !== 'string' || schema.trim() === '' || schema.includes('\0')) {
    throw usage(`${option} holds something that is no name of a schema`, `Give "${option}" another name`)
  }
}
