import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { appendFile, chown, copyFile, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@whimbrel/testing'
import { it } from 'vitest'

const run = promisify(execFile)

export interface OwnPostgresOptions {
  /** Settings of the server by name: `{ max_prepared_transactions: 10 }`. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** Lines of pg_hba.conf that come before those that trust everybody. */
  readonly access?: readonly string[]
  /** Files of a certificate and its key: the server then speaks TLS, too. */
  readonly tls?: { readonly path: string; readonly keyPath: string }
}

/** A PostgreSQL server that only one test knows. It ends with the test, at the latest with its process. */
export interface OwnPostgres extends AsyncDisposable {
  readonly port: number
  /** For the user `postgres`, who is trusted, and the database `postgres`. */
  readonly url: string
  /** Ends it as `pg_ctl stop` does: `fast` cuts the connections, `immediate` is a crash. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** Starts it again at the same port. */
  start(): Promise<void>
  /** A copy that follows it and answers questions only; ends before it. */
  standby(): Promise<OwnPostgres>
}

/** A server of its own on a free port of this machine, with an empty database. Takes a second or two. */
export async function startOwnPostgres(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const files = await serverDirectory()
  const how = ['--no-sync', '--auth=trust', '--username=postgres', '--encoding=UTF8']
  await asServer(['initdb', ...how, '-D', files.data])
  await configure(files.data, options)
  return started(files)
}

/** Whether this machine has what it takes; a test that is skipped says what is missing. */
export function hasOwnPostgres(): boolean {
  if (obstacle === undefined) return true
  it.skip(`needs a PostgreSQL server of its own: ${obstacle}`)
  return false
}

const names = ['initdb', 'postgres', 'pg_basebackup']
const programs = programDirectory()
const account = await serverAccount()
const obstacle =
  programs === undefined
    ? `${names.join(', ')} are not installed`
    : account === undefined
      ? 'this is root, and there is no user postgres or nobody to run it as'
      : undefined

/** Debian keeps the programs of a server out of the PATH. */
function programDirectory(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian) : []
  const newestFirst = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(debian, version, 'bin'))
  const directories = [...(process.env.PATH ?? '').split(':'), ...newestFirst]
  return directories.find((directory) => names.every((name) => existsSync(join(directory, name))))
}

/** The server refuses to run as root. An empty answer: it runs as whoever runs the tests. */
async function serverAccount(): Promise<{ uid?: number; gid?: number } | undefined> {
  if (process.getuid?.() !== 0) return {}
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const found = /^(?:postgres|nobody):[^:]*:(\d+):(\d+):/m.exec(users)
  return found === null ? undefined : { uid: Number(found[1]), gid: Number(found[2]) }
}

interface ServerFiles extends AsyncDisposable {
  /** The directory of the server itself. */
  readonly data: string
  readonly port: number
}

async function serverDirectory(): Promise<ServerFiles> {
  const directory = await temporaryDirectory()
  const { uid, gid } = account ?? {}
  if (uid !== undefined && gid !== undefined) await chown(directory.path, uid, gid)
  return { data: directory.file('data'), port: await freePort(), [Symbol.asyncDispose]: directory.remove }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function asServer([name = '', ...words]: readonly string[]): Promise<void> {
  await run(join(programs ?? '', name), words, {
    ...account,
    cwd: '/',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
}

async function configure(
  data: string,
  { settings = {}, access = [], tls }: OwnPostgresOptions,
): Promise<void> {
  const own = (name: string) => join(data, name)
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // Nothing of a test outlives its machine.
    fsync: 'off',
    ...(tls === undefined
      ? {}
      : { ssl: 'on', ssl_cert_file: own('server.crt'), ssl_key_file: own('server.key') }),
    ...settings,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`)
  await appendFile(own('postgresql.conf'), `\n${lines.join('\n')}\n`)
  const hba = own('pg_hba.conf')
  await writeFile(hba, `${access.join('\n')}\n${await readFile(hba, 'utf8')}`)
  if (tls === undefined) return
  for (const [from, name] of [
    [tls.path, 'server.crt'],
    [tls.keyPath, 'server.key'],
  ] as const) {
    await copyFile(from, own(name))
    const { uid, gid } = account ?? {}
    if (uid !== undefined && gid !== undefined) await chown(own(name), uid, gid)
    await run('chmod', ['600', own(name)])
  }
}

async function started(files: ServerFiles): Promise<OwnPostgres> {
  const { port } = files
  let server = await launch(files)
  const standbys: OwnPostgres[] = []
  const stop = (mode: 'fast' | 'immediate' = 'fast') => end(server, mode)
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop,
    async start() {
      server = await launch(files)
    },
    async standby() {
      const copy = await serverDirectory()
      const from = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres']
      await asServer([
        'pg_basebackup',
        ...from,
        '--no-sync',
        '--checkpoint=fast',
        '--write-recovery-conf',
        '-D',
        copy.data,
      ])
      const standby = await started(copy)
      standbys.push(standby)
      return standby
    },
    async [Symbol.asyncDispose]() {
      for (const standby of standbys.splice(0)) await standby[Symbol.asyncDispose]()
      await stop('immediate')
      await files[Symbol.asyncDispose]()
    },
  }
}

/** Starts the server and waits until it takes connections. */
async function launch({ data, port }: ServerFiles): Promise<ChildProcess> {
  const server = spawn(join(programs ?? '', 'postgres'), ['-D', data, '-p', String(port)], {
    ...account,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const kill = () => void server.kill('SIGQUIT')
  process.once('exit', kill)
  server.once('exit', () => process.removeListener('exit', kill))
  let log = ''
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${log}`)))
    server.stderr.on('data', (part: Buffer) => {
      log = `${log}${part}`.slice(-10_000)
      if (log.includes('ready to accept')) resolve()
    })
  })
  return server
}

const signals = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const

async function end(server: ChildProcess, mode: 'fast' | 'immediate'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill(signals[mode])
  await ended
}
