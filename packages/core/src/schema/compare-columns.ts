import type { ColumnDescription } from './column-description.ts'
import { type SchemaChange, sides } from './schema-change.ts'

type Columns = ReadonlyMap<string, ColumnDescription>

/** Differences between the columns of a table; `touched` are those with other constraints than before. */
export function compareColumns(
  before: Columns,
  after: Columns,
  touched: ReadonlySet<string> = new Set(),
): readonly SchemaChange[] {
  const gone = [...before].filter(([key]) => !after.has(key))
  const rest = [...after].filter(
    ([key, { canonical }]) => touched.has(key) || before.get(key)?.canonical !== canonical,
  )
  return [
    ...gone.map(([, column]) => columnChange(column, undefined)),
    ...rest.map(([key, column]) => columnChange(before.get(key), column)),
  ]
}

function columnChange(
  before: ColumnDescription | undefined,
  after: ColumnDescription | undefined,
): SchemaChange {
  const { name = '', table = '' } = after ?? before ?? {}
  return { ...sides(before?.text, after?.text), kind: 'column', name, table }
}
