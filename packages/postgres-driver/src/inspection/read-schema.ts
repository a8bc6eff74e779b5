import { type DatabaseSchema, type SchemaColumn, type SchemaObject, schemaKinds } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { isOwn, shownName } from './tables.ts'

interface ObjectRow {
  readonly kind: SchemaObject['kind']
  readonly name: string
  readonly table: string
  /** For tables: what stands in the parentheses behind the columns; for others the whole statement. */
  readonly sql: string
  /** Its name as it stands in SQL. */
  readonly quoted: string
  /** For tables: what stands behind the parentheses. */
  readonly tail: string
  /** JSON of the columns. */
  readonly columns: string
  readonly foreign: number
}

interface ColumnJson {
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  readonly default: string | null
  readonly keyPosition: number
  /** `s` where it is stored, empty where it is not generated. */
  readonly generated: string
  /** `a` always, `d` by default, empty where it is no identity. */
  readonly identity: string
}

const columnsSql = `coalesce((SELECT json_agg(json_build_object(
    'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
    'default', pg_get_expr(d.adbin, d.adrelid), 'generated', a.attgenerated, 'identity', a.attidentity,
    'keyPosition', coalesce(array_position(k.indkey::int2[], a.attnum) + 1, 0)) ORDER BY a.attnum)
  FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_index AS k ON k.indrelid = a.attrelid AND k.indisprimary
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text, '[]')`

const constraintsSql = `coalesce((SELECT string_agg(
    format('CONSTRAINT %I %s', o.conname, pg_get_constraintdef(o.oid)), ', ' ORDER BY o.contype, o.conname)
  FROM pg_constraint AS o WHERE o.conrelid = c.oid AND o.contype IN ('p', 'u', 'f', 'c', 'x')), '')`

const tailSql = `coalesce('PARTITION BY ' || pg_get_partkeydef(c.oid), '') ||
  CASE WHEN c.relispartition THEN ' PARTITION OF ' ||
    (SELECT h.inhparent::regclass::text FROM pg_inherits AS h WHERE h.inhrelid = c.oid LIMIT 1) ||
    ' ' || pg_get_expr(c.relpartbound, c.oid) ELSE '' END`

/** Everything with one query, each kind by name; indexes of constraints and triggers of foreign keys belong to these. */
const objectsSql = `SELECT 'table' AS kind, ${shownName('c', 'n')} AS name, ${shownName('c', 'n')} AS table,
    c.oid::regclass::text AS quoted, ${constraintsSql} AS sql, ${tailSql} AS tail, ${columnsSql} AS columns, (c.relkind = 'f') AS foreign
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND ${isOwn('c', 'n')}
UNION ALL SELECT 'index', ${shownName('c', 'n')}, ${shownName('t', 'tn')}, '', pg_get_indexdef(c.oid), '', '[]', false
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_class AS t ON t.oid = i.indrelid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
  WHERE ${isOwn('t', 'tn')} AND NOT EXISTS (SELECT FROM pg_constraint AS o WHERE o.conindid = c.oid AND o.conrelid = t.oid
    AND o.contype IN ('p', 'u', 'x'))
UNION ALL SELECT 'view', ${shownName('c', 'n')}, ${shownName('c', 'n')},
    '', format('CREATE %s %s AS %s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END,
      c.oid::regclass, rtrim(pg_get_viewdef(c.oid), ';')), '', ${columnsSql}, false
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('v', 'm') AND ${isOwn('c', 'n')}
UNION ALL SELECT 'trigger', g.tgname, ${shownName('c', 'n')}, '', pg_get_triggerdef(g.oid), '', '[]', false
  FROM pg_trigger AS g JOIN pg_class AS c ON c.oid = g.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE NOT g.tgisinternal AND ${isOwn('c', 'n')}`

/**
 * Tables, indexes, views and triggers of all schemas but those of the server. PostgreSQL keeps no statement for a table:
 * it is put together from its columns and constraints, always in the same way.
 */
export async function readSchema(connection: Connection): Promise<DatabaseSchema> {
  const rows = await connection.run<ObjectRow>(objectsSql)
  return { objects: rows.map(toObject).sort(inOrder) }
}

function toObject({ kind, name, table, sql, columns: json, ...row }: ObjectRow): SchemaObject {
  const columns = JSON.parse(json) as readonly ColumnJson[]
  return {
    kind,
    name,
    table,
    sql: kind === 'table' ? createTable({ ...row, columns, constraints: sql }) : sql,
    columns: columns.map(toColumn),
    storage: row.foreign === 1 ? 'virtual' : 'ordinary',
  }
}

function createTable(table: {
  readonly quoted: string
  readonly columns: readonly ColumnJson[]
  readonly constraints: string
  readonly tail: string
}): string {
  const parts = [...table.columns.map(columnSql), ...(table.constraints === '' ? [] : [table.constraints])]
  return `CREATE TABLE ${table.quoted} (${parts.join(', ')}) ${table.tail}`.trimEnd()
}

function columnSql({ name, type, notNull, default: value, generated, identity }: ColumnJson): string {
  const parts = [quoteIdentifier(name), type]
  if (generated !== '') parts.push(`GENERATED ALWAYS AS (${value}) STORED`)
  else if (value !== null) parts.push(`DEFAULT ${value}`)
  if (identity !== '') parts.push(`GENERATED ${identity === 'a' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`)
  if (notNull) parts.push('NOT NULL')
  return parts.join(' ')
}

function toColumn({ generated, identity: _, default: value, ...column }: ColumnJson): SchemaColumn {
  const isGenerated = generated !== ''
  return { ...column, default: isGenerated ? null : value, generated: isGenerated }
}

/** Tables before what belongs to them, each kind by name. */
function inOrder(a: SchemaObject, b: SchemaObject): number {
  if (a.kind !== b.kind) return schemaKinds.indexOf(a.kind) - schemaKinds.indexOf(b.kind)
  if (a.name !== b.name) return a.name < b.name ? -1 : 1
  return a.table < b.table ? -1 : 1
}
