import { readServerUrl, type ServerUrlForm, usage } from '@whimbrel/core'

/** How much of TLS a connection insists on, in the words of libpq. */
export type TlsMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'

/** What a URL says about a connection. */
export interface ConnectionTarget {
  /** A host, or the absolute path of the directory of a socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  /** Undefined: what PGUSER or the operating system says. */
  readonly user: string | undefined
  /** Undefined: what PGPASSWORD says. */
  readonly password: string | undefined
  readonly tls: TlsMode
  /** Files of certificates: of the authority (`system` for those of Node.js), of the client, and its key. */
  readonly certificates: {
    readonly authority: string | undefined
    readonly client: string | undefined
    readonly key: string | undefined
  }
  readonly applicationName: string
  /** In milliseconds, undefined where the URL does not say. */
  readonly connectTimeoutMs: number | undefined
}

const form: ServerUrlForm = {
  engine: 'PostgreSQL',
  schemes: ['postgres', 'postgresql'],
  port: 5432,
  parameters: [
    'application_name',
    'connect_timeout',
    'host',
    'sslcert',
    'sslkey',
    'sslmode',
    'sslrootcert',
    'user',
  ],
}
const tlsModes: readonly TlsMode[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full']

/**
 * Takes `postgres://user:password@host:port/database?sslmode=…` apart. Throws USAGE, and never repeats the text: it may
 * hold a password at an unexpected place.
 */
export function parseConnectionUrl(text: unknown): ConnectionTarget {
  const { host, port, database, user, password, parameter } = readServerUrl(text, form)
  return {
    host: parameter('host') ?? host,
    port,
    database,
    user: user ?? parameter('user'),
    password,
    tls: tlsMode(parameter('sslmode'), parameter('sslrootcert')),
    certificates: {
      authority: parameter('sslrootcert'),
      client: parameter('sslcert'),
      key: parameter('sslkey'),
    },
    applicationName: parameter('application_name') ?? 'whimbrel',
    connectTimeoutMs: seconds(parameter('connect_timeout')),
  }
}

/** The target as shown to people. */
export function locationOf({ host, port, database, user }: ConnectionTarget): string {
  const who = user === undefined ? '' : encodeURIComponent(user)
  const name = encodeURIComponent(database)
  if (host.startsWith('/')) return `postgres:///${name}?host=${host}${who === '' ? '' : `&user=${who}`}`
  const shown = host.includes(':') ? `[${host}]` : host
  return `postgres://${who === '' ? '' : `${who}@`}${shown}:${port}/${name}`
}

function tlsMode(mode: string | undefined, authority: string | undefined): TlsMode {
  const found = tlsModes.find((each) => each === mode)
  if (mode !== undefined && found === undefined) {
    throw usage(`sslmode "${mode}" is not known`, `Choose one of: ${tlsModes.join(', ')}`)
  }
  if (authority === 'system') return 'verify-full'
  // As libpq does: whoever names an authority wants it to be asked.
  if (found === 'require' && authority !== undefined) return 'verify-ca'
  return found ?? 'prefer'
}

function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,6}$/.test(text)) {
    throw usage(`connect_timeout "${text}" is not a number of seconds`, 'Give a whole number, 0 for no limit')
  }
  return Number(text) * 1000
}
