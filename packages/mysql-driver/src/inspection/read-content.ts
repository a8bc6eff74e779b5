import { createHash } from 'node:crypto'
import {
  type DatabaseContent,
  interrupted,
  type SchemaObject,
  type StopSignal,
  type TableContent,
} from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { SchemaReader } from './schema/schema-reader.ts'

/** Hashes schema and rows as they are at one moment: in a transaction of its own where none is open. */
export async function readContent(connection: Connection, signal?: StopSignal): Promise<DatabaseContent> {
  if (connection.inTransaction) return hashed(connection, signal)
  await connection.run('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY')
  try {
    return await hashed(connection, signal)
  } finally {
    await connection.run('ROLLBACK')
  }
}

async function hashed(connection: Connection, signal: StopSignal | undefined): Promise<DatabaseContent> {
  const { objects } = await new SchemaReader(connection).read()
  const tables: TableContent[] = []
  for (const { kind, name, columns } of objects) {
    if (signal?.aborted) throw interrupted(`${connection.place.location} was read`)
    if (kind !== 'table') continue
    const names = columns.map((column) => column.name)
    tables.push(await contentOf(connection, name, names))
  }
  return { schema: hashOf(objects), tables }
}

/** Hash of the schema as it is now. */
export async function readSchemaHash(connection: Connection): Promise<string> {
  return hashOf((await new SchemaReader(connection).read()).objects)
}

/** Without events: in a scratch database, where copies are looked at, they would run. */
function hashOf(objects: readonly SchemaObject[]): string {
  const statements = objects
    .filter(({ kind }) => kind !== 'event')
    .map(({ kind, table, name, sql }) => JSON.stringify([kind, table, name, sql]))
  return createHash('sha256').update(statements.join('\n')).digest('hex')
}

/** Rows are hashed by the server and ordered by their hashes: not every table has a key. */
async function contentOf(
  connection: Connection,
  name: string,
  columns: readonly string[],
): Promise<TableContent> {
  const values = columns.map((column) => `coalesce(hex(CAST(${quoteIdentifier(column)} AS BINARY)), '-')`)
  const hash = createHash('sha256')
  let rows = 0
  const sql = `SELECT sha2(concat_ws(',', ${values.join(', ')}), 256) AS hash FROM ${quoteIdentifier(name)} ORDER BY hash`
  for await (const [row] of connection.exact(sql)) {
    hash.update(String(row))
    rows += 1
  }
  return { name, rows, hash: hash.digest('hex') }
}
