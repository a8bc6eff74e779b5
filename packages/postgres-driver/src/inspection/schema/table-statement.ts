/** A column as the query gives it. */
export interface ColumnJson {
  readonly name: string
  /** With quotation marks where it needs some. */
  readonly quoted: string
  readonly type: string
  readonly notNull: boolean
  readonly default: string | null
  readonly keyPosition: number
  /** `s` where it is stored, `v` where it is not, empty where it is not generated. */
  readonly generated: string
  /** `a` always, `d` by default, empty where it is no identity. */
  readonly identity: string
  /** Behind it, where they are not the usual ones. */
  readonly identityOptions: string
  /** ` COLLATE …`, empty where it is that of the type. */
  readonly collation: string
  /** It comes from a table that this one is a part of. */
  readonly inherited: boolean
}

/** All that is declared of a column. */
export function columnDefinition(column: ColumnJson): string {
  const { quoted, type, collation, notNull, default: value, generated, identity, identityOptions } = column
  const parts = [quoted, type + collation]
  if (generated !== '')
    parts.push(`GENERATED ALWAYS AS (${value}) ${generated === 'v' ? 'VIRTUAL' : 'STORED'}`)
  else if (value !== null) parts.push(`DEFAULT ${value}`)
  if (identity !== '')
    parts.push(`GENERATED ${identity === 'a' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${identityOptions}`)
  if (notNull) parts.push('NOT NULL')
  return parts.join(' ')
}

/** The statement that makes a table without its constraints. A partition has the columns of the whole. */
export function createTable(
  reference: string,
  columns: readonly ColumnJson[],
  options: readonly string[],
): string {
  const isUnlogged = options.includes('UNLOGGED')
  const rest = options.filter((option) => option !== 'UNLOGGED')
  const isForeign = options.some((option) => option.startsWith('SERVER '))
  const isPart = options.some((option) => option.startsWith('PARTITION OF '))
  const own = columns.filter(({ inherited }) => !inherited)
  const list = own.map((column) => `\n  ${columnDefinition(column)}`).join(',')
  const create = `CREATE ${isUnlogged ? 'UNLOGGED ' : ''}${isForeign ? 'FOREIGN ' : ''}TABLE ${reference}`
  return [create, ...(isPart ? [] : [own.length === 0 ? '()' : `(${list}\n)`]), ...rest].join(' ')
}
