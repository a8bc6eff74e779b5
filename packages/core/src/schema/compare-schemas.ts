import type { Dialect } from '../model/dialect.ts'
import { canonicalSql } from './canonical-sql.ts'
import type { DatabaseSchema, SchemaColumn, SchemaObject } from './database-schema.ts'

/** One difference between two schemas. */
export interface SchemaChange {
  readonly change: 'added' | 'removed' | 'changed'
  readonly kind: SchemaObject['kind'] | 'column'
  readonly name: string
  /** The table or view that it belongs to; its own name for tables and views. */
  readonly table: string
  /** How it is defined: absent where it is not there. */
  readonly before?: string
  readonly after?: string
}

/**
 * What has to change to make the schema `after` of the schema `before`: each difference once. A table that exists on
 * both sides is told column by column, and as a whole only where something else about it differs. Names are compared
 * without regard to case.
 */
export function compareSchemas(
  before: DatabaseSchema,
  after: DatabaseSchema,
  dialect: Dialect,
): readonly SchemaChange[] {
  const old = byKey(before)
  const now = byKey(after)
  const gone = [...old].filter(([key]) => !now.has(key)).map(([, object]) => removed(object))
  const rest = [...now].flatMap(([key, object]) => {
    const previous = old.get(key)
    return previous === undefined ? [added(object)] : compareObjects(previous, object, dialect)
  })
  return [...gone, ...rest]
}

function byKey({ objects }: DatabaseSchema): ReadonlyMap<string, SchemaObject> {
  return new Map(objects.map((object) => [`${object.kind} ${object.name.toLowerCase()}`, object]))
}

function removed({ kind, name, table, sql }: SchemaObject): SchemaChange {
  return { change: 'removed', kind, name, table, before: sql }
}

function added({ kind, name, table, sql }: SchemaObject): SchemaChange {
  return { change: 'added', kind, name, table, after: sql }
}

function compareObjects(before: SchemaObject, after: SchemaObject, dialect: Dialect): SchemaChange[] {
  if (before.sql === after.sql) return []
  const columns = before.kind === 'table' ? compareColumns(before, after) : []
  if (columns.length > 0) return columns
  if (canonicalSql(before.sql, dialect) === canonicalSql(after.sql, dialect)) return []
  const { kind, name, table } = after
  return [{ change: 'changed', kind, name, table, before: before.sql, after: after.sql }]
}

function compareColumns(before: SchemaObject, after: SchemaObject): SchemaChange[] {
  const old = new Map(before.columns.map((column) => [column.name.toLowerCase(), column]))
  const now = new Map(after.columns.map((column) => [column.name.toLowerCase(), column]))
  const { name: table } = after
  const gone = [...old].flatMap(([key, column]): SchemaChange[] =>
    now.has(key)
      ? []
      : [{ change: 'removed', kind: 'column', name: column.name, table, before: describeColumn(column) }],
  )
  const rest = [...now].flatMap(([key, column]): SchemaChange[] => {
    const previous = old.get(key)
    const definition = describeColumn(column)
    if (previous === undefined)
      return [{ change: 'added', kind: 'column', name: column.name, table, after: definition }]
    const earlier = describeColumn(previous)
    if (earlier.toLowerCase() === definition.toLowerCase()) return []
    return [
      {
        change: 'changed',
        kind: 'column',
        name: column.name,
        table,
        before: earlier,
        after: definition,
      },
    ]
  })
  return [...gone, ...rest]
}

/** A column as a person would write it: `role TEXT NOT NULL DEFAULT 'user'`. */
export function describeColumn(column: SchemaColumn): string {
  const { name, type, notNull, default: value, keyPosition, generated } = column
  return [
    name,
    type,
    notNull ? 'NOT NULL' : '',
    value === null ? '' : `DEFAULT ${value}`,
    keyPosition > 0 ? 'PRIMARY KEY' : '',
    generated ? 'GENERATED' : '',
  ]
    .filter((part) => part !== '')
    .join(' ')
}
