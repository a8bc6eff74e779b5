import type { Dialect } from '../model/dialect.ts'
import { canonicalTokens } from './canonical-sql.ts'
import { compareTables } from './compare-tables.ts'
import type { DatabaseSchema, SchemaKind, SchemaObject } from './database-schema.ts'
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
  const keyOf = keyBy(dialect, before.exactTables ?? after.exactTables ?? false)
  const old = byKey(before, keyOf)
  const now = byKey(after, keyOf)
  // What stands in the statement of a table that is there on one side only is told with that.
  const isToldWith = ({ within, table: name }: SchemaObject, side: ReadonlyMap<string, SchemaObject>) =>
    within === true && !side.has(keyOf({ kind: 'table', name, table: name }))
  const gone = [...old]
    .filter(([key, object]) => !now.has(key) && !isToldWith(object, now))
    .map(([, object]) => removed(object))
  const rest = [...now].flatMap(([key, object]) => {
    const previous = old.get(key)
    if (previous !== undefined) return compareObjects(previous, object, dialect)
    return isToldWith(object, old) ? [] : [added(object)]
  })
  return [...gone, ...rest]
}

type KeyOf = (object: Pick<SchemaObject, 'kind' | 'name' | 'table'>) => string

function byKey({ objects }: DatabaseSchema, keyOf: KeyOf): ReadonlyMap<string, SchemaObject> {
  const own = objects.filter(({ storage }) => storage !== 'shadow')
  return new Map(own.map((object) => [keyOf(object), object]))
}

const likeTables: ReadonlySet<SchemaKind> = new Set(['table', 'view', 'sequence'])

function keyBy(dialect: Dialect, exactTables: boolean): KeyOf {
  const ofTable = (name: string) => (exactTables ? name : nameKey(name, dialect))
  return ({ kind, name, table }) => {
    if (likeTables.has(kind)) return JSON.stringify([kind, ofTable(name)])
    const place = dialect.namedInTable.has(kind) ? [ofTable(table)] : []
    return JSON.stringify([kind, ...place, nameKey(name, dialect)])
  }
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
