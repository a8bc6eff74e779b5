import type { SchemaColumn, SqlToken, SqlValue } from '@whimbrel/core'
import { type ColumnNature, natureOf } from './column-nature.ts'
import { boundaryValues, fittingValues, literalsIn, literalValues, namedValues } from './rule-values.ts'
import type { Rule, TableShape } from './table-shape.ts'
import { typeValues } from './type-values.ts'
import { type Place, typicalValues } from './typical-values.ts'

/** How many values of a column are worth trying. */
const MOST = 24

/**
 * Values for one column of one row, the likeliest first: what the table's own rules name, what fits their patterns,
 * what such a column usually holds, then everything else that its text mentions. Always the same for the same table.
 */
export function candidates(shape: TableShape, column: SchemaColumn, row: number): readonly SqlValue[] {
  const { name } = column
  const nature = natureOf(column)
  const place: Place = { row, column: shape.columns.indexOf(column) }
  const typed = shape.types?.of(column.type, row)
  if (typed !== undefined && typed.length > 0)
    return distinct([...typed, ...defaultOf(column)]).slice(0, MOST)
  const checks = shape.rules.filter(({ kind }) => kind !== 'index')
  const ofType = typeValues(column.type, row)
  if (checks.length === 0)
    return distinct([...ofType, ...typicalValues(column, nature, place), ...defaultOf(column)])
  const likely = [
    ...namedValues(name, checks, row),
    ...fittingValues(name, checks, row),
    ...ofType,
    ...typicalValues(column, nature, place),
    ...boundaryValues(name, checks, row),
    ...literalValues(name, checks),
    ...defaultOf(column),
  ]
  const fitting = likely.filter((value) => fits(value, nature))
  return distinct([...fitting, ...likely, ...elsewhere(shape.rules)]).slice(0, MOST)
}

function fits(value: SqlValue, nature: ColumnNature): boolean {
  switch (nature) {
    case 'integer':
    case 'boolean':
      return typeof value === 'bigint'
    case 'real':
      return typeof value === 'bigint' || typeof value === 'number'
    case 'blob':
      return value instanceof Uint8Array
    case 'any':
      return true
    default:
      return typeof value === 'string'
  }
}

function defaultOf({ default: text }: SchemaColumn): readonly SqlValue[] {
  if (text === null) return []
  if (/^'(?:[^']|'')*'$/.test(text)) return [text.slice(1, -1).replaceAll("''", "'")]
  const token: SqlToken = { kind: 'number', text, value: text }
  return /^\d+(\.\d+)?$/.test(text) ? literalsIn([token]) : []
}

function elsewhere(rules: readonly Rule[]): readonly SqlValue[] {
  return rules.flatMap(({ kind, tokens }) => (kind === 'check' ? literalsIn(tokens) : []))
}

function distinct(values: readonly SqlValue[]): readonly SqlValue[] {
  const seen = new Map<string, SqlValue>()
  for (const value of values) {
    const key = `${typeof value} ${value instanceof Uint8Array ? value.join() : value}`
    if (!seen.has(key)) seen.set(key, value)
  }
  return [...seen.values()]
}
