import { randomBytes } from 'node:crypto'
import type { Driver } from '@whimbrel/core'
import { mysqlDriver } from '@whimbrel/mysql-driver'
import { postgresDriver } from '@whimbrel/postgres-driver'
import type { ServerDatabase } from '../release/release-job.ts'

/** Where servers are; their databases are made and dropped, and nothing else is touched. */
const servers = {
  postgres: process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  mysql: process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/test',
} as const

/** A driver for a database on a server. */
export function driverOf({ engine, url }: ServerDatabase): Driver {
  return engine === 'postgres' ? postgresDriver({ url }) : mysqlDriver({ url })
}

/** The database of a server that is always there. */
export function serverOf(engine: ServerDatabase['engine']): ServerDatabase {
  return { engine, url: servers[engine] }
}

/** Rows of each of some statements, on one connection. */
export async function rowsOf(
  place: ServerDatabase,
  ...statements: readonly string[]
): Promise<readonly (readonly object[])[]> {
  const session = await driverOf(place).session('write')
  try {
    const found: (readonly object[])[] = []
    for (const sql of statements) found.push(await session.query<object>(sql))
    return found
  } finally {
    await session.close()
  }
}

/** Makes an empty database on the server of an engine. */
export async function makeDatabase(engine: ServerDatabase['engine']): Promise<ServerDatabase> {
  const name = `whimbrel_${randomBytes(6).toString('hex')}`
  await rowsOf({ engine, url: servers[engine] }, `CREATE DATABASE ${name}`)
  return { engine, url: Object.assign(new URL(servers[engine]), { pathname: `/${name}` }).href }
}

/** Takes everything out of a database. */
export async function emptyDatabase(place: ServerDatabase): Promise<void> {
  if (place.engine === 'postgres') {
    await rowsOf(place, 'DROP SCHEMA public CASCADE', 'CREATE SCHEMA public')
  } else {
    const name = nameOf(place)
    await atServer(place, `DROP DATABASE ${name}`, `CREATE DATABASE ${name}`)
  }
}

export async function dropDatabase(place: ServerDatabase): Promise<void> {
  const force = place.engine === 'postgres' ? ' WITH (FORCE)' : ''
  await atServer(place, `DROP DATABASE ${nameOf(place)}${force}`)
}

async function atServer({ engine }: ServerDatabase, ...statements: readonly string[]): Promise<void> {
  await rowsOf({ engine, url: servers[engine] }, ...statements)
}

function nameOf({ url }: ServerDatabase): string {
  return new URL(url).pathname.slice(1)
}

/** Does the server of PostgreSQL keep prepared transactions? */
export async function canPrepare(): Promise<boolean> {
  const [found] = await rowsOf(
    { engine: 'postgres', url: servers.postgres },
    "SELECT 1 FROM pg_settings WHERE name = 'max_prepared_transactions' AND setting <> '0'",
  )
  return found?.length === 1
}
