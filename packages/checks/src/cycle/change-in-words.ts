import type { Dialect, SchemaChange } from '@whimbrel/core'

/** What a change is about, as the object of a sentence: `the index birds_name on birds`. */
export function nameOfChange({ kind, name, table }: Pick<SchemaChange, 'kind' | 'name' | 'table'>): string {
  if (kind === 'column') return `the column ${table}.${name}`
  return name === table ? `the ${kind} ${name}` : `the ${kind} ${name} on ${table}`
}

/** The statement that takes something away which should not be there. */
export function dropOf(
  { kind, name, table, after = '' }: SchemaChange,
  { namedInTable }: Pick<Dialect, 'namedInTable'>,
): string {
  if (kind === 'column') return `ALTER TABLE ${table} DROP COLUMN ${name};`
  if (isAlter(after)) {
    if (kind === 'index') return `ALTER TABLE ${table} DROP KEY ${name};`
    return `ALTER TABLE ${table} DROP ${name === 'PRIMARY' ? 'PRIMARY KEY' : `CONSTRAINT ${name}`};`
  }
  if (kind === 'constraint') return `the table ${table} rebuilt without ${name}`
  const what = /^CREATE MATERIALIZED VIEW /.test(after) ? 'MATERIALIZED VIEW' : kind.toUpperCase()
  return `DROP ${what} ${name}${namedInTable.has(kind) ? ` ON ${table}` : ''};`
}

/** The statement that makes something again which is missing. */
export function createOf({ kind, name, table, before = '' }: SchemaChange): string {
  if (kind === 'column') return `ALTER TABLE ${table} ADD COLUMN ${oneLine(before)};`
  if (kind === 'constraint' && !isAlter(before)) return `the table ${table} rebuilt with ${name}`
  return `${oneLine(before)};`
}

/** A constraint or key that is an object of its own, where the engine can add and drop them. */
function isAlter(sql: string): boolean {
  return /^ALTER TABLE /.test(sql)
}

const LONG = 200

/** On one line, and not longer than one reads. */
export function oneLine(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim()
  return line.length <= LONG ? line : `${line.slice(0, LONG)}…`
}
