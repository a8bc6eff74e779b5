import type { DatabaseSchema, SchemaColumn, SchemaObject } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { isOwn } from './tables.ts'

interface ColumnRow {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly nullable: string
  readonly default: string | null
  readonly extra: string
  readonly keyPosition: number
}

const columnsSql = `SELECT c.table_name AS \`table\`, c.column_name AS name, c.column_type AS type,
    c.is_nullable AS nullable, c.column_default AS \`default\`, c.extra AS extra, coalesce(k.seq_in_index, 0) AS keyPosition
  FROM information_schema.columns AS c LEFT JOIN information_schema.statistics AS k
    ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name
      AND k.index_name = 'PRIMARY'
  WHERE ${isOwn('c')} ORDER BY c.table_name, c.ordinal_position`

const namesSql = `SELECT t.table_name AS name, t.table_type AS type FROM information_schema.tables AS t
  WHERE ${isOwn('t')} AND t.table_type IN ('BASE TABLE', 'VIEW') ORDER BY t.table_type, BINARY t.table_name`

const triggersSql = `SELECT trigger_name AS name, event_object_table AS \`table\`
  FROM information_schema.triggers WHERE trigger_schema = database() ORDER BY BINARY trigger_name`

/**
 * Tables, views and triggers. The statement of a table holds its indexes and keys, without the next value of its
 * AUTO_INCREMENT, which is none of the schema.
 */
export async function readSchema(connection: Connection): Promise<DatabaseSchema> {
  const columns = await connection.run<ColumnRow>(columnsSql)
  const objects: SchemaObject[] = []
  for (const { name, type } of await connection.run<{ name: string; type: string }>(namesSql)) {
    const kind = type === 'VIEW' ? 'view' : 'table'
    const sql = await statementOf(connection, kind, name)
    objects.push({
      kind,
      name,
      table: name,
      sql,
      columns: columns.filter(({ table }) => table === name).map(toColumn),
      storage: 'ordinary',
    })
  }
  for (const { name, table } of await connection.run<{ name: string; table: string }>(triggersSql)) {
    const sql = await statementOf(connection, 'trigger', name)
    objects.push({ kind: 'trigger', name, table, sql, columns: [], storage: 'ordinary' })
  }
  return { objects }
}

const answers = { table: 'Create Table', view: 'Create View', trigger: 'SQL Original Statement' } as const

async function statementOf(
  connection: Connection,
  kind: keyof typeof answers,
  name: string,
): Promise<string> {
  const [row] = await connection.run<Record<string, string>>(
    `SHOW CREATE ${kind.toUpperCase()} ${quoteIdentifier(name)}`,
  )
  const sql = row?.[answers[kind]] ?? ''
  return kind === 'table' ? sql.replace(/ AUTO_INCREMENT=\d+(?=[^\n]*$)/, '') : sql
}

function toColumn({ name, type, nullable, default: value, extra, keyPosition }: ColumnRow): SchemaColumn {
  const generated = /generated/i.test(extra) && !/default_generated/i.test(extra)
  const shown = value === null || (value === 'NULL' && nullable === 'YES') ? null : value
  return { name, type, notNull: nullable === 'NO', default: generated ? null : shown, generated, keyPosition }
}
