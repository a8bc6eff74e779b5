import type { SqlValue } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'

const floatsSql = `SELECT lower(column_name) AS name FROM information_schema.columns
  WHERE table_schema = database() AND table_name = ? AND data_type = 'float'`

/** Rows one by one. A FLOAT is read as a DOUBLE: written as itself it would lose digits. */
export async function* readRows(
  connection: Connection,
  {
    table,
    columns,
    orderBy = [],
  }: {
    readonly table: string
    readonly columns: readonly string[]
    readonly orderBy?: readonly string[] | undefined
  },
): AsyncIterable<readonly SqlValue[]> {
  const rows = await connection.run<{ name: string }>(floatsSql, [table])
  const floats = new Set(rows.map(({ name }) => name))
  const list = columns.map((column) => {
    const name = quoteIdentifier(column)
    return floats.has(column.toLowerCase()) ? `CAST(${name} AS DOUBLE) AS ${name}` : name
  })
  const order = orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.map(quoteIdentifier).join(', ')}`
  // A query of no columns still has its rows.
  yield* connection.exact(`SELECT ${list.join(', ') || 'NULL'} FROM ${quoteIdentifier(table)}${order}`)
}
