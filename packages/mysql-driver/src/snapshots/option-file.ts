import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionTarget, TlsMode } from '../connection-url.ts'

/** A file that tells a client program how to connect; only who runs this may read it. */
export interface OptionFile {
  /** The argument that has to come first: other files of options are not read. */
  readonly argument: string
  remove(): Promise<void>
}

/** Writes one. Nothing of it stands in the arguments of a program, which every user of the machine can read. */
export async function makeOptionFile(
  { host, port, socket, user, password, tls, authority }: ConnectionTarget,
  { isMariaDb }: { readonly isMariaDb: boolean },
): Promise<OptionFile> {
  const place =
    socket === undefined ? { host, port: String(port), protocol: 'tcp' } : { socket, protocol: 'socket' }
  const options: Readonly<Record<string, string | undefined>> = { ...place, user, password: password ?? '' }
  const lines = Object.entries(options).map(([name, value]) => `${name}=${quoted(value ?? '')}`)
  const text = [
    '[client]',
    ...lines,
    ...(isMariaDb ? mariaDbTls(tls, authority) : mysqlTls(tls, authority)),
    '',
  ]
  const directory = await mkdtemp(join(tmpdir(), 'whimbrel-client-'))
  const path = join(directory, 'options.cnf')
  const remove = () => rm(directory, { recursive: true, force: true })
  try {
    await writeFile(path, text.join('\n'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    await remove()
    throw error
  }
  return { argument: `--defaults-file=${path}`, remove }
}

/** Files of options know the escapes of C. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

/** PREFERRED is what its programs do by themselves, as far as they can; names are only told to be checked together. */
function mariaDbTls(tls: TlsMode, authority: string | undefined): readonly string[] {
  const ca = authority === undefined ? [] : [`ssl-ca=${quoted(authority)}`]
  if (tls === 'DISABLED') return ['skip-ssl']
  if (tls === 'PREFERRED') return ['loose-disable-ssl-verify-server-cert']
  if (tls === 'REQUIRED') return ['ssl', 'loose-disable-ssl-verify-server-cert', ...ca]
  return ['ssl', 'ssl-verify-server-cert', ...ca]
}

function mysqlTls(tls: TlsMode, authority: string | undefined): readonly string[] {
  return [`ssl-mode=${tls}`, ...(authority === undefined ? [] : [`ssl-ca=${quoted(authority)}`])]
}
