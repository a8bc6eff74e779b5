import type { DatabaseSchema, SchemaColumn, SchemaObject } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { groupBy } from './group-by.ts'

interface ObjectRow {
  readonly kind: SchemaObject['kind']
  readonly name: string
  readonly table: string
  readonly sql: string
  /** `table`, `virtual`, `shadow`, `view`; null for indexes and triggers. */
  readonly storage: string | null
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
const objectsSql = `SELECT m.type AS kind, m.name, m.tbl_name AS "table", m.sql, l.type AS storage
  FROM main.sqlite_schema AS m LEFT JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = m.name
    AND m.type IN ('table', 'view')
  WHERE m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  ORDER BY CASE m.type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, m.name`

const columnsSql = `SELECT m.name AS owner, c.name, c.type, c."notnull" AS "notNull", c.dflt_value AS "default",
    c.pk AS "keyPosition", c.hidden
  FROM main.sqlite_schema AS m, pragma_table_xinfo(m.name, 'main') AS c
  WHERE m.type = 'table' AND m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.hidden <> 1
  ORDER BY m.name, c.cid`

const columnsOfViewSql = `SELECT ? AS owner, name, type, 0 AS "notNull", NULL AS "default", 0 AS "keyPosition", hidden
  FROM pragma_table_xinfo(?, 'main') ORDER BY cid`

/** Reads the schema of the main database with a handful of queries. */
export function readSchema(connection: Connection): DatabaseSchema {
  const objects = connection.rows<ObjectRow>(objectsSql)
  const columns = groupBy(connection.rows<ColumnRow>(columnsSql), ({ owner }) => owner)
  return {
    objects: objects.map(({ kind, name, table, sql, storage }) => ({
      kind,
      name,
      table,
      sql,
      columns: (kind === 'view' ? viewColumns(connection, name) : (columns.get(name) ?? [])).map(toColumn),
      storage: storage === 'virtual' || storage === 'shadow' ? storage : 'ordinary',
    })),
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
