import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'

/** What is asked of a server beside the tools: databases, and what a tool has left in one. */
export interface ServerEngine {
  readonly name: 'PostgreSQL' | 'MariaDB'
  /** A new database, by its url. */
  create(): Promise<string>
  drop(url: string): Promise<void>
  /** First column of the first row. */
  value(url: string, sql: string): Promise<string>
  /** Names of tables and their columns, indexes and triggers in a stable order, as one text. */
  readonly schemaSql: string
}

const objects = (name: string) => `${name} LIKE 'bench\\_%'`

export const postgres: ServerEngine = serverEngine({
  name: 'PostgreSQL',
  url: process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  async run(url, sql) {
    const client = new pg.Client(url)
    await client.connect()
    try {
      const { rows } = await client.query({ text: sql, rowMode: 'array' })
      return rows as unknown[][]
    } finally {
      await client.end()
    }
  },
  schemaSql: `SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
      SELECT table_name || '.' || column_name || ' ' || data_type AS line FROM information_schema.columns WHERE ${objects('table_name')}
      UNION ALL SELECT indexdef FROM pg_indexes WHERE ${objects('tablename')}
      UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal) AS lines`,
  dropSql: (name) => `DROP DATABASE ${name} WITH (FORCE)`,
})

export const mariadb: ServerEngine = serverEngine({
  name: 'MariaDB',
  url: process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/test',
  async run(url, sql) {
    const client = await mysql.createConnection(url)
    try {
      await client.query('SET group_concat_max_len = 100000000')
      const [rows] = await client.query({ sql, rowsAsArray: true })
      return rows as unknown as unknown[][]
    } finally {
      await client.end()
    }
  },
  schemaSql: `SELECT group_concat(line ORDER BY line SEPARATOR '\\n') FROM (
      SELECT concat(table_name, '.', column_name, ' ', column_type) AS line FROM information_schema.columns WHERE table_schema = database() AND ${objects('table_name')}
      UNION ALL SELECT concat(index_name, ' ', column_name) FROM information_schema.statistics WHERE table_schema = database() AND ${objects('table_name')}
      UNION ALL SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = database()) AS \`lines\``,
  dropSql: (name) => `DROP DATABASE ${name}`,
})

interface EngineParts {
  readonly name: ServerEngine['name']
  readonly url: string
  readonly schemaSql: string
  run(url: string, sql: string): Promise<unknown[][]>
  dropSql(name: string): string
}

function serverEngine({ name, url: serverUrl, schemaSql, run, dropSql }: EngineParts): ServerEngine {
  return {
    name,
    schemaSql,
    async create() {
      const database = `whimbrel_bench_${randomBytes(5).toString('hex')}`
      await run(serverUrl, `CREATE DATABASE ${database}`)
      return String(Object.assign(new URL(serverUrl), { pathname: `/${database}` }))
    },
    async drop(url) {
      await run(serverUrl, dropSql(new URL(url).pathname.slice(1)))
    },
    async value(url, sql) {
      return String((await run(url, sql))[0]?.[0])
    },
  }
}
