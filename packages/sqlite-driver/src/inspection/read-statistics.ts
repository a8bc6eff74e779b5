import type { DatabaseSchema, DatabaseStatistics, SchemaObject, TableStatistics } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { countRows } from './count-rows.ts'

/** Counts rows and pages. Every page is looked at, which takes a second or so for each gigabyte. */
export function readStatistics(connection: Connection, { objects }: DatabaseSchema): DatabaseStatistics {
  const pragma = (name: string) => Number(connection.pragma(name))
  const [pages, pageSize, freePages] = [pragma('page_count'), pragma('page_size'), pragma('freelist_count')]
  const all = objects.filter(({ kind }) => kind === 'table')
  const sizes = tableSizes(connection)
  const tables = all.filter(({ storage }) => storage !== 'shadow')
  return {
    sizeBytes: pages * pageSize,
    pages,
    pageSize,
    freePages,
    tables: tables.map((table) => statisticsOf(connection, table, sizeOf(table, { all, sizes }))),
  }
}

function statisticsOf(
  connection: Connection,
  { name }: SchemaObject,
  sizeBytes: number | undefined,
): TableStatistics {
  const size = sizeBytes === undefined ? {} : { sizeBytes }
  try {
    return { name, rows: countRows(connection, name, []).rows, ...size }
  } catch {
    // The module of a virtual table may not be there.
    return { name, ...size }
  }
}

/** Of a virtual table, what the tables take in which it keeps its rows. */
function sizeOf(
  { name, storage }: SchemaObject,
  { all, sizes }: { all: readonly SchemaObject[]; sizes: ReadonlyMap<string, number> | undefined },
): number | undefined {
  if (sizes === undefined || storage === 'ordinary') return sizes?.get(name)
  const shadows = all.filter((other) => other.storage === 'shadow' && other.name.startsWith(`${name}_`))
  return shadows.reduce((sum, shadow) => sum + (sizes.get(shadow.name) ?? 0), 0)
}

/** Bytes by table, with its indexes; undefined where this SQLite was built without `dbstat`. */
function tableSizes(connection: Connection): ReadonlyMap<string, number> | undefined {
  const sql = `SELECT m.tbl_name AS name, sum(s.pgsize) AS size
    FROM dbstat('main', 1) AS s JOIN main.sqlite_schema AS m ON m.name = s.name GROUP BY 1`
  try {
    const rows = connection.rows<{ name: string; size: number }>(sql)
    return new Map(rows.map(({ name, size }) => [name, size]))
  } catch (error) {
    if (/no such table/.test((error as Error).message)) return undefined
    throw error
  }
}
