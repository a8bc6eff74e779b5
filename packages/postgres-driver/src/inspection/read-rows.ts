import type { SqlValue } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import type { Table } from './tables.ts'

/** Rows that are fetched at once. */
const BATCH = 1_000
const cursor = 'whimbrel_rows'

/** Rows of a table one by one, in batches from the server; in a transaction of its own where none is open. */
export async function* readRows(
  connection: Connection,
  query: { readonly table: Table; readonly columns: readonly string[]; readonly orderBy: readonly string[] },
): AsyncIterable<readonly SqlValue[]> {
  const { table, columns, orderBy } = query
  const order = orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.map(quoteIdentifier).join(', ')}`
  const isAlone = connection.status === 'none'
  if (isAlone) await connection.exact('BEGIN READ ONLY')
  try {
    const select = `SELECT ${columns.map(quoteIdentifier).join(', ')} FROM ${table.sql}${order}`
    await connection.exact(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${select}`)
    for (let rows = await fetch(connection); rows.length > 0; rows = await fetch(connection)) yield* rows
  } finally {
    // Also where nobody wants the rest of the rows. A failed transaction has no cursors any longer.
    if (isAlone) await connection.exact('ROLLBACK')
    else if (connection.status === 'open') await connection.exact(`CLOSE ${cursor}`)
  }
}

function fetch(connection: Connection): Promise<readonly (readonly SqlValue[])[]> {
  return connection.exact(`FETCH ${BATCH} FROM ${cursor}`)
}
