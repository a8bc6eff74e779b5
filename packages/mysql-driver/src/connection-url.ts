import { readServerUrl, type ServerUrlForm, usage } from '@whimbrel/core'

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

const form: ServerUrlForm = {
  engine: 'MySQL or MariaDB',
  schemes: ['mysql', 'mariadb'],
  port: 3306,
  parameters: ['socket', 'ssl-ca', 'ssl-mode'],
}
const tlsModes: readonly TlsMode[] = ['DISABLED', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY']

/**
 * Takes `mysql://user:password@host:port/database?ssl-mode=…` apart. Throws USAGE, and never repeats the text: it may
 * hold a password at an unexpected place.
 */
export function parseConnectionUrl(text: unknown): ConnectionTarget {
  const { host, port, database, user, password, parameter } = readServerUrl(text, form)
  return {
    host,
    port,
    socket: parameter('socket'),
    database,
    user: user ?? 'root',
    password,
    tls: tlsMode(parameter('ssl-mode')),
    authority: parameter('ssl-ca'),
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

function tlsMode(mode: string | undefined): TlsMode {
  if (mode === undefined) return 'PREFERRED'
  const found = tlsModes.find((each) => each === mode.toUpperCase())
  if (found !== undefined) return found
  throw usage(`ssl-mode "${mode}" is not known`, `Choose one of: ${tlsModes.join(', ')}`)
}
