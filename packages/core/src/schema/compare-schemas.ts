import type { Dialect } from '../model/dialect.ts'
import { canonicalTokens } from './canonical-sql.ts'
import { compareTables } from './compare-tables.ts'
import type { DatabaseSchema, SchemaObject } from './database-schema.ts'
import { foldName } from './fold-name.ts'
import type { SchemaChange } from './schema-change.ts'
import { withoutAscending } from './table-constraint.ts'

/**
 * What has to change to make the schema `after` of the schema `before`: each difference once. A table that exists on
 * both sides is told column by column and constraint by constraint. What does not count: case of names, spelling and
 * the order of constraints; where a virtual table keeps its rows follows from that table.
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
  const own = objects.filter(({ storage }) => storage !== 'shadow')
  return new Map(own.map((object) => [`${object.kind} ${foldName(object.name)}`, object]))
}

function removed({ kind, name, table, sql }: SchemaObject): SchemaChange {
  return { change: 'removed', kind, name, table, before: sql }
}

function added({ kind, name, table, sql }: SchemaObject): SchemaChange {
  return { change: 'added', kind, name, table, after: sql }
}

function compareObjects(
  before: SchemaObject,
  after: SchemaObject,
  dialect: Dialect,
): readonly SchemaChange[] {
  if (before.sql === after.sql) return []
  const isOrdinary = before.storage === 'ordinary' && after.storage === 'ordinary'
  if (before.kind === 'table' && isOrdinary) return compareTables(before, after, dialect)
  if (canonical(before, dialect) === canonical(after, dialect)) return []
  const { kind, name, table } = after
  return [{ change: 'changed', kind, name, table, before: before.sql, after: after.sql }]
}

/** Columns of an index are ascending where nothing is said. */
function canonical({ kind, sql }: SchemaObject, dialect: Dialect): string {
  const tokens = canonicalTokens(sql, dialect)
  return (kind === 'index' ? withoutAscending(tokens) : tokens).join(' ')
}
