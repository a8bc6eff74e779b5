import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@whimbrel/testing'
import mysql from 'mysql2/promise'
import { it } from 'vitest'

const run = promisify(execFile)

/** A MariaDB server that only one file of tests knows. */
export interface OwnServer extends AsyncDisposable {
  /** For `root` without a password, and the database `test`. */
  readonly url: string
  urlWith(parts: Partial<Pick<URL, 'username' | 'password' | 'pathname'>>): string
  query(sql: string): Promise<unknown>
  /** Ends it as a power cut does. */
  crash(): Promise<void>
  /** Starts it again at the same port. */
  start(): Promise<void>
}

function find(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

const [install, program] = [find('mariadb-install-db'), find('mariadbd')]

/** Whether this machine has what it takes; a test that is skipped says what is missing. */
export function hasOwnServer(): boolean {
  if (install !== undefined && program !== undefined) return true
  it.skip('needs a MariaDB server of its own: mariadbd and mariadb-install-db are not installed')
  return false
}

/** A server on a free port of this machine, with these options. Takes a few seconds. */
export async function startOwnServer(options: readonly string[] = []): Promise<OwnServer> {
  const folder = await temporaryDirectory()
  const data = join(folder.path, 'data')
  const user = `--user=${userInfo().username}`
  // A server that starts removes every temporary table it finds in this folder, also those of another server.
  const temporary = `--tmpdir=${folder.path}`
  const common = ['--no-defaults', `--datadir=${data}`, temporary, user, '--innodb-log-file-size=8M']
  await run(install ?? '', [...common, '--auth-root-authentication-method=normal'])
  const port = await freePort()
  let server: ChildProcess | undefined
  const url = new URL(`mysql://root@127.0.0.1:${port}/test`)
  const start = async () => {
    const more = [
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      `--socket=${join(folder.path, 'socket')}`,
      '--innodb-buffer-pool-size=16M',
    ]
    const child = spawn(program ?? '', [...common, `--port=${port}`, ...more, ...options], {
      stdio: 'ignore',
    })
    server = child
    process.once('exit', () => child.kill('SIGKILL'))
    await isUp(url, child)
  }
  const crash = async () => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    url: url.href,
    urlWith: (parts) => String(Object.assign(new URL(url.href), parts)),
    async query(sql) {
      const client = await mysql.createConnection({ uri: url.href, multipleStatements: true })
      try {
        return (await client.query(sql))[0]
      } finally {
        await client.end()
      }
    },
    crash,
    start,
    async [Symbol.asyncDispose]() {
      await crash()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function freePort(): Promise<number> {
  const listener = createServer()
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  await once(listener, 'close')
  return port
}

async function isUp(url: URL, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`mariadbd ended with ${child.exitCode}`)
    try {
      const client = await mysql.createConnection({ uri: url.href, database: '' })
      await client.query('CREATE DATABASE IF NOT EXISTS test')
      await client.end()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
