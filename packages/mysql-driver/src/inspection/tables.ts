import type { RowCount } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { lockTable } from '../lock-table.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { restoreTable } from '../restore-marker.ts'

/** SQL that keeps what belongs to the database's own users, given the alias of a view of information_schema. */
export function isOwn(alias: string): string {
  return `${alias}.table_schema = database() AND ${alias}.table_name NOT IN ('${lockTable}', '${restoreTable}')`
}

/** Tables that hold rows, by name, with the bytes that the server believes they take. */
export async function listTables(
  connection: Connection,
): Promise<readonly { readonly name: string; readonly sizeBytes: number }[]> {
  return connection.run(
    `SELECT t.table_name AS name, CAST(coalesce(t.data_length, 0) + coalesce(t.index_length, 0) AS SIGNED) AS sizeBytes
      FROM information_schema.tables AS t WHERE ${isOwn('t')} AND t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
      ORDER BY BINARY t.table_name`,
  )
}

/** Counts rows, and for each of the columns the values that are not NULL. */
export async function countRows(
  connection: Connection,
  table: string,
  columns: readonly string[] = [],
): Promise<RowCount> {
  const counts = columns.map((column, at) => `, count(${quoteIdentifier(column)}) AS c${at}`)
  const sql = `SELECT count(*) AS total${counts.join('')} FROM ${quoteIdentifier(table)}`
  const [row = {}] = await connection.run<Record<string, number>>(sql)
  return {
    rows: row.total ?? 0,
    values: columns.map((column, at) => ({ column, count: row[`c${at}`] ?? 0 })),
  }
}
