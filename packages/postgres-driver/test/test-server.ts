import { findProgram } from '@whimbrel/core/process'
import type pg from 'pg'
import { it } from 'vitest'
import { connected, onServer, serverUrl } from './on-server.ts'
import { returnDatabase, takeDatabase } from './spare-databases.ts'

export { onServer }

/** A database for one test. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string
  readonly url: string
  /** The URL with other parts, and parameters added. */
  urlWith(parts: Partial<Pick<URL, 'username' | 'password' | 'host' | 'pathname'>>, more?: string): string
  /** A plain connection as another program would have one; closed by `remove`. */
  client(): Promise<pg.Client>
  /** Ends every connection to the database and drops it, or empties it for the next test. */
  remove(): Promise<void>
}

/** Makes an empty database. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = await takeDatabase(onServer)
  const clients: pg.Client[] = []
  const urlWith: TestDatabase['urlWith'] = (parts, more = '') => {
    const url = Object.assign(new URL(serverUrl), { pathname: `/${name}`, ...parts })
    for (const [key, value] of new URLSearchParams(more)) url.searchParams.set(key, value)
    return String(url)
  }
  const remove = async () => {
    for (const client of clients) await client.end().catch(() => undefined)
    await returnDatabase(name, onServer)
  }
  return {
    name,
    url: urlWith({}),
    urlWith,
    async client() {
      const client = await connected(urlWith({}))
      clients.push(client)
      return client
    },
    remove,
    [Symbol.asyncDispose]: remove,
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
  const title = 'needs a PostgreSQL server: TEST_POSTGRES_URL, or postgres@127.0.0.1:5432'
  if (process.env.CI === 'true') {
    it(title, () => {
      throw error
    })
  } else it.skip(title)
  return false
}

/** True where copies of databases can be made; one skipped test says what is missing. */
export function hasClientPrograms(): boolean {
  if (findProgram(['pg_dump']) !== undefined && findProgram(['pg_restore']) !== undefined) return true
  it.skip('needs pg_dump and pg_restore on the PATH: postgresql-client')
  return false
}
