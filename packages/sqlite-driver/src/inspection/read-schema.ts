import type { DatabaseSchema, SchemaColumn, SchemaObject } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { groupBy } from './group-by.ts'

/** Columns of tables as they were read before, by name: the statement of a table says whether they are still right. */
export type KnownColumns = Map<string, { readonly sql: string; readonly columns: readonly SchemaColumn[] }>

interface ObjectRow {
  readonly kind: SchemaObject['kind']
  readonly name: string
  readonly table: string
  readonly sql: string
}

interface ColumnRow {
  readonly owner: string
  readonly name: string
  readonly type: string
  readonly notNull: number
  readonly default: string | null
  readonly keyPosition: number
  /** 1: hidden column of a virtual table; 2 and 3: generated. */
  readonly hidden: number
}

// Tables of SQLite itself and indexes that a constraint makes have no statement of their own.
const objectsSql = `SELECT type AS kind, name, tbl_name AS "table", sql FROM main.sqlite_schema
  WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, name`

// Apart: joined to the objects it takes thirty times as long.
const specialSql = `SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow')`

const columnsSql = `SELECT n.value AS owner, c.name, c.type, c."notnull" AS "notNull", c.dflt_value AS "default",
    c.pk AS "keyPosition", c.hidden
  FROM json_each(?) AS n, pragma_table_xinfo(n.value, 'main') AS c WHERE c.hidden <> 1 ORDER BY n.key, c.cid`

const columnsOfViewSql = `SELECT ? AS owner, name, type, 0 AS "notNull", NULL AS "default", 0 AS "keyPosition", hidden
  FROM pragma_table_xinfo(?, 'main') ORDER BY cid`

/** Reads the schema of the main database with a handful of queries; of tables that are known only what changed. */
export function readSchema(connection: Connection, known: KnownColumns): DatabaseSchema {
  const objects = connection.rows<ObjectRow>(objectsSql)
  const special = new Map(
    connection
      .rows<{ name: string; type: 'virtual' | 'shadow' }>(specialSql)
      .map(({ name, type }) => [name, type]),
  )
  learnColumns(connection, { objects, known })
  const columnsOf = ({ kind, name }: ObjectRow): readonly SchemaColumn[] => {
    if (kind === 'view') return viewColumns(connection, name).map(toColumn)
    return kind === 'table' ? (known.get(name)?.columns ?? []) : []
  }
  return {
    objects: objects.map((object) => ({
      ...object,
      columns: columnsOf(object),
      storage: (object.kind === 'table' && special.get(object.name)) || 'ordinary',
    })),
  }
}

/** Afterwards exactly the tables that there are are known. */
function learnColumns(
  connection: Connection,
  { objects, known }: { objects: readonly ObjectRow[]; known: KnownColumns },
): void {
  const tables = new Map(objects.filter(({ kind }) => kind === 'table').map(({ name, sql }) => [name, sql]))
  for (const [name, { sql }] of known) if (tables.get(name) !== sql) known.delete(name)
  const unknown = [...tables.keys()].filter((name) => !known.has(name))
  if (unknown.length === 0) return
  const rows = groupBy(
    connection.rows<ColumnRow>(columnsSql, [JSON.stringify(unknown)]),
    ({ owner }) => owner,
  )
  for (const name of unknown) {
    known.set(name, { sql: tables.get(name) ?? '', columns: (rows.get(name) ?? []).map(toColumn) })
  }
}

/** One by one: a view that no longer compiles must not hide the others. */
function viewColumns(connection: Connection, name: string): readonly ColumnRow[] {
  try {
    return connection.rows<ColumnRow>(columnsOfViewSql, [name, name])
  } catch {
    return []
  }
}

function toColumn({ name, type, notNull, default: value, keyPosition, hidden }: ColumnRow): SchemaColumn {
  return { name, type, notNull: notNull !== 0, default: value, keyPosition, generated: hidden > 1 }
}
