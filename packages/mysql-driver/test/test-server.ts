import { randomBytes } from 'node:crypto'
import { findProgram } from '@whimbrel/core/process'
import mysql from 'mysql2/promise'
import { it } from 'vitest'

/** Where the tests find a server; its databases are made and dropped, and nothing else is touched. */
const serverUrl = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/test'

/** A database for one test. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string
  readonly url: string
  /** The URL with other parts. */
  urlWith(parts: Partial<Pick<URL, 'username' | 'password' | 'host' | 'pathname'>>): string
  /** A plain connection as another program would have one; closed by `remove`. */
  client(): Promise<mysql.Connection>
  /** Ends every connection to the database and drops it. */
  remove(): Promise<void>
}

/** Makes an empty database. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `whimbrel_${randomBytes(6).toString('hex')}`
  await onServer((client) => client.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`))
  const clients: mysql.Connection[] = []
  const urlWith: TestDatabase['urlWith'] = (parts) =>
    String(Object.assign(new URL(serverUrl), { pathname: `/${name}`, ...parts }))
  const remove = async () => {
    for (const client of clients) await client.end().catch(() => undefined)
    await onServer((client) => client.query(`DROP DATABASE ${name}`))
  }
  return {
    name,
    url: urlWith({}),
    urlWith,
    async client() {
      const client = await mysql.createConnection(urlWith({}))
      clients.push(client)
      return client
    },
    remove,
    [Symbol.asyncDispose]: remove,
  }
}

/** Runs something on a connection of its own, outside of the databases of the tests. */
export async function onServer<T>(work: (client: mysql.Connection) => Promise<T>): Promise<T> {
  const client = await mysql.createConnection(serverUrl)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * True where the tests of this file can run. Without a server one skipped test says so; where the environment says `CI`,
 * it fails.
 */
export async function hasServer(): Promise<boolean> {
  const error = await onServer((client) => client.query('SELECT 1')).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error === undefined) return true
  const title = 'needs a MariaDB or MySQL server: TEST_MYSQL_URL, or root@127.0.0.1:3306'
  if (process.env.CI === 'true') {
    it(title, () => {
      throw error
    })
  } else it.skip(title)
  return false
}

/** True where copies of databases can be made; one skipped test says what is missing. */
export function hasClientPrograms(): boolean {
  const programs = [findProgram(['mariadb-dump', 'mysqldump']), findProgram(['mariadb', 'mysql'])]
  if (programs.every((program) => program !== undefined)) return true
  it.skip('needs mariadb-dump and mariadb on the PATH: mariadb-client')
  return false
}
