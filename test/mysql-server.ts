import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { type Connection, createConnection } from 'mysql2/promise'

const DEFAULT_URL = 'mysql://root@127.0.0.1:3306/test'

/** A server for tests, and a database of their own on it. */
export interface MysqlServer {
  readonly connection: Connection
  readonly url: URL
  readonly database: string
  /** Drops the database and disconnects. */
  close(): Promise<void>
}

/**
 * Connects to the server that TEST_MYSQL_URL names. Undefined where there is none, with one line that says so; under
 * CI=true that is an error.
 */
export async function mysqlServer(): Promise<MysqlServer | undefined> {
  const url = new URL(process.env.TEST_MYSQL_URL ?? DEFAULT_URL)
  let connection: Connection
  try {
    connection = await createConnection({ uri: url.href, multipleStatements: true, supportBigNumbers: true })
  } catch (error) {
    const reason = `no MySQL or MariaDB at ${url.host} (${error instanceof Error ? error.message : error})`
    if (process.env.CI === 'true') throw new Error(`${reason}: start one, or set TEST_MYSQL_URL`)
    process.stderr.write(`${reason}: skipping the tests that need one; TEST_MYSQL_URL names another\n`)
    return undefined
  }
  const database = `whimbrel_${randomBytes(6).toString('hex')}`
  await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`)
  await connection.changeUser({ database })
  return {
    connection,
    url,
    database,
    close: async () => {
      await connection.query(`DROP DATABASE ${database}`)
      await connection.end()
    },
  }
}
