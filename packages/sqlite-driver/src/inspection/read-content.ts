import { setImmediate as turn } from 'node:timers/promises'
import { type DatabaseContent, interrupted, type StopSignal, type TableContent } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { groupBy } from './group-by.ts'
import { RowDigest } from './row-digest.ts'

/** Rows after which it looks at the clock, and milliseconds after which it lets others have their turn. */
const ROWS_AT_ONCE = 2048
const PATIENCE_MS = 50

interface ColumnRow {
  readonly owner: string
  readonly column: string
}

// A virtual table has no page of its own: it shows what its shadow tables hold. Generated columns hold nothing.
const columnsSql = `SELECT m.name AS owner, c.name AS "column"
  FROM main.sqlite_schema AS m, pragma_table_xinfo(m.name, 'main') AS c
  WHERE m.type = 'table' AND m.rootpage > 0 AND c.hidden = 0
  ORDER BY m.name, c.cid`

const schemaSql = 'SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY type, name, tbl_name'

/** Hashes everything that the database holds, as it is at one moment. Throws INTERRUPTED. */
export async function readContent(connection: Connection, signal?: StopSignal): Promise<DatabaseContent> {
  if (connection.inTransaction) return contentNow(connection, signal)
  connection.execute('BEGIN')
  try {
    return await contentNow(connection, signal)
  } finally {
    connection.execute('ROLLBACK')
  }
}

async function contentNow(connection: Connection, signal?: StopSignal): Promise<DatabaseContent> {
  const schema = new RowDigest()
  for (const row of connection.each(schemaSql)) schema.add(row)
  schema.add([numberOf(connection, 'user_version'), numberOf(connection, 'application_id')])
  const columns = groupBy(connection.rows<ColumnRow>(columnsSql), ({ owner }) => owner)
  const tables: TableContent[] = []
  for (const [name, own] of columns) {
    const digest = await digestOf(connection, { name, columns: own.map(({ column }) => column), signal })
    tables.push({ name, rows: digest.rows, hash: digest.finish() })
  }
  return { schema: schema.finish(), tables }
}

interface TableToRead {
  readonly name: string
  readonly columns: readonly string[]
  readonly signal: StopSignal | undefined
}

/** Without an index, rows come in the order of the rowid or of the primary key. */
async function digestOf(connection: Connection, { name, columns, signal }: TableToRead): Promise<RowDigest> {
  const digest = new RowDigest()
  const list = columns.map(quoteIdentifier).join(', ')
  let since = performance.now()
  for (const row of connection.each(`SELECT ${list} FROM main.${quoteIdentifier(name)} NOT INDEXED`)) {
    digest.add(row)
    if (digest.rows % ROWS_AT_ONCE !== 0 || performance.now() - since < PATIENCE_MS) continue
    await turn()
    if (signal?.aborted === true) throw interrupted(`reading ${connection.place.location}`)
    since = performance.now()
  }
  return digest
}

function numberOf(connection: Connection, pragma: string): bigint {
  return BigInt(connection.pragma(pragma) ?? 0)
}
