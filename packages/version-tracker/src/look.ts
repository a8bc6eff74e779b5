import type { Session } from '@whimbrel/core'
import { foreignTable, nameTaken } from './foreign-table.ts'
import { recogniseTable, type TableColumn } from './recognise-table.ts'
import { type TableColumns, tableColumns } from './table-columns.ts'
import type { ColumnRow, LookRow, TableDialect } from './table-dialect.ts'

/** The tables by name, and the engine they are in. */
export interface TrackingTables {
  readonly dialect: TableDialect
  readonly records: string
  readonly history: string
  readonly stamp: string
}

/** What stands under the name of one of our tables. */
export interface FoundTable {
  readonly shape: 'none' | 'current' | 'older' | 'plain'
  /** Columns that are there, in lower case. */
  readonly columns: ReadonlySet<string>
  /** Columns of ours that are not. */
  readonly missing: readonly string[]
}

export type FoundTables = Readonly<Record<keyof TableColumns, FoundTable>>

export interface LookOptions {
  /** A plain five-column table is no error: it is about to be adopted. */
  readonly adopt?: boolean
}

/** Looks at all tables at once. Throws TRACKING_TABLE_FOREIGN for anything else of their names. */
export async function look(
  session: Session,
  { dialect, records, history, stamp }: TrackingTables,
  options: LookOptions = {},
): Promise<FoundTables> {
  const names = [records, history, records, history, stamp]
  const rows = await session.query<LookRow>(dialect.parameters(dialect.lookSql), names, { recurs: true })
  const columns = await readColumns(session, { dialect, names: rows.length > 0 ? names : [] })
  const find = (part: keyof TableColumns) => {
    const row = rows.find((each) => each.part === part)
    return (
      row && {
        kind: row.kind,
        part,
        columns: columns?.filter((each) => each.part === part) ?? columnsOf(row),
      }
    )
  }
  return {
    records: inspect(records, find('records'), options),
    history: inspect(history, find('history'), options),
    stamp: inspect(stamp, find('stamp'), options),
  }
}

/** Columns of each table where one query does not tell everything, undefined where it does. */
async function readColumns(
  session: Session,
  { dialect, names }: { readonly dialect: TableDialect; readonly names: readonly string[] },
): Promise<readonly (TableColumn & Pick<LookRow, 'part'>)[] | undefined> {
  if (dialect.columnsSql === undefined || names.length === 0) return undefined
  const rows = await session.query<ColumnRow>(dialect.parameters(dialect.columnsSql), names)
  return rows.map(({ part, name, type, position }) => ({ part, name, type, key: position }))
}

interface ExaminedTable {
  readonly part: keyof TableColumns
  readonly kind: string
  readonly columns: readonly TableColumn[]
}

function inspect(table: string, row: ExaminedTable | undefined, { adopt = false }: LookOptions): FoundTable {
  if (row === undefined) return { shape: 'none', columns: new Set(), missing: [] }
  if (row.kind !== 'table') throw nameTaken(table, row.kind)
  const { columns } = row
  const found = recogniseTable(columns, row.part)
  const names = new Set(columns.map(({ name }) => name.toLowerCase()))
  const missing = tableColumns[row.part].map(({ name }) => name).filter((name) => !names.has(name))
  if (found.shape === 'current' || found.shape === 'older')
    return { shape: found.shape, columns: names, missing }
  if (found.shape === 'plain' && adopt) return { shape: 'plain', columns: names, missing }
  throw foreignTable(table, columns, found)
}

function columnsOf({ columns }: LookRow): readonly TableColumn[] {
  const rows = JSON.parse(columns) as readonly (readonly [string, string, number])[]
  return rows.map(([name, type, key]) => ({ name, type, key }))
}
