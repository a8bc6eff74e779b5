import { randomBytes } from 'node:crypto'
import type { Driver } from '@whimbrel/core'
import { mysqlDriver } from '@whimbrel/mysql-driver'
import { postgresDriver } from '@whimbrel/postgres-driver'

const postgresUrl = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const mysqlUrl = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/test'

/** An empty database on each server, for one test. */
export interface ShopDatabases {
  readonly catalogUrl: string
  readonly ordersUrl: string
  drop(): Promise<void>
}

/** Makes them. */
export async function shopDatabases(): Promise<ShopDatabases> {
  const name = `whimbrel_${randomBytes(6).toString('hex')}`
  await onBoth(`CREATE DATABASE ${name}`)
  return {
    catalogUrl: withDatabase(postgresUrl, name),
    ordersUrl: withDatabase(mysqlUrl, name),
    drop: () => onBoth(`DROP DATABASE ${name}`),
  }
}

/** What is missing for the tests, as names of tests that are skipped; nothing where both servers can be reached. */
export async function missingServers(): Promise<readonly string[]> {
  const needs: [Driver, string][] = [
    [
      postgresDriver({ url: postgresUrl }),
      'needs a PostgreSQL server: TEST_POSTGRES_URL, or postgres@127.0.0.1:5432',
    ],
    [
      mysqlDriver({ url: mysqlUrl }),
      'needs a MariaDB or MySQL server: TEST_MYSQL_URL, or root@127.0.0.1:3306',
    ],
  ]
  const missing = await Promise.all(
    needs.map(([driver, name]) =>
      execute(driver, 'SELECT 1').then(
        () => [],
        () => [name],
      ),
    ),
  )
  return missing.flat()
}

function withDatabase(url: string, name: string): string {
  return String(Object.assign(new URL(url), { pathname: `/${name}` }))
}

async function onBoth(sql: string): Promise<void> {
  await execute(postgresDriver({ url: postgresUrl }), sql)
  await execute(mysqlDriver({ url: mysqlUrl }), sql)
}

async function execute(driver: Driver, sql: string): Promise<void> {
  const session = await driver.session('write')
  try {
    await session.execute(sql)
  } finally {
    await session.close()
    await driver.close()
  }
}
