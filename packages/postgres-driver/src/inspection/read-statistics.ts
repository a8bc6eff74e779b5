import type { DatabaseStatistics, TableStatistics } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { countRows, listTables, sizeOf, type Table } from './tables.ts'

/** How much there is and where. The server does not say how many pages are free. */
export async function readStatistics(connection: Connection): Promise<DatabaseStatistics> {
  const [row] = await connection.run<{ size: number; page: number }>(
    "SELECT pg_database_size(current_database()) AS size, current_setting('block_size')::int AS page",
  )
  const { size = 0, page = 8192 } = row ?? {}
  const tables: TableStatistics[] = []
  for (const table of await listTables(connection)) tables.push(await statisticsOf(connection, table))
  return { sizeBytes: size, pages: Math.ceil(size / page), pageSize: page, tables }
}

async function statisticsOf(connection: Connection, table: Table): Promise<TableStatistics> {
  const { rows } = await countRows(connection, table)
  const sizeBytes = await sizeOf(connection, table)
  return { name: table.name, rows, ...(sizeBytes === undefined ? {} : { sizeBytes }) }
}
