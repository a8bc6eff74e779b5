import { createHash } from 'node:crypto'
import { type DatabaseContent, MigrateError, type StopSignal, type TableContent } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { SchemaReader } from './schema/schema-reader.ts'
import { listTables, type Table } from './tables.ts'

/** Hashes schema and rows as they are at one moment: in a transaction of its own where none is open. */
export async function readContent(connection: Connection, signal?: StopSignal): Promise<DatabaseContent> {
  if (connection.status !== 'none') return hashed(connection, signal)
  await connection.run('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  try {
    return await hashed(connection, signal)
  } finally {
    await connection.run('ROLLBACK')
  }
}

async function hashed(connection: Connection, signal: StopSignal | undefined): Promise<DatabaseContent> {
  const { objects } = await new SchemaReader(connection).read()
  const statements = objects.map(({ kind, table, name, sql, additions = [] }) =>
    JSON.stringify([kind, table, name, sql, additions]),
  )
  const tables: TableContent[] = []
  for (const table of await listTables(connection)) {
    if (signal?.aborted) throw interrupted(connection)
    tables.push(await contentOf(connection, table))
  }
  return { schema: createHash('sha256').update(statements.join('\n')).digest('hex'), tables }
}

/** Rows are hashed by the server and ordered by their hashes: not every table has a key. */
async function contentOf(connection: Connection, { name, sql }: Table): Promise<TableContent> {
  const [row] = await connection.run<{ rows: number; hash: string }>(
    `SELECT count(*) AS rows, encode(sha256(coalesce(string_agg(hash, '' ORDER BY hash), '')), 'hex') AS hash
      FROM (SELECT sha256(convert_to(whole::text, 'UTF8')) AS hash FROM ${sql} AS whole) AS hashes`,
  )
  return { name, rows: row?.rows ?? 0, hash: row?.hash ?? '' }
}

function interrupted(connection: Connection): MigrateError {
  const what = `${connection.place.location} was read`
  return new MigrateError('INTERRUPTED', `Somebody asked to stop while ${what}`, {
    hint: 'Nothing was changed; run the command again when there is time for it',
  })
}
