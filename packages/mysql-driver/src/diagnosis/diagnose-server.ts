import { type Diagnosis, type LockHolder, MigrateError } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { diagnoseRights } from './diagnose-rights.ts'

/** What a server says of itself and of the database. */
interface ServerFacts {
  readonly version: string
  readonly readOnly: number
  readonly sqlMode: string
  readonly packet: number
  readonly engine: string
  readonly clock: string
  readonly zone: string
  readonly charset: string
  readonly collation: string
  readonly lowerCase: number
}

const factsSql = `SELECT version() AS version, @@global.read_only AS readOnly, @@global.sql_mode AS sqlMode,
    @@global.max_allowed_packet AS packet, @@global.default_storage_engine AS engine,
    date_format(utc_timestamp(3), '%Y-%m-%dT%H:%i:%s.%fZ') AS clock, concat(@@global.time_zone, '/', @@system_time_zone) AS zone,
    @@character_set_database AS charset, @@collation_database AS collation, @@lower_case_table_names AS lowerCase`

/** A clock that is further away makes times of the history hard to compare. */
const CLOCK_MS = 2_000
const SMALL_PACKET = 16 * 1024 * 1024

/** Looks at the server and the database, changes nothing, and throws nothing that it can tell. */
export async function diagnoseServer(
  connection: Connection,
  holder: () => Promise<LockHolder | undefined>,
): Promise<readonly Diagnosis[]> {
  return [
    ...(await told('server', () => facts(connection))),
    ...(await told('rights', () => diagnoseRights(connection))),
    ...(await told('tables', () => tables(connection))),
    ...(await told('lock', () => lock(holder))),
  ]
}

async function told(name: string, look: () => Promise<readonly Diagnosis[]>): Promise<readonly Diagnosis[]> {
  try {
    return await look()
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    return [{ name, verdict: 'problem', message: error.message, hint: error.hint }]
  }
}

async function facts(connection: Connection): Promise<readonly Diagnosis[]> {
  const before = Date.now()
  const [row] = await connection.run<ServerFacts>(factsSql)
  if (row === undefined) return []
  const apart = Math.abs(Date.parse(row.clock) - (before + Date.now()) / 2)
  const kind = /mariadb/i.test(row.version) ? 'MariaDB' : 'MySQL'
  return [
    ok('server', `${kind} ${row.version.replace(/-mariadb.*/i, '')}`),
    row.readOnly === 0
      ? ok('read_only', 'off')
      : {
          name: 'read_only',
          verdict: 'problem',
          message:
            'on: only users with READ ONLY ADMIN (MariaDB) or CONNECTION_ADMIN (MySQL) can change anything',
          hint: 'Give the URL of the primary server, or switch read_only off there',
        },
    ok('sql_mode', `${row.sqlMode || 'empty'} on the server; migrations run with their own`),
    row.packet >= SMALL_PACKET
      ? ok('packets', `max_allowed_packet ${row.packet} bytes`)
      : note(
          'packets',
          `max_allowed_packet ${row.packet} bytes: a longer statement, or file to be kept, is refused`,
        ),
    row.engine === 'InnoDB'
      ? ok('storage engine', row.engine)
      : note('storage engine', `${row.engine} where a table says none, and only InnoDB undoes what fails`),
    ok('names', `lower_case_table_names ${row.lowerCase}`),
    row.charset === 'utf8mb4'
      ? ok('character set', `${row.charset}, ${row.collation}`)
      : note('character set', `${row.charset}, ${row.collation}: new tables cannot hold every character`),
    apart < CLOCK_MS
      ? ok('clock', `as here; time zone ${row.zone}, migrations run in UTC`)
      : note(
          'clock',
          `${(apart / 1000).toFixed(0)} s away from the one of this machine; time zone ${row.zone}`,
        ),
  ]
}

async function tables(connection: Connection): Promise<readonly Diagnosis[]> {
  const rows = await connection.run<{ name: string; engine: string }>(
    `SELECT t.table_name AS name, t.engine FROM information_schema.tables AS t JOIN information_schema.engines AS e
      ON e.engine = t.engine WHERE t.table_schema = database() AND e.transactions = 'NO' ORDER BY 1`,
  )
  if (rows.length === 0) return [ok('tables', 'all of engines with transactions')]
  const names = rows.slice(0, 5).map(({ name, engine }) => `${name} (${engine})`)
  const rest = rows.length > 5 ? ` and ${rows.length - 5} more` : ''
  return [
    {
      ...note(
        'tables',
        `without transactions: ${names.join(', ')}${rest}; rows changed there stay when a migration fails`,
      ),
      hint: 'ALTER TABLE … ENGINE = InnoDB, in a migration of its own',
    },
  ]
}

async function lock(holder: () => Promise<LockHolder | undefined>): Promise<readonly Diagnosis[]> {
  const found = await holder()
  if (found === undefined) return [ok('lock', 'free')]
  const { owner, server } = found
  const who =
    owner === undefined
      ? ''
      : `${owner.command} (process ${owner.pid} on ${owner.host}, since ${owner.since}), `
  return [note('lock', `held by ${who}${server}`)]
}

function ok(name: string, message: string): Diagnosis {
  return { name, verdict: 'ok', message }
}

function note(name: string, message: string): Diagnosis {
  return { name, verdict: 'note', message }
}
