import process from 'node:process'
import type { Driver } from '@whimbrel/core'
import { mysqlDriver } from '@whimbrel/mysql-driver'
import { postgresDriver } from '@whimbrel/postgres-driver'
import { sqliteDriver } from '@whimbrel/sqlite-driver'

export type Engine = 'sqlite' | 'postgres' | 'mysql'

/** Where the tests find servers; their databases are made and dropped, and nothing else is touched. */
export const servers = {
  postgres: process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  mysql: process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/test',
} as const

/** One real database of an engine. Plain data: it travels to other processes. */
export interface Place {
  readonly engine: Engine
  /** A file, or the URL of a database on a server. */
  readonly url: string
}

/** A driver for a database. */
export function driverOf({ engine, url }: Place): Driver {
  if (engine === 'sqlite') return sqliteDriver({ path: url })
  return engine === 'postgres' ? postgresDriver({ url }) : mysqlDriver({ url })
}

/** Rows of one statement on a connection of its own. */
export async function atPlace<Row extends object>(place: Place, sql: string): Promise<readonly Row[]> {
  const driver = driverOf(place)
  const session = await driver.session('write')
  try {
    return await session.query<Row>(sql)
  } finally {
    await session.close()
  }
}
