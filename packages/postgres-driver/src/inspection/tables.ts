import { MigrateError, type RowCount } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'

/** A table by the name that people see, and as it stands in SQL. */
export interface Table {
  readonly name: string
  readonly sql: string
}

/**
 * SQL for the name that people see, given aliases of pg_class and pg_namespace; `home` is SQL for the schema whose name
 * they do not write.
 */
export function shownName(relation: string, schema: string, home = 'current_schema()'): string {
  return `CASE WHEN ${schema}.nspname = ${home} THEN '' ELSE ${schema}.nspname || '.' END || ${relation}.relname`
}

/** The same for something of another catalogue, given SQL for its name. */
export function shownAs(name: string, schema: string, home = 'current_schema()'): string {
  return `CASE WHEN ${schema}.nspname = ${home} THEN '' ELSE ${schema}.nspname || '.' END || ${name}`
}

/** SQL that keeps what belongs to the database's own users: nothing of the server, of extensions, or temporary. */
export function isOwn(relation: string, schema: string): string {
  return isOfUsers(`${relation}.oid`, 'pg_class', schema)
}

/** The same for an object of any catalogue. */
export function isOfUsers(oid: string, catalogue: string, schema: string): string {
  return `${schema}.nspname NOT LIKE 'pg\\_%' AND ${schema}.nspname <> 'information_schema' AND NOT EXISTS (
    SELECT FROM pg_depend AS of_extension WHERE of_extension.classid = '${catalogue}'::regclass
      AND of_extension.objid = ${oid} AND of_extension.deptype = 'e')`
}

const tablesSql = `SELECT ${shownName('c', 'n')} AS name, n.nspname AS schema, c.relname AS relation
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND ${isOwn('c', 'n')} ORDER BY 1`

interface TableRow {
  readonly name: string
  readonly schema: string
  readonly relation: string
}

/** Tables that hold rows, by name; of a partitioned one the whole and its parts. */
export async function listTables(connection: Connection): Promise<readonly Table[]> {
  const rows = await connection.run<TableRow>(tablesSql)
  return rows.map(({ name, schema, relation }) => ({
    name,
    sql: `${quoteIdentifier(schema)}.${quoteIdentifier(relation)}`,
  }))
}

/** The table that people see under this name. Throws STATEMENT_FAILED. */
export async function findTable(connection: Connection, name: string): Promise<Table> {
  const found = (await listTables(connection)).find((table) => table.name === name)
  if (found !== undefined) return found
  throw new MigrateError('STATEMENT_FAILED', `There is no table ${name} in ${connection.place.location}`, {
    hint: 'Check its spelling and its schema',
  })
}

/** Bytes of a table with its indexes and what it keeps apart. */
export async function sizeOf(connection: Connection, { sql }: Table): Promise<number | undefined> {
  const [row] = await connection.run<{ size: number | null }>(
    'SELECT pg_total_relation_size(to_regclass($1)) AS size',
    [sql],
  )
  return row?.size ?? undefined
}

/** Counts rows, and for each of the columns the values that are not NULL. */
export async function countRows(
  connection: Connection,
  { sql }: Table,
  columns: readonly string[] = [],
): Promise<RowCount> {
  const counts = columns.map((column) => `count(${quoteIdentifier(column)})`)
  const [row = []] = await connection.exact(`SELECT ${['count(*)', ...counts].join(', ')} FROM ${sql}`)
  return {
    rows: Number(row[0]),
    values: columns.map((column, at) => ({ column, count: Number(row[at + 1]) })),
  }
}
