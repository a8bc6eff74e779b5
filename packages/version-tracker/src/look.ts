import type { Session } from '@whimbrel/core'
import { foreignTable, nameTaken } from './foreign-table.ts'
import { recogniseTable, type TableColumn } from './recognise-table.ts'
import { type TableColumns, tableColumns } from './table-columns.ts'
import type { LookRow, TableDialect } from './table-dialect.ts'

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

/** Looks at all tables with one query. Throws TRACKING_TABLE_FOREIGN for anything else of their names. */
export async function look(
  session: Session,
  { dialect, records, history, stamp }: TrackingTables,
  options: LookOptions = {},
): Promise<FoundTables> {
  const { lookSql, lookRounds = 1 } = dialect
  const names = Array.from({ length: lookRounds }, () => [records, history, stamp]).flat()
  const values = [records, history, ...names]
  const rows = await session.query<LookRow>(dialect.parameters(lookSql), values, { recurs: true })
  const find = (part: keyof TableColumns) => rows.find((row) => row.part === part)
  return {
    records: inspect(records, find('records'), options),
    history: inspect(history, find('history'), options),
    stamp: inspect(stamp, find('stamp'), options),
  }
}

function inspect(table: string, row: LookRow | undefined, { adopt = false }: LookOptions): FoundTable {
  if (row === undefined) return { shape: 'none', columns: new Set(), missing: [] }
  if (row.kind !== 'table') throw nameTaken(table, row.kind)
  const columns = columnsOf(row)
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
