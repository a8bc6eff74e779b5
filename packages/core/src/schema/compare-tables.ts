import type { Dialect } from '../model/dialect.ts'
import { canonicalSql } from './canonical-sql.ts'
import { describeColumns } from './column-description.ts'
import { compareColumns } from './compare-columns.ts'
import { type ConstraintPair, compareConstraints } from './compare-constraints.ts'
import type { SchemaObject } from './database-schema.ts'
import { nameKey } from './fold-name.ts'
import { type SchemaChange, sides } from './schema-change.ts'
import { readTableDefinition } from './table-definition.ts'

/** Differences between two states of one ordinary table. */
export function compareTables(
  before: SchemaObject,
  after: SchemaObject,
  dialect: Dialect,
): readonly SchemaChange[] {
  if (isDescribed(before) && isDescribed(after)) return compareDescribed(before, after, dialect)
  const old = readTableDefinition(before.sql, dialect)
  const now = readTableDefinition(after.sql, dialect)
  if (old === undefined || now === undefined) return compareUnread(before, after, dialect)
  const constraints = compareConstraints(old.constraints, now.constraints, dialect)
  const touched = new Set(constraints.flatMap(columnsOf))
  return [
    ...compareColumns(describeColumns(before, old, dialect), describeColumns(after, now, dialect), touched),
    ...constraints.flatMap((pair) => constraintChange(pair, after.name)),
    ...compareOrder(before, after, dialect),
    ...compareOptions(old.options, now.options, after.name),
  ]
}

/** The engine says everything about its columns, and has an object of its own for each constraint. */
function isDescribed({ columns }: SchemaObject): boolean {
  return columns.every(({ definition }) => definition !== undefined)
}

function compareDescribed(
  before: SchemaObject,
  after: SchemaObject,
  dialect: Dialect,
): readonly SchemaChange[] {
  const columns = compareColumns(
    describeColumns(before, undefined, dialect),
    describeColumns(after, undefined, dialect),
  )
  const more = ({ options = [], additions = [] }: SchemaObject) => [...options, ...additions]
  return [
    ...columns,
    ...compareOrder(before, after, dialect),
    ...compareOptions(more(before), more(after), after.name),
  ]
}

/** From what the engine tells of a table whose text cannot be read. */
function compareUnread(before: SchemaObject, after: SchemaObject, dialect: Dialect): readonly SchemaChange[] {
  const columns = compareColumns(
    describeColumns(before, undefined, dialect),
    describeColumns(after, undefined, dialect),
  )
  if (columns.length > 0 || canonicalSql(before.sql, dialect) === canonicalSql(after.sql, dialect))
    return columns
  return [tableChange(after.name, before.sql, after.sql)]
}

function columnsOf({ before, after }: ConstraintPair): readonly string[] {
  return [before?.column, after?.column].filter((column) => column !== undefined)
}

/** Those in the definition of a column are told with the column. */
function constraintChange({ before, after }: ConstraintPair, table: string): readonly SchemaChange[] {
  const shown = after ?? before
  if (shown === undefined || shown.column !== undefined) return []
  return [{ ...sides(before?.text, after?.text), kind: 'constraint', name: shown.name ?? shown.text, table }]
}

/** The order of the columns that are on both sides. */
function compareOrder(before: SchemaObject, after: SchemaObject, dialect: Dialect): readonly SchemaChange[] {
  if (!dialect.ordersColumns) return []
  const old = common(before, after, dialect)
  const now = common(after, before, dialect)
  const isSame = old.every((name, index) => nameKey(name, dialect) === nameKey(now[index] ?? '', dialect))
  return isSame ? [] : [tableChange(after.name, `columns (${old.join(', ')})`, `columns (${now.join(', ')})`)]
}

function common(object: SchemaObject, other: SchemaObject, dialect: Dialect): readonly string[] {
  const names = new Set(other.columns.map(({ name }) => nameKey(name, dialect)))
  return object.columns.map(({ name }) => name).filter((name) => names.has(nameKey(name, dialect)))
}

function compareOptions(
  old: readonly string[],
  now: readonly string[],
  name: string,
): readonly SchemaChange[] {
  return old.join() === now.join() ? [] : [tableChange(name, describeOptions(old), describeOptions(now))]
}

/** Those that are read from a statement are in lower case. */
function describeOptions(options: readonly string[]): string {
  const shown = options.map((option) => (/^[a-z ]+$/.test(option) ? option.toUpperCase() : option))
  return options.length === 0 ? 'no options' : `options ${shown.join(', ')}`
}

function tableChange(name: string, before: string, after: string): SchemaChange {
  return { change: 'changed', kind: 'table', name, table: name, before, after }
}
