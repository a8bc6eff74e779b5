import { createHash } from 'node:crypto'
import { type DatabaseContent, interrupted, type StopSignal, type TableContent } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { SchemaReader } from './schema/schema-reader.ts'
import { listTables, type Table } from './tables.ts'

/** Settings that change how names and values are as text. */
const fixed = {
  search_path: 'public',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  lc_monetary: 'C',
} as const

/** Hashes schema and rows as they are at one moment: in a transaction of its own where none is open. */
export async function readContent(connection: Connection, signal?: StopSignal): Promise<DatabaseContent> {
  if (connection.status !== 'none') return hashedAsEverywhere(connection, signal)
  await connection.run('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  try {
    return await hashedAsEverywhere(connection, signal)
  } finally {
    await connection.run('ROLLBACK')
  }
}

/** What two databases hold is compared, whoever reads each: settings of a user or a database must not tell them apart. */
async function hashedAsEverywhere(
  connection: Connection,
  signal: StopSignal | undefined,
): Promise<DatabaseContent> {
  const names = Object.keys(fixed)
  const current = names.map((name, at) => `current_setting('${name}') AS s${at}`)
  const [before = {}] = await connection.run<Record<string, string>>(`SELECT ${current.join(', ')}`)
  await set(connection, Object.entries(fixed))
  const content = await hashed(connection, signal)
  await set(
    connection,
    names.map((name, at) => [name, String(before[`s${at}`])]),
  )
  return content
}

async function set(connection: Connection, settings: readonly (readonly [string, string])[]): Promise<void> {
  const calls = settings.map((_, at) => `set_config($${at * 2 + 1}, $${at * 2 + 2}, true)`)
  await connection.run(`SELECT ${calls.join(', ')}`, settings.flat())
}

async function hashed(connection: Connection, signal: StopSignal | undefined): Promise<DatabaseContent> {
  const { objects } = await new SchemaReader(connection).read()
  const statements = objects.map(({ kind, table, name, sql, additions = [] }) =>
    JSON.stringify([kind, table, name, sql, additions]),
  )
  const schema = createHash('sha256').update(statements.join('\n')).digest('hex')
  const tables: TableContent[] = []
  for (const table of await listTables(connection)) {
    if (signal?.aborted) throw interrupted(`${connection.place.location} was read`)
    tables.push(await contentOf(connection, table))
  }
  return { schema, tables: [...tables, await sequencesOf(connection)] }
}

/** Where sequences stand, as one more table. */
async function sequencesOf(connection: Connection): Promise<TableContent> {
  const rows = await connection.run<{ text: string }>(
    `SELECT format('%I.%I %s', schemaname, sequencename, last_value) AS text FROM pg_sequences`,
  )
  const text = rows
    .map((row) => row.text)
    .sort()
    .join('\n')
  return { name: '(sequences)', rows: rows.length, hash: createHash('sha256').update(text).digest('hex') }
}

/** Pieces of a hash, as numbers that can be added up without end. */
const pieces = [1, 9, 17, 25].map(
  (from) => `coalesce(sum(('x' || encode(substr(hash, ${from}, 8), 'hex'))::bit(64)::bigint::numeric), 0)`,
)

/**
 * Rows are hashed by the server, and their hashes added up: not every table has a key to order them by, and sorting a
 * large one takes room.
 */
async function contentOf(connection: Connection, { name, sql }: Table): Promise<TableContent> {
  const [row] = await connection.run<{ rows: number; sums: string }>(
    `SELECT count(*) AS rows, concat_ws(' ', ${pieces.join(', ')}) AS sums
      FROM (SELECT sha256(convert_to(whole::text, 'UTF8')) AS hash FROM ${sql} AS whole) AS hashes`,
  )
  const { rows = 0, sums = '' } = row ?? {}
  return { name, rows, hash: createHash('sha256').update(`${rows} ${sums}`).digest('hex') }
}
