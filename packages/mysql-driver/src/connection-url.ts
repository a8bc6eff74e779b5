import { checkOptionNames, usage } from '@whimbrel/core'

/** How much of TLS a connection insists on, in the words of the clients of the server. */
export type TlsMode = 'DISABLED' | 'PREFERRED' | 'REQUIRED' | 'VERIFY_CA' | 'VERIFY_IDENTITY'

/** What a URL says about a connection. */
export interface ConnectionTarget {
  readonly host: string
  readonly port: number
  /** Path of a socket of this machine, used instead of host and port. */
  readonly socket: string | undefined
  readonly database: string
  readonly user: string
  readonly password: string | undefined
  readonly tls: TlsMode
  /** File with certificates of the authority. */
  readonly authority: string | undefined
}

const parameters = ['socket', 'ssl-ca', 'ssl-mode']
const tlsModes: readonly TlsMode[] = ['DISABLED', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY']
const encode = 'Write special characters of user and password percent-encoded: @ as %40, / as %2F, # as %23'

/**
 * Takes `mysql://user:password@host:port/database?ssl-mode=…` apart. Throws USAGE, and never repeats the text: it may
 * hold a password at an unexpected place.
 */
export function parseConnectionUrl(text: unknown): ConnectionTarget {
  const url = asUrl(text)
  const { searchParams } = url
  checkOptionNames('The URL of the database', searchParams.keys(), parameters)
  const get = (name: string) => searchParams.get(name) || undefined
  return {
    host: decoded(url.hostname).replace(/^\[|\]$/g, '') || 'localhost',
    port: url.port === '' ? 3306 : Number(url.port),
    socket: get('socket'),
    database: databaseOf(url),
    user: decoded(url.username) || 'root',
    password: decoded(url.password) || undefined,
    tls: tlsMode(get('ssl-mode')),
    authority: get('ssl-ca'),
  }
}

/** The target as shown to people. */
export function locationOf({ host, port, socket, database, user }: ConnectionTarget): string {
  const who = encodeURIComponent(user)
  const name = encodeURIComponent(database)
  if (socket !== undefined) return `mysql://${who}@localhost/${name}?socket=${socket}`
  const shown = host.includes(':') ? `[${host}]` : host
  return `mysql://${who}@${shown}:${port}/${name}`
}

function asUrl(text: unknown): URL {
  if (typeof text !== 'string' || text === '') {
    throw usage('There is no URL of a database', 'Give "url" as mysql://user@host:3306/database')
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw usage('The URL of the database cannot be read', encode)
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:') {
    throw usage(`${url.protocol} is not the protocol of MySQL or MariaDB`, 'Begin the URL with mysql://')
  }
  if (url.hash !== '') throw usage('The URL of the database has a # in it', encode)
  return url
}

function databaseOf({ pathname }: URL): string {
  if (pathname.slice(1).includes('/') || pathname.includes('@')) {
    throw usage('The URL of the database has a / or an @ behind its host', encode)
  }
  const name = decoded(pathname.slice(1))
  if (name === '') throw usage('The URL names no database', 'Put its name at the end: mysql://host/name')
  return name
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw usage('The URL of the database has a % that encodes nothing', 'Write % itself as %25')
  }
}

function tlsMode(mode: string | undefined): TlsMode {
  if (mode === undefined) return 'PREFERRED'
  const found = tlsModes.find((each) => each === mode.toUpperCase())
  if (found !== undefined) return found
  throw usage(`ssl-mode "${mode}" is not known`, `Choose one of: ${tlsModes.join(', ')}`)
}
