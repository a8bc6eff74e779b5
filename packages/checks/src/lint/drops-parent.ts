import type { LintStatement } from './lint-statement.ts'
import { refersTo } from './refers-to.ts'
import { type RehearsedMigration, sameName } from './rehearsed-migration.ts'

/** The statement that drops a table to which others refer, in a migration that runs with foreign keys on. */
export function dropsParentUnderKeys({
  migration,
  statements,
  before,
}: RehearsedMigration): LintStatement | undefined {
  if (!migration.foreignKeys) return undefined
  return statements.find(({ action }) => {
    if (action.does !== 'drop' || action.kind !== 'table') return false
    return before.objects.some(
      ({ kind, name, sql }) => kind === 'table' && !sameName(name, action.name) && refersTo(sql, action.name),
    )
  })
}
