import { type DatabaseSchema, type Dialect, type SchemaObject, sqlTokens } from '@whimbrel/core'
import type { Rule } from './table-shape.ts'

const beginning = 'PARTITION OF '

/** Its rows come through the table that it is a part of. */
export function isPartition({ options = [] }: SchemaObject): boolean {
  return options.some((option) => option.startsWith(beginning))
}

/** What the parts of a table allow, as rules of it: a value that a bound names has a part to go to. */
export function boundsOf(
  { objects }: DatabaseSchema,
  table: SchemaObject,
  dialect: Dialect,
): readonly Rule[] {
  const key = table.options?.find((option) => option.startsWith('PARTITION BY '))
  if (key === undefined) return []
  const words = new Set(sqlTokens(key, dialect).map(({ value }) => value))
  const columns = table.columns.map(({ name }) => name).filter((name) => words.has(name))
  const parts = objects.flatMap(({ options = [] }) =>
    options.filter((option) => option.startsWith(`${beginning}${table.reference} `)),
  )
  return parts.map((part) => ({ kind: 'check', name: '', columns, tokens: sqlTokens(part, dialect) }))
}
