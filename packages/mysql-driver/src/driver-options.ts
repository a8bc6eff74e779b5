import { checkOptionNames, usage } from '@whimbrel/core'
import { type ConnectionTarget, locationOf, parseConnectionUrl } from './connection-url.ts'

export interface MysqlDriverOptions {
  /**
   * `mysql://user:password@host:port/database`, or `mariadb://`, with `ssl-mode`, `ssl-ca` and `socket` as parameters.
   * Without a user it is `root`, without a port 3306.
   */
  readonly url: string
  /**
   * How long one statement waits for the locks of others before it gives them way, in milliseconds, counted by the server
   * in whole seconds; default 1,000, 0 for no limit.
   */
  readonly lockTimeoutMs?: number
  /** How long a step is tried again while others hold what it needs, in milliseconds; default 5,000. */
  readonly busyTimeoutMs?: number
  /** How long one statement may take, in milliseconds; default 0, no limit. */
  readonly statementTimeoutMs?: number
  /** How long connecting may take, in milliseconds; default 10,000. */
  readonly connectTimeoutMs?: number
  /** The database as shown to people; default: the URL without its password and parameters. */
  readonly label?: string
}

export interface CheckedOptions {
  readonly target: ConnectionTarget
  readonly lockTimeoutMs: number
  readonly busyTimeoutMs: number
  readonly statementTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly label: string
}

const names = [
  'url',
  'lockTimeoutMs',
  'busyTimeoutMs',
  'statementTimeoutMs',
  'connectTimeoutMs',
  'label',
] satisfies (keyof MysqlDriverOptions)[]

/** Options with their defaults. Throws USAGE before anything is opened. */
export function checkOptions(options: MysqlDriverOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw usage('The options of mysqlDriver are not an object', 'Call it as mysqlDriver({ url: "…" })')
  }
  checkOptionNames('mysqlDriver', Object.keys(options), names)
  const target = parseConnectionUrl(options.url)
  const { lockTimeoutMs = 1_000, busyTimeoutMs = 5_000 } = options
  const { statementTimeoutMs = 0, connectTimeoutMs = 10_000 } = options
  const times = { lockTimeoutMs, busyTimeoutMs, statementTimeoutMs, connectTimeoutMs }
  for (const [name, value] of Object.entries(times)) {
    if (!Number.isSafeInteger(value) || value < 0 || value > 0x7fffffff)
      throw usage(`${name} is ${value}`, 'Give a whole number of milliseconds, 0 or more')
  }
  return { target, ...times, label: options.label ?? locationOf(target) }
}
