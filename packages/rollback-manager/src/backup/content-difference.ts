import type { DatabaseContent } from '@whimbrel/core'

/** In words, how one content differs from what was expected; undefined where it does not. */
export function contentDifference(expected: DatabaseContent, found: DatabaseContent): string | undefined {
  if (expected.schema !== found.schema) return 'its schema is not the one of the backup'
  const tables = new Map(found.tables.map((table) => [table.name, table]))
  for (const { name, rows, hash } of expected.tables) {
    const table = tables.get(name)
    if (table === undefined) return `the table ${name} is not there`
    if (table.rows !== rows) return `the table ${name} has ${table.rows} rows instead of ${rows}`
    if (table.hash !== hash) return `the rows of ${name} are not those of the backup`
  }
  if (tables.size !== expected.tables.length) return 'it has more tables than the backup'
  return undefined
}
