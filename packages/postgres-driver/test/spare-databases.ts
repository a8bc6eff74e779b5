import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** Set by `test/spare-databases.ts` at the root, which drops at the end of all tests what they left to each other. */
const run = process.env.WHIMBREL_TEST_RUN ?? ''

/** Databases that nobody uses now. Making and dropping one makes the server wait for its disk; emptying one does not. */
const spares: string[] = []

/** An empty database: one that was emptied, or a new one. */
export async function takeDatabase(onServer: OnServer): Promise<string> {
  const spare = spares.pop()
  if (spare !== undefined) return spare
  const name = `whimbrel_${run}${randomBytes(6).toString('hex')}`
  await onServer((client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0`))
  return name
}

/** Ends every connection to a database and empties it for the next test; drops it where that is not sure. */
export async function returnDatabase(name: string, onServer: OnServer): Promise<void> {
  if (run !== '' && (await isEmptied(name, onServer))) spares.push(name)
  else await onServer((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`))
}

type OnServer = <T>(work: (client: pg.Client) => Promise<T>, url?: string) => Promise<T>

async function isEmptied(name: string, onServer: OnServer): Promise<boolean> {
  try {
    return await onServer(async (server) => {
      const ending = 'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1'
      await server.query(ending, [name])
      await server.query(`ALTER DATABASE ${name} OWNER TO CURRENT_USER`)
      const { host, port, user, password } = server
      const client = new pg.Client({
        host,
        port,
        database: name,
        ...(user && { user }),
        ...(password && { password }),
      })
      client.on('error', () => undefined)
      await client.connect()
      try {
        await client.query(emptying)
        const { rows } = await client.query<{ clean: boolean }>(isCleanSql)
        return rows[0]?.clean === true
      } finally {
        await client.end()
      }
    })
  } catch {
    // It is dropped then.
    return false
  }
}

const emptying = `
  SET lock_timeout = '2s';
  DO $$ DECLARE it record; BEGIN
    FOR it IN SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' LOOP
      EXECUTE format('DROP EXTENSION IF EXISTS %I CASCADE', it.name);
    END LOOP;
    FOR it IN SELECT nspname AS name FROM pg_namespace
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
      EXECUTE format('DROP SCHEMA %I CASCADE', it.name);
    END LOOP;
  END $$;
  CREATE SCHEMA public AUTHORIZATION pg_database_owner;
  COMMENT ON SCHEMA public IS 'standard public schema';
  GRANT USAGE ON SCHEMA public TO PUBLIC`

/** What a test may leave in a database beside its schemas. */
const isCleanSql = `SELECT current_setting('server_version_num')::int >= 150000
  AND NOT EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND datacl IS NOT NULL)
  AND NOT EXISTS (SELECT FROM pg_db_role_setting AS s JOIN pg_database AS d ON d.oid = s.setdatabase
    WHERE d.datname = current_database())
  AND NOT EXISTS (SELECT FROM pg_prepared_xacts WHERE database = current_database())
  AND NOT EXISTS (SELECT FROM pg_event_trigger) AND NOT EXISTS (SELECT FROM pg_publication)
  AND NOT EXISTS (SELECT FROM pg_largeobject_metadata) AND NOT EXISTS (SELECT FROM pg_default_acl)
  AND NOT EXISTS (SELECT FROM pg_foreign_data_wrapper) AS clean`
