import { isOwn } from '../tables.ts'

export interface ColumnRow {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly nullable: string
  readonly default: string | null
  readonly extra: string
  readonly keyPosition: number
}

export const columnsSql = `SELECT c.table_name AS \`table\`, c.column_name AS name, c.column_type AS type,
    c.is_nullable AS nullable, c.column_default AS \`default\`, c.extra AS extra, 
    CAST(coalesce(k.seq_in_index, 0) AS SIGNED) AS keyPosition
  FROM information_schema.columns AS c LEFT JOIN information_schema.statistics AS k
    ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name
      AND k.index_name = 'PRIMARY'
  WHERE ${isOwn('c')} ORDER BY c.table_name, c.ordinal_position`

export interface NameRow {
  readonly kind: 'table' | 'view' | 'sequence' | 'function' | 'procedure'
  readonly name: string
}

export const tablesSql = `SELECT CASE t.table_type WHEN 'VIEW' THEN 'view' WHEN 'SEQUENCE' THEN 'sequence' ELSE 'table' END AS kind,
    t.table_name AS name
  FROM information_schema.tables AS t WHERE ${isOwn('t')} AND t.table_type NOT LIKE 'TEMPORARY%'
  ORDER BY BINARY t.table_name`

export const routinesSql = `SELECT lower(routine_type) AS kind, routine_name AS name
  FROM information_schema.routines
  WHERE routine_schema = database() AND routine_type IN ('FUNCTION', 'PROCEDURE') ORDER BY BINARY routine_name`

export interface TriggerRow {
  readonly name: string
  readonly table: string
  readonly timing: string
  readonly event: string
  readonly body: string
}

export const triggersSql = `SELECT trigger_name AS name, event_object_table AS \`table\`, action_timing AS timing,
    event_manipulation AS event, action_statement AS body
  FROM information_schema.triggers WHERE trigger_schema = database()
  ORDER BY event_object_table, action_timing, event_manipulation, action_order`

export interface EventRow {
  readonly name: string
  readonly value: string
  readonly field: string
  readonly starts: string | null
  readonly ends: string | null
  readonly preserves: number
  readonly comment: string
  readonly body: string
}

/** Where nobody says when an event starts, it is when it was made; one that runs once and goes is no schema. */
export const eventsSql = `SELECT event_name AS name, interval_value AS value, interval_field AS field,
    IF(starts IN (created, last_altered), NULL, starts) AS starts, ends,
    on_completion = 'PRESERVE' AS preserves, event_comment AS comment, event_definition AS body
  FROM information_schema.events WHERE event_schema = database() AND event_type = 'RECURRING' ORDER BY BINARY event_name`
