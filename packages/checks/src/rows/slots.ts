import type { SqlValue } from '@whimbrel/core'
import { candidates } from './candidates.ts'
import type { Reference, TableShape } from './table-shape.ts'

/** Columns whose values are chosen together, with the choices there are. */
export interface Slot {
  readonly columns: readonly string[]
  /** Values in the order of the columns, the likeliest choice first. */
  readonly choices: readonly (readonly SqlValue[])[]
}

export interface SlotOptions {
  /** Number of the row from 0, over all rows that the table has. */
  readonly row: number
  /** Rather without values, where the table allows it. */
  readonly sparse: boolean
  /** What a reference may refer to: values in the order of its columns. */
  readonly parents: (reference: Reference) => readonly (readonly SqlValue[])[]
}

/** How many combinations of parents one row may choose from. */
const MOST = 48

/** The choices for one row: columns of foreign keys that overlap are one slot, every other column is one of its own. */
export function slotsOf(shape: TableShape, options: SlotOptions): readonly Slot[] {
  const groups = groupsOf(shape.references)
  const grouped = new Set(groups.flatMap(({ columns }) => columns))
  const alone = shape.columns.filter(({ name }) => !grouped.has(name))
  return [
    ...groups.map((group) => referringSlot(shape, group, options)),
    ...alone.map((column): Slot => {
      const choices = candidates(shape, column, options.row).map((value) => [value])
      return { columns: [column.name], choices: withNothing(choices, [column.name], { shape, options }) }
    }),
  ]
}

interface Group {
  readonly columns: readonly string[]
  readonly references: readonly Reference[]
}

function groupsOf(references: readonly Reference[]): readonly Group[] {
  let groups: readonly Group[] = []
  for (const reference of references) {
    const shares = ({ columns }: Group) => columns.some((column) => reference.columns.includes(column))
    const joined = groups.filter(shares)
    const columns = [...new Set([...joined.flatMap((group) => group.columns), ...reference.columns])]
    const merged = { columns, references: [...joined.flatMap((group) => group.references), reference] }
    groups = [...groups.filter((group) => !shares(group)), merged]
  }
  return groups
}

function referringSlot(shape: TableShape, { columns, references }: Group, options: SlotOptions): Slot {
  let rows: readonly ReadonlyMap<string, SqlValue>[] = [new Map()]
  for (const reference of references) {
    const parents = rotated(options.parents(reference), options.row)
    rows = rows
      .flatMap((row) => parents.flatMap((parent) => joined(row, reference.columns, parent) ?? []))
      .slice(0, MOST)
  }
  const choices = rows.map((row) => columns.map((column) => row.get(column) ?? null))
  return { columns, choices: withNothing(choices, columns, { shape, options }) }
}

/** A row with the columns of one more reference; undefined where a column that both have differs. */
function joined(
  row: ReadonlyMap<string, SqlValue>,
  columns: readonly string[],
  parent: readonly SqlValue[],
): ReadonlyMap<string, SqlValue> | undefined {
  const more = new Map(row)
  for (const [at, column] of columns.entries()) {
    const value = parent[at] ?? null
    if (more.has(column) && more.get(column) !== value) return undefined
    more.set(column, value)
  }
  return more
}

/** Each row begins with another parent. */
function rotated<Item>(items: readonly Item[], row: number): readonly Item[] {
  const at = items.length === 0 ? 0 : row % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

/** One choice more where columns may hold nothing: the first one of a sparse row, the last one of others. */
function withNothing(
  choices: readonly (readonly SqlValue[])[],
  columns: readonly string[],
  { shape, options }: { shape: TableShape; options: SlotOptions },
): readonly (readonly SqlValue[])[] {
  const required = shape.columns.filter(({ notNull, keyPosition }) => notNull || keyPosition > 0)
  const optional = columns.filter((name) => required.every((column) => column.name !== name))
  if (optional.length === 0) return choices
  const base = choices[0] ?? columns.map(() => null)
  const nothing = columns.map((name, at) => (optional.includes(name) ? null : (base[at] ?? null)))
  return options.sparse ? [nothing, ...choices] : [...choices, nothing]
}
