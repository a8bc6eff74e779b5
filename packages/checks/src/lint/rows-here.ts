import type { Verdict } from './lint-rule.ts'
import type { RehearsedMigration } from './rehearsed-migration.ts'

/** Says of something that fails only where a table has rows what is known of the real one: less is wrong where it has none. */
export function rowsHere(
  table: string,
  { liveRows }: RehearsedMigration,
  { filled, said }: { readonly filled: string; readonly said: string },
): Verdict {
  if (liveRows.get(table.toLowerCase()) !== 0) return { message: `${filled}: ${said}` }
  return { level: 'warning', message: `${table} is empty here, but this fails wherever it has rows: ${said}` }
}
