import type { Dialect } from '../model/dialect.ts'
import { canonicalTokens } from './canonical-sql.ts'
import { compareTables } from './compare-tables.ts'
import type { DatabaseSchema, SchemaObject } from './database-schema.ts'
import { nameKey } from './fold-name.ts'
import type { SchemaChange } from './schema-change.ts'
import { withoutAscending } from './table-constraint.ts'

/**
 * What has to change to make the schema `after` of the schema `before`: each difference once. A table that exists on
 * both sides is told column by column and constraint by constraint. What does not count: the spelling, and case where the
 * engine does not look at it; the order of constraints; where a virtual table keeps its rows, which follows from that
 * table.
 */
export function compareSchemas(
  before: DatabaseSchema,
  after: DatabaseSchema,
  dialect: Dialect,
): readonly SchemaChange[] {
  const old = byKey(before, dialect)
  const now = byKey(after, dialect)
  const gone = [...old].filter(([key]) => !now.has(key)).map(([, object]) => removed(object))
  const rest = [...now].flatMap(([key, object]) => {
    const previous = old.get(key)
    return previous === undefined ? [added(object)] : compareObjects(previous, object, dialect)
  })
  return [...gone, ...rest]
}

function byKey({ objects }: DatabaseSchema, dialect: Dialect): ReadonlyMap<string, SchemaObject> {
  const own = objects.filter(({ storage }) => storage !== 'shadow')
  return new Map(own.map((object) => [keyOf(object, dialect), object]))
}

function keyOf({ kind, name, table }: SchemaObject, dialect: Dialect): string {
  const names = dialect.namedInTable.has(kind) ? [table, name] : [name]
  return JSON.stringify([kind, ...names.map((each) => nameKey(each, dialect))])
}

function removed(object: SchemaObject): SchemaChange {
  const { kind, name, table } = object
  return { change: 'removed', kind, name, table, before: textOf(object) }
}

function added(object: SchemaObject): SchemaChange {
  const { kind, name, table } = object
  return { change: 'added', kind, name, table, after: textOf(object) }
}

/** All that makes an object. */
function textOf({ sql, additions = [] }: SchemaObject): string {
  return [sql, ...additions].join(';\n')
}

function compareObjects(
  before: SchemaObject,
  after: SchemaObject,
  dialect: Dialect,
): readonly SchemaChange[] {
  if (textOf(before) === textOf(after)) return []
  const isOrdinary = before.storage === 'ordinary' && after.storage === 'ordinary'
  if (before.kind === 'table' && isOrdinary) return compareTables(before, after, dialect)
  if (canonical(before, dialect) === canonical(after, dialect)) return []
  const { kind, name, table } = after
  return [{ change: 'changed', kind, name, table, before: textOf(before), after: textOf(after) }]
}

/** Columns of an index are ascending where nothing is said. */
function canonical(object: SchemaObject, dialect: Dialect): string {
  const tokens = canonicalTokens(textOf(object), dialect)
  return (object.kind === 'index' ? withoutAscending(tokens) : tokens).join(' ')
}
