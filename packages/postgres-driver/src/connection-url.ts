import { checkOptionNames, usage } from '@whimbrel/core'

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

const parameters = [
  'application_name',
  'connect_timeout',
  'host',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslrootcert',
  'user',
]
const tlsModes: readonly TlsMode[] = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full']
const encode = 'Write special characters of user and password percent-encoded: @ as %40, / as %2F, # as %23'

/**
 * Takes `postgres://user:password@host:port/database?sslmode=…` apart. Throws USAGE, and never repeats the text: it may
 * hold a password at an unexpected place.
 */
export function parseConnectionUrl(text: unknown): ConnectionTarget {
  const url = asUrl(text)
  const { searchParams } = url
  checkOptionNames('The URL of the database', searchParams.keys(), parameters)
  const get = (name: string) => searchParams.get(name) || undefined
  return {
    host: get('host') ?? (decoded(url.hostname).replace(/^\[|\]$/g, '') || 'localhost'),
    port: url.port === '' ? 5432 : Number(url.port),
    database: databaseOf(url),
    user: decoded(url.username) || get('user'),
    password: decoded(url.password) || undefined,
    tls: tlsMode(get('sslmode'), get('sslrootcert')),
    certificates: { authority: get('sslrootcert'), client: get('sslcert'), key: get('sslkey') },
    applicationName: get('application_name') ?? 'whimbrel',
    connectTimeoutMs: seconds(get('connect_timeout')),
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

function asUrl(text: unknown): URL {
  if (typeof text !== 'string' || text === '') {
    throw usage('There is no URL of a database', 'Give "url" as postgres://user@host:5432/database')
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw usage('The URL of the database cannot be read', encode)
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw usage(`${url.protocol} is not the protocol of PostgreSQL`, 'Begin the URL with postgres://')
  }
  if (url.hash !== '') throw usage('The URL of the database has a # in it', encode)
  return url
}

function databaseOf({ pathname }: URL): string {
  if (pathname.slice(1).includes('/') || pathname.includes('@')) {
    throw usage('The URL of the database has a / or an @ behind its host', encode)
  }
  const name = decoded(pathname.slice(1))
  if (name === '') throw usage('The URL names no database', 'Put its name at the end: postgres://host/name')
  return name
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw usage('The URL of the database has a % that encodes nothing', 'Write % itself as %25')
  }
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
