import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import type { ConnectionTarget } from './connection-url.ts'

/** What Node.js needs to know for the TLS that a URL asks for, undefined for none. Reads the certificates. */
export async function tlsOptions({
  host,
  tls,
  certificates,
}: ConnectionTarget): Promise<ConnectionOptions | undefined> {
  // A socket of this machine has no TLS.
  if (tls === 'disable' || host.startsWith('/')) return undefined
  const { authority, client, key } = certificates
  const verifies = tls === 'verify-ca' || tls === 'verify-full'
  return {
    rejectUnauthorized: verifies,
    ...(authority === undefined || authority === 'system' ? {} : { ca: await readFile(authority) }),
    ...(client === undefined ? {} : { cert: await readFile(client) }),
    ...(key === undefined ? {} : { key: await readFile(key) }),
    // The certificate has to be good, whoever it is for.
    ...(tls === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  }
}
