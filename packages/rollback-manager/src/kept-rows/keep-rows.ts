import { type Dialect, type Inspector, MigrateError, type Session, type SqlValue } from '@whimbrel/core'
import type { StepLosses } from '../impact/schema-trace.ts'
import type { KeptHeader, KeptTable } from './kept-file.ts'
import { KeptFileWriter } from './kept-file-writer.ts'
import { losingTables } from './losing-tables.ts'

/** Rows and values that are about to go. */
export interface AtRisk {
  readonly inspector: Inspector
  readonly tables: readonly KeptTable[]
  /** `3 rows of birds`, `2 values of birds.song`: for people. */
  readonly words: readonly string[]
}

/** Looks at what a step is about to take away, in the session that will run it; undefined where nothing is in it. */
export async function rowsAtRisk(
  losses: StepLosses,
  { inspector }: Session,
  dialect: Pick<Dialect, 'name'>,
): Promise<AtRisk | undefined> {
  if (inspector === undefined || losses.tables.length + losses.columns.length === 0) return undefined
  const tables: KeptTable[] = []
  const words: string[] = []
  for (const table of losingTables(losses, await inspector.schema(), dialect)) {
    const found = await wordsFor(table, inspector)
    if (found.length > 0) tables.push(table)
    words.push(...found)
  }
  return tables.length === 0 ? undefined : { inspector, tables, words }
}

async function wordsFor(
  { name, lost, columns }: KeptTable,
  inspector: Inspector,
): Promise<readonly string[]> {
  const counted = columns.filter((column) => column.lost).map((column) => column.name)
  const { rows, values } = await inspector.count(name, lost === 'table' ? [] : counted)
  if (lost === 'table') return rows === 0 ? [] : [`${rows} ${rows === 1 ? 'row' : 'rows'} of ${name}`]
  return values
    .filter(({ count }) => count > 0)
    .map(({ column, count }) => `${count} ${count === 1 ? 'value' : 'values'} of ${name}.${column}`)
}

/** Writes rows to a file that is complete and on the disk when this returns. Throws ROWS_NOT_KEPT. */
export async function keepRows(path: string, header: KeptHeader, { inspector }: AtRisk): Promise<void> {
  let writer: KeptFileWriter | undefined
  try {
    writer = await KeptFileWriter.open(path, header)
    for (const [index, table] of header.tables.entries()) {
      const names = table.columns.map(({ name }) => name)
      const isKept = table.lost === 'table' ? () => true : hasLost(table)
      for await (const row of inspector.rows(table.name, names)) {
        if (isKept(row) && writer.add(index, row)) await writer.flush()
      }
    }
    await writer.finish()
  } catch (error) {
    await writer?.abandon()
    // What no system call said is a defect, and no full disk.
    if (MigrateError.is(error) || (error as NodeJS.ErrnoException).code === undefined) throw error
    throw notKept(path, { migration: header.migration, cause: error as Error })
  }
}

/** Something goes from this row. */
function hasLost({ columns }: KeptTable): (row: readonly SqlValue[]) => boolean {
  const lost = columns.flatMap((column, index) => (column.lost ? [index] : []))
  return (row) => lost.some((index) => row[index] !== null)
}

/** The step is not run: what it would take away is nowhere else. */
export function notKept(
  path: string,
  { migration, cause }: { migration: string; cause: Error },
): MigrateError {
  return new MigrateError(
    'ROWS_NOT_KEPT',
    `The rows that ${migration} would take away could not be kept in ${path}: ${cause.message}`,
    {
      hint: 'Make room in that folder, or the right to write there, then run the command again: the step was not run',
      details: { migration, file: path },
      cause,
    },
  )
}
