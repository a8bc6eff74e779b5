import type { Dialect } from '../model/dialect.ts'
import { canonicalSql } from './canonical-sql.ts'
import { describeColumns } from './column-description.ts'
import { compareColumns } from './compare-columns.ts'
import { type ConstraintPair, compareConstraints } from './compare-constraints.ts'
import type { SchemaObject } from './database-schema.ts'
import { foldName } from './fold-name.ts'
import { type SchemaChange, sides } from './schema-change.ts'
import { readTableDefinition, type TableDefinition } from './table-definition.ts'

/** Differences between two states of one ordinary table. */
export function compareTables(
  before: SchemaObject,
  after: SchemaObject,
  dialect: Dialect,
): readonly SchemaChange[] {
  const old = readTableDefinition(before.sql, dialect)
  const now = readTableDefinition(after.sql, dialect)
  if (old === undefined || now === undefined) return compareUnread(before, after, dialect)
  const constraints = compareConstraints(old.constraints, now.constraints)
  const touched = new Set(constraints.flatMap(columnsOf))
  return [
    ...compareColumns(describeColumns(before, old, dialect), describeColumns(after, now, dialect), touched),
    ...constraints.flatMap((pair) => constraintChange(pair, after.name)),
    ...compareOrder(before, after),
    ...compareOptions(old, now, after.name),
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
function compareOrder(before: SchemaObject, after: SchemaObject): readonly SchemaChange[] {
  const old = common(before, after)
  const now = common(after, before)
  const isSame = old.every((name, index) => foldName(name) === foldName(now[index] ?? ''))
  return isSame ? [] : [tableChange(after.name, `columns (${old.join(', ')})`, `columns (${now.join(', ')})`)]
}

function common(object: SchemaObject, other: SchemaObject): readonly string[] {
  const names = new Set(other.columns.map(({ name }) => foldName(name)))
  return object.columns.map(({ name }) => name).filter((name) => names.has(foldName(name)))
}

function compareOptions(
  { options: old }: TableDefinition,
  { options: now }: TableDefinition,
  name: string,
): readonly SchemaChange[] {
  return old.join() === now.join() ? [] : [tableChange(name, describeOptions(old), describeOptions(now))]
}

function describeOptions(options: readonly string[]): string {
  return options.length === 0 ? 'no options' : `options ${options.join(', ').toUpperCase()}`
}

function tableChange(name: string, before: string, after: string): SchemaChange {
  return { change: 'changed', kind: 'table', name, table: name, before, after }
}
