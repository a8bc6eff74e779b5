import { primaryKey, type SchemaObject, suggest, usage } from '@whimbrel/core'
import { quoteIdentifier } from '@whimbrel/sqlite-driver'
import { isTime } from './is-time.ts'
import type { DatabaseHandle } from './test-database.ts'

/** Tables whose rows are wanted. Throws USAGE for one that there is not. */
export function tablesWithRows(
  objects: readonly SchemaObject[],
  rows: boolean | readonly string[],
): readonly SchemaObject[] {
  const tables = objects.filter(({ kind }) => kind === 'table')
  // What a virtual table has for rows may be in no place at all.
  if (typeof rows === 'boolean') return rows ? tables.filter(({ storage }) => storage === 'ordinary') : []
  return rows.map((name) => {
    const table = tables.find((each) => each.name.toLowerCase() === name.toLowerCase())
    if (table !== undefined) return table
    const names = tables.map((each) => each.name)
    const near = suggest(name, names)
    const hint = near === undefined ? `Its tables are ${names.join(', ')}` : `Did you mean "${near}"?`
    throw usage(`There is no table "${name}" whose rows could be captured`, hint)
  })
}

/** The rows of a table, each as a comment of SQL, in the order of its primary key, or else of all its columns. */
export function rowsOf(
  handle: DatabaseHandle,
  table: SchemaObject,
  redact: readonly string[],
): readonly string[] {
  const names = table.columns.filter(({ generated }) => !generated).map(({ name }) => name)
  const key = primaryKey(table)
  const list = (columns: readonly string[]) => columns.map(quoteIdentifier).join(', ')
  const sql = `SELECT ${list(names)} FROM main.${quoteIdentifier(table.name)} ORDER BY ${list(key.length > 0 ? key : names)}`
  const rows = handle.prepare(sql).raw().safeIntegers().all() as unknown[][]
  const hidden = new Set(redact.map((name) => name.toLowerCase()))
  const isHidden = (name: string) =>
    hidden.has(name.toLowerCase()) || hidden.has(`${table.name}.${name}`.toLowerCase())
  const shown = (value: unknown, name: string) =>
    value !== null && isHidden(name) ? '<redacted>' : isTime(value, name) ? '<time>' : literal(value)
  return [
    `-- ${table.name}: ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`,
    ...rows.map((row) => `--   ${names.map((name, at) => `${name}: ${shown(row[at], name)}`).join(', ')}`),
  ]
}

/** As JSON, so that a line break in a text does not break the line. */
function literal(value: unknown): string {
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
