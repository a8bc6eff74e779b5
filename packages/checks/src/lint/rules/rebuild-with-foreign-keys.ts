import { dropsParentUnderKeys } from '../drops-parent.ts'
import type { LintRule } from '../lint-rule.ts'

export const rebuildWithForeignKeys: LintRule = {
  code: 'REBUILD_WITH_FOREIGN_KEYS',
  title: 'A parent table is dropped while foreign keys are on',
  level: 'error',
  harm: 'DROP TABLE deletes the rows first. With foreign keys on, ON DELETE CASCADE empties every child table, and any other action stops the statement.',
  hint: 'Remove the header line Foreign-Keys: on. Foreign keys are then off while the migration runs, and are checked before it is committed',
  finished(rehearsed) {
    const statement = dropsParentUnderKeys(rehearsed)
    if (statement?.action.does !== 'drop') return []
    if (rehearsed.refusals.some((refusal) => refusal.statement === statement)) return []
    const { name } = statement.action
    return [
      { statement, message: `Other tables refer to ${name}, and it is dropped while foreign keys are on` },
    ]
  },
  refused({ statement, message }, rehearsed) {
    if (statement !== dropsParentUnderKeys(rehearsed) || !/FOREIGN KEY/.test(message)) return undefined
    return { message: `Other tables refer to it, and it is dropped while foreign keys are on: ${message}` }
  },
}
