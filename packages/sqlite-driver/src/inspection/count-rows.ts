import type { RowCount } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'

/** Counts rows, and values that are not NULL, in one pass over the table. */
export function countRows(connection: Connection, table: string, columns: readonly string[]): RowCount {
  const counts = ['count(*)', ...columns.map((column) => `count(${quoteIdentifier(column)})`)]
  const sql = `SELECT json_array(${counts.join(', ')}) FROM main.${quoteIdentifier(table)}`
  const [rows = 0, ...values] = JSON.parse(String(connection.value(sql))) as number[]
  return { rows, values: columns.map((column, index) => ({ column, count: values[index] ?? 0 })) }
}
