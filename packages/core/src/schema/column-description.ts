import type { Dialect } from '../model/dialect.ts'
import { QUOTED_NAME, WORD } from '../sql/token.ts'
import { canonicalSql } from './canonical-sql.ts'
import type { SchemaColumn, SchemaObject } from './database-schema.ts'
import { foldName, nameKey } from './fold-name.ts'
import { nameOf, schemaWords } from './schema-word.ts'
import type { TableDefinition } from './table-definition.ts'

/** A column as it is compared and shown. */
export interface ColumnDescription {
  readonly name: string
  readonly table: string
  /** As it was written, or as a person would write it. */
  readonly text: string
  /** All that counts, but for its constraints. */
  readonly canonical: string
}

/** The columns of a table by name, case folded. Without its definition, from what the engine tells of them. */
export function describeColumns(
  { name: table, columns }: SchemaObject,
  definition: TableDefinition | undefined,
  dialect: Dialect,
): ReadonlyMap<string, ColumnDescription> {
  return new Map(
    columns.map((column) => {
      const { name, type } = column
      const key = nameKey(name, dialect)
      if (column.definition !== undefined)
        return [key, { name, table, text: column.definition, canonical: column.definition }]
      const written = definition?.columns.get(key)
      const text = written?.text ?? describeColumn(column)
      const told = written?.traits ?? [foldName(text)]
      const canonical = [canonicalSql(type, dialect), canonicalDefault(column, dialect), ...told].join('\n')
      return [key, { name, table, text, canonical }]
    }),
  )
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

/** A lone word or a name in quotation marks is a string here, and no default is NULL. */
function canonicalDefault({ default: value }: SchemaColumn, dialect: Dialect): string {
  if (value === null || /^null$/i.test(value)) return ''
  try {
    const words = schemaWords(value, dialect)
    const [only] = words
    if (words.length !== 1 || only === undefined) return canonicalSql(value, dialect)
    const isText = only.kind === QUOTED_NAME || (only.kind === WORD && !meansValue.test(only.text))
    return isText ? `'${nameOf(only, dialect).replaceAll("'", "''")}'` : only.canonical
  } catch {
    return value
  }
}

const meansValue = /^(?:true|false|current_(?:date|time|timestamp))$/i
