import type { Dialect, Quotation } from '../../../model/dialect.ts'
import type { ColumnDefinition, DefaultValue, KeyAction } from './operation.ts'

interface Reference {
  readonly table: string
  readonly columns: readonly string[]
  readonly onDelete?: KeyAction | undefined
  readonly onUpdate?: KeyAction | undefined
}

/** Names, values and columns as one dialect writes them. */
export class ColumnSql {
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  /** A name in the dialect's quotation marks. */
  readonly name = (text: string): string => quoted(text, this.#dialect.lexis.identifiers[0])

  /** Names in parentheses. */
  readonly names = (texts: readonly string[]): string => `(${texts.map(this.name).join(', ')})`

  readonly references = ({ table, columns, onDelete, onUpdate }: Reference): string => {
    const target = columns.length === 0 ? this.name(table) : `${this.name(table)} ${this.names(columns)}`
    const actions = [
      onDelete === undefined ? [] : `ON DELETE ${onDelete.toUpperCase()}`,
      onUpdate === undefined ? [] : `ON UPDATE ${onUpdate.toUpperCase()}`,
    ]
    return ['REFERENCES', target, ...actions.flat()].join(' ')
  }

  /** A column with all that is said of it. */
  definition(column: string, definition: ColumnDefinition | string): string {
    const name = this.name(column)
    if (typeof definition === 'string') return `${name} ${definition}`
    const { type, primaryKey, notNull, unique, references, check, collate } = definition
    const parts: readonly (string | readonly string[])[] = [
      name,
      type,
      primaryKey ? 'PRIMARY KEY' : [],
      notNull ? 'NOT NULL' : [],
      unique ? 'UNIQUE' : [],
      definition.default === undefined ? [] : `DEFAULT ${this.#value(definition.default)}`,
      collate === undefined ? [] : `COLLATE ${this.name(collate)}`,
      check === undefined ? [] : `CHECK (${check})`,
      references === undefined
        ? []
        : this.references({ ...references, columns: [references.column ?? []].flat() }),
    ]
    return parts.flat().join(' ')
  }

  #value(value: DefaultValue): string {
    if (value === null) return 'NULL'
    if (typeof value === 'string') return quoted(value, this.#dialect.lexis.strings[0])
    if (typeof value === 'object') return `(${value.sql})`
    if (typeof value !== 'boolean') return String(value)
    return this.#dialect.hasBooleans ? String(value) : String(Number(value))
  }
}

function quoted(text: string, quotation: Quotation | undefined): string {
  const { open, close } = quotation ?? { open: '"', close: '"' }
  return open + text.replaceAll(close, close + close) + close
}
