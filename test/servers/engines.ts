import { randomBytes } from 'node:crypto'
import type { Driver } from '@whimbrel/core'
import { createConnection } from 'mysql2/promise'
import { describe } from 'vitest'
import { mysqlDriver } from '../../packages/mysql-driver/src/index.ts'
import * as mariadb from '../../packages/mysql-driver/test/test-server.ts'
import { postgresDriver } from '../../packages/postgres-driver/src/index.ts'
import * as postgres from '../../packages/postgres-driver/test/test-server.ts'

/** A database of one test, seen as another program would see it. */
export interface ServerDatabase {
  readonly name: string
  readonly url: string
  /** Rows of a query, on a connection that is not the tool's. */
  rows<Row = Record<string, unknown>>(sql: string): Promise<Row[]>
  /** Runs several statements behind the tool's back. */
  exec(sql: string): Promise<void>
  /** The URL of a user of its own, who may only read or do everything in this database; gone with the database. */
  user(rights: 'read' | 'all', password?: string): Promise<string>
  remove(): Promise<void>
}

/** What differs from server to server in the acceptance tests. */
export interface Engine {
  readonly name: 'PostgreSQL' | 'MariaDB'
  readonly dialect: 'postgres' | 'mysql'
  /** A change of the schema is undone with its transaction. */
  readonly undoesDdl: boolean
  quote(name: string): string
  /** The schema that an unqualified name is in, as an expression. */
  readonly currentSchema: string
  /** A query that describes every column, index, constraint and routine of the database. */
  readonly catalogue: string
  /** A condition on information_schema.tables: what is of this database. */
  readonly ownTables: string
  /** A query for all that the server tells of its connections. */
  readonly sessions: string
  /** Numbers of the connections that are in the middle of a `sleep` in this database, as `id`. */
  readonly sleepers: string
  /** Ends a connection. */
  end(id: string): string
  /** A statement that takes this long; an expression for it may stand there, too. */
  sleep(seconds: number | string): string
  driver(url: string): Driver
  database(): Promise<ServerDatabase>
}

const postgresql: Engine = {
  name: 'PostgreSQL',
  dialect: 'postgres',
  undoesDdl: true,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  currentSchema: 'current_schema()',
  catalogue: `
    SELECT 'column' AS kind, concat_ws('.', table_schema, table_name, column_name) AS name,
      concat_ws(' ', ordinal_position::text, data_type, is_nullable, column_default) AS text
      FROM information_schema.columns WHERE table_schema NOT IN ('information_schema', 'pg_catalog')
    UNION ALL SELECT 'index', concat_ws('.', schemaname, indexname), indexdef FROM pg_indexes
      WHERE schemaname <> 'pg_catalog'
    UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace <> 'information_schema'::regnamespace
    UNION ALL SELECT 'schema', nspname, '' FROM pg_namespace WHERE nspname NOT LIKE 'pg_temp%' AND nspname NOT LIKE 'pg_toast%'
    UNION ALL SELECT 'routine', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ORDER BY 1, 2, 3`,
  ownTables: 'true',
  sessions: 'SELECT * FROM pg_stat_activity',
  sleepers: `SELECT pid AS id FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event = 'PgSleep'`,
  end: (id) => `SELECT pg_terminate_backend(${id})`,
  sleep: (seconds) => `SELECT pg_sleep(${seconds})`,
  driver: (url) => postgresDriver({ url }),
  async database() {
    const place = await postgres.testDatabase()
    const client = await place.client()
    const users: string[] = []
    return {
      name: place.name,
      url: place.url,
      rows: async <Row>(sql: string) => (await client.query(sql)).rows as Row[],
      exec: async (sql) => void (await client.query(sql)),
      async user(rights, password = 'secret') {
        const user = `whimbrel_${randomBytes(6).toString('hex')}`
        await client.query(`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`)
        const grant = rights === 'read' ? 'GRANT pg_read_all_data' : `ALTER DATABASE ${place.name} OWNER`
        await client.query(`${grant} TO ${user}`)
        users.push(user)
        return place.urlWith({ username: user, password })
      },
      async remove() {
        await place.remove()
        for (const user of users) await postgres.onServer((server) => server.query(`DROP ROLE ${user}`))
      },
    }
  },
}

const mariaDb: Engine = {
  name: 'MariaDB',
  dialect: 'mysql',
  undoesDdl: false,
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  currentSchema: 'database()',
  catalogue: `
    SELECT 'column' AS kind, concat_ws('.', table_name, column_name) AS name,
      concat_ws(' ', ordinal_position, column_type, is_nullable, column_default, extra) AS text
      FROM information_schema.columns WHERE table_schema = database()
    UNION ALL SELECT 'index', concat_ws('.', table_name, index_name), concat_ws(' ', seq_in_index, column_name)
      FROM information_schema.statistics WHERE table_schema = database()
    UNION ALL SELECT 'constraint', constraint_name, concat_ws(' ', table_name, constraint_type)
      FROM information_schema.table_constraints WHERE table_schema = database()
    UNION ALL SELECT 'routine', routine_name, routine_definition FROM information_schema.routines
      WHERE routine_schema = database()
    ORDER BY 1, 2, 3`,
  ownTables: 'table_schema = database()',
  sessions: 'SELECT * FROM information_schema.processlist',
  sleepers: `SELECT id FROM information_schema.processlist
    WHERE db = database() AND state = 'User sleep'`,
  end: (id) => `KILL ${id}`,
  sleep: (seconds) => `DO sleep(${seconds})`,
  driver: (url) => mysqlDriver({ url }),
  async database() {
    const place = await mariadb.testDatabase()
    const client = await createConnection({ uri: place.url, multipleStatements: true, dateStrings: true })
    const users: string[] = []
    return {
      name: place.name,
      url: place.url,
      rows: async <Row>(sql: string) => (await client.query(sql))[0] as Row[],
      exec: async (sql) => void (await client.query(sql)),
      async user(rights, password = 'secret') {
        const user = `whimbrel_${randomBytes(6).toString('hex')}`
        await client.query(`CREATE USER ${user} IDENTIFIED BY '${password}'`)
        await client.query(`GRANT ${rights === 'read' ? 'SELECT' : 'ALL'} ON ${place.name}.* TO ${user}`)
        users.push(user)
        return place.urlWith({ username: user, password })
      },
      async remove() {
        for (const user of users) await client.query(`DROP USER ${user}`)
        await client.end()
        await place.remove()
      },
    }
  },
}

const servers = [
  { engine: postgresql, hasServer: postgres.hasServer },
  { engine: mariaDb, hasServer: mariadb.hasServer },
]

/** The engines whose server answers; a skipped test says which one does not, and under `CI` a failing one. */
export async function engines(): Promise<readonly Engine[]> {
  const found: Engine[] = []
  for (const { engine, hasServer } of servers) if (await hasServer()) found.push(engine)
  return found
}

/** The same promises on each engine whose server answers. */
export async function describeEngines(title: string, promises: (engine: Engine) => void): Promise<void> {
  for (const engine of await engines()) describe(`${title}, on ${engine.name}`, () => promises(engine))
}
