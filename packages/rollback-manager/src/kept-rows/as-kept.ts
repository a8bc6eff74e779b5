import { type Dialect, quoteName, type SchemaColumn } from '@whimbrel/core'

/** A column as SQL that gives its value the way it is kept, so that it can be compared with one that was. */
export function asKept({ name, type }: Pick<SchemaColumn, 'name' | 'type'>, dialect: Dialect): string {
  const quoted = quoteName(name, dialect)
  if (dialect.name !== 'mysql') return quoted
  if (/^float\b/i.test(type)) return `CAST(${quoted} AS DOUBLE)`
  return /^bit\b/i.test(type) ? `CAST(${quoted} AS BINARY)` : quoted
}

/** SQL that is true where a column holds a value that is bound at this position, or NULL where that is NULL. */
export function holds(
  column: Pick<SchemaColumn, 'name' | 'type' | 'keyPosition'>,
  { position, dialect }: { readonly position: number; readonly dialect: Dialect },
): string {
  if (dialect.name === 'postgres') return holdsInPostgres(column, dialect.placeholder(position), dialect)
  return `${asKept(column, dialect)} ${operators[dialect.name] ?? 'IS'} ${dialect.placeholder(position)}`
}

const operators: Readonly<Record<string, string>> = { mysql: '<=>' }

/** Types of PostgreSQL whose values can only be compared as text. */
const withoutEquality = /^(?:json|xml|point|box|lseg|line|path|polygon|circle)$/

/** Its operator for values that may be NULL uses no index: a key, which never is, has the plain one. */
function holdsInPostgres(
  { name, type, keyPosition }: Pick<SchemaColumn, 'name' | 'type' | 'keyPosition'>,
  placeholder: string,
  dialect: Dialect,
): string {
  const quoted = quoteName(name, dialect)
  if (keyPosition > 0) return `${quoted} = ${placeholder}`
  const column = withoutEquality.test(type) ? `${quoted}::text` : quoted
  return `${column} IS NOT DISTINCT FROM ${placeholder}`
}
