import type { SchemaObject } from '@whimbrel/core'
import type { LintStatement } from '../../lint-statement.ts'
import type { RehearsedMigration } from '../../rehearsed-migration.ts'

/** The table that a statement alters or indexes, where it was there before the migration and is not known to be empty. */
export function existingTable(
  { action }: LintStatement,
  { before, liveRows }: RehearsedMigration,
): SchemaObject | undefined {
  const name = action.does === 'create' ? action.on : 'table' in action ? action.table : undefined
  if (name === undefined) return undefined
  const lower = name.toLowerCase()
  const found = before.objects.find(({ kind, name: known }) => {
    const full = known.toLowerCase()
    return kind === 'table' && (full === lower || full.endsWith(`.${lower}`))
  })
  return found === undefined || liveRows.get(found.name.toLowerCase()) === 0 ? undefined : found
}
