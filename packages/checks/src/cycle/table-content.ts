import { createHash } from 'node:crypto'
import { primaryKey, type SchemaObject, type Session, type SqlValue } from '@whimbrel/core'

/** The rows of one table, comparable. */
export interface TableContent {
  readonly table: string
  readonly columns: readonly string[]
  /** Columns that tell rows apart; empty where the whole row does. */
  readonly key: readonly string[]
  /** By key: the whole row, or its hash where it is long. */
  readonly rows: ReadonlyMap<string, string>
}

/** Reads a table; of its columns only these, where they are given. */
export async function readContent(
  session: Session,
  table: SchemaObject,
  only?: Pick<TableContent, 'columns' | 'key'>,
): Promise<TableContent> {
  const { name } = table
  const columns =
    only?.columns ?? table.columns.filter(({ generated }) => !generated).map((column) => column.name)
  const key = only?.key ?? primaryKey(table)
  const keyAt = key.map((column) => columns.indexOf(column))
  const rows = new Map<string, string>()
  for await (const row of session.inspector?.rows(name, columns) ?? []) {
    const text = short(row.map(shown).join(', '))
    const id = key.length === 0 ? text : keyAt.map((at) => shown(row[at] ?? null)).join(', ')
    rows.set(unused(id, rows), text)
  }
  return { table: name, columns, key, rows }
}

/** Rows that are equal are counted. */
function unused(id: string, rows: ReadonlyMap<string, string>): string {
  if (!rows.has(id)) return id
  let number = 2
  while (rows.has(`${id} (${number})`)) number += 1
  return `${id} (${number})`
}

/** How two contents of a table differ. */
export interface ContentDifference {
  readonly table: string
  readonly rowsBefore: number
  readonly rowsAfter: number
  readonly lost: number
  readonly changed: number
  readonly added: number
  /** The first row that differs, as a person would name it: `id = 3`. */
  readonly first: string
  /** That row before and after, absent where it is not there. */
  readonly before?: string | undefined
  readonly after?: string | undefined
}

/** Undefined where nothing differs. */
export function compareContents(before: TableContent, after: TableContent): ContentDifference | undefined {
  const gone = [...before.rows.keys()].filter((id) => !after.rows.has(id))
  const changed = [...before.rows]
    .filter(([id, row]) => (after.rows.get(id) ?? row) !== row)
    .map(([id]) => id)
  const added = [...after.rows.keys()].filter((id) => !before.rows.has(id))
  const [first] = [...changed, ...gone, ...added]
  if (first === undefined) return undefined
  const name = before.key.length === 0 ? before.columns.join(', ') : before.key.join(', ')
  return {
    table: before.table,
    rowsBefore: before.rows.size,
    rowsAfter: after.rows.size,
    lost: gone.length,
    changed: changed.length,
    added: added.length,
    first: `${name} = ${first}`,
    before: before.rows.get(first),
    after: after.rows.get(first),
  }
}

/** A value as SQL would have it, different for every different value. */
function shown(value: SqlValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${value}'`
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  // 1 and 1.0 are not the same to everybody who reads them.
  if (typeof value === 'number' && Number.isInteger(value)) return `${value}.0`
  return String(value)
}

const LONG = 500

function short(text: string): string {
  return text.length <= LONG
    ? text
    : `${text.slice(0, 80)}… sha256:${createHash('sha256').update(text).digest('hex')}`
}
