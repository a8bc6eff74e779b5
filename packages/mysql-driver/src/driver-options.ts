import { type ConnectionTarget, locationOf, parseConnectionUrl } from './connection-url.ts'
import { checkNames, usage } from './usage.ts'

export interface MysqlDriverOptions {
  /**
   * `mysql://user:password@host:port/database`, or `mariadb://`, with `ssl-mode`, `ssl-ca` and `socket` as parameters.
   * Without a user it is `root`, without a port 3306.
   */
  readonly url: string
  /** How long one statement waits for the locks of others, in milliseconds; default 5,000, 0 for no limit. */
  readonly lockTimeoutMs?: number
  /** How long connecting may take, in milliseconds; default 10,000. */
  readonly connectTimeoutMs?: number
  /** The database as shown to people; default: the URL without its password and parameters. */
  readonly label?: string
}

export interface CheckedOptions {
  readonly target: ConnectionTarget
  readonly lockTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly label: string
}

const names = ['url', 'lockTimeoutMs', 'connectTimeoutMs', 'label'] satisfies (keyof MysqlDriverOptions)[]

/** Options with their defaults. Throws USAGE before anything is opened. */
export function checkOptions(options: MysqlDriverOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw usage('The options of mysqlDriver are not an object', 'Call it as mysqlDriver({ url: "…" })')
  }
  checkNames('mysqlDriver', Object.keys(options), names)
  const target = parseConnectionUrl(options.url)
  const { lockTimeoutMs = 5_000, connectTimeoutMs = 10_000 } = options
  for (const [name, value] of Object.entries({ lockTimeoutMs, connectTimeoutMs })) {
    if (!Number.isSafeInteger(value) || value < 0 || value > 0x7fffffff)
      throw usage(`${name} is ${value}`, 'Give a whole number of milliseconds, 0 or more')
  }
  return { target, lockTimeoutMs, connectTimeoutMs, label: options.label ?? locationOf(target) }
}
