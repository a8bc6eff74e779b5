import { knownTables } from './known-tables.ts'
import { plainColumns, type TableColumns, tableColumns } from './table-columns.ts'

/** One column of a table that exists. */
export interface TableColumn {
  readonly name: string
  /** Declared type, as the engine tells it. */
  readonly type: string
  /** Above 0 where it is in the primary key. */
  readonly key: number
}

/** What a table under our name turned out to be. */
export type RecognisedTable =
  /** Ours, with every column; columns that somebody added are left alone. */
  | { readonly shape: 'current' }
  /** Ours, from an earlier version: these columns are to be added. */
  | { readonly shape: 'older'; readonly missing: readonly string[] }
  /** Exactly the five columns that any program may have made. */
  | { readonly shape: 'plain' }
  /** Another tool's. */
  | { readonly shape: 'foreign'; readonly tool: string }
  | { readonly shape: 'unknown' }

interface OwnForm {
  /** The integer primary key. */
  readonly key: string
  /** Every version of ours has these. */
  readonly first: readonly string[]
  readonly all: readonly string[]
  /** The first columns alone are what any program may have made. */
  readonly plain: boolean
}

const ownForms: Readonly<Record<keyof TableColumns, OwnForm>> = {
  records: { key: 'version', first: plainColumns, all: namesOf('records'), plain: true },
  history: {
    key: 'sequence',
    first: ['sequence', 'version', 'id', 'action', 'outcome'],
    all: namesOf('history'),
    plain: false,
  },
  stamp: { key: 'id', first: ['id', 'instance_id'], all: namesOf('stamp'), plain: false },
}

/**
 * Tells from its columns alone what a table is. `part` says what it should hold: the current `records` (default), the
 * `history` or the `stamp`. Names are compared without regard to letter case.
 */
export function recogniseTable(
  columns: readonly TableColumn[],
  part: keyof TableColumns = 'records',
): RecognisedTable {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()))
  const own = hasIntegerKey(columns, ownForms[part].key) ? recogniseOwn(names, ownForms[part]) : undefined
  return own ?? recogniseForeign(names)
}

function recogniseOwn(
  names: ReadonlySet<string>,
  { first, all, plain }: OwnForm,
): RecognisedTable | undefined {
  const missing = all.filter((name) => !names.has(name))
  if (missing.length === 0) return { shape: 'current' }
  const extra = names.size - (all.length - missing.length)
  if (extra > 0 || !first.every((name) => names.has(name))) return undefined
  if (plain && names.size === first.length) return { shape: 'plain' }
  return { shape: 'older', missing }
}

function recogniseForeign(names: ReadonlySet<string>): RecognisedTable {
  const known = knownTables.find(
    ({ columns, open = false }) =>
      columns.every((name) => names.has(name)) && (open || columns.length === names.size),
  )
  return known === undefined ? { shape: 'unknown' } : { shape: 'foreign', tool: known.tool }
}

/** Versions are compared as integers: a text key would take 7 and 007 for two. */
function hasIntegerKey(columns: readonly TableColumn[], name: string): boolean {
  const [key, ...others] = columns.filter((column) => column.key > 0)
  return others.length === 0 && key?.name.toLowerCase() === name && /int/i.test(key.type)
}

function namesOf(part: keyof TableColumns): readonly string[] {
  return tableColumns[part].map(({ name }) => name)
}
