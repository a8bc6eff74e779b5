import type { ConnectionTarget } from '../connection-url.ts'

/** Variables of libpq that mean the same to pg. */
const shared = ['PGUSER', 'PGPASSWORD', 'PGPASSFILE']

/**
 * What a program of PostgreSQL needs to know to connect as pg does. Everything goes through the environment, the
 * password above all: arguments can be read by every user of the machine. Other variables of libpq would lead elsewhere.
 */
export function clientEnvironment(
  { host, port, database, user, password, tls, certificates }: ConnectionTarget,
  { connectTimeoutMs }: { readonly connectTimeoutMs: number },
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PG') || shared.includes(name),
  )
  const { authority, client, key } = certificates
  const connection: Readonly<Record<string, string | undefined>> = {
    PGHOST: host,
    PGPORT: String(port),
    PGDATABASE: database,
    PGUSER: user,
    PGPASSWORD: password,
    PGSSLMODE: tls,
    PGSSLROOTCERT: authority,
    PGSSLCERT: client,
    PGSSLKEY: key,
    PGAPPNAME: 'whimbrel backup',
    PGCONNECT_TIMEOUT:
      connectTimeoutMs === 0 ? undefined : String(Math.max(2, Math.ceil(connectTimeoutMs / 1000))),
    LC_ALL: 'C',
  }
  const said = Object.entries(connection).filter(([, value]) => value !== undefined)
  return Object.fromEntries([...inherited, ...said])
}
