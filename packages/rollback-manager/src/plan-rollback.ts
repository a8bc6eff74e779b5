import { type MigrationState, type Plan, plan, type RunOptions } from '@whimbrel/core'
import { choose, type RollbackSelection } from './choose.ts'

export interface RollbackOptions extends RollbackSelection {
  /** Use a down that was edited since it was applied. */
  readonly acceptChangedDown?: boolean | undefined
}

/**
 * Plans a rollback and checks all of it before the first statement: a down for each, unchanged, and nothing left
 * that depends on it. What is wrong is a blocking finding. Throws USAGE and MIGRATION_UNKNOWN for a selection that
 * makes no sense.
 */
export function planRollback(state: MigrationState, options: RollbackOptions = {}): Plan {
  const { acceptChangedDown, ...selection } = options
  return plan(state, { direction: 'down', versions: choose(state, selection), acceptChangedDown })
}

/**
 * A rollback as `run` and `plan` of a MigrationRunner take it: what to decide, and the files that takes. A wrong file
 * elsewhere does not stand in its way.
 *
 * ```ts
 * await runner.run(...rollback({ steps: 2 }))
 * ```
 */
export function rollback(
  options: RollbackOptions = {},
): [decide: (state: MigrationState) => Plan, RunOptions] {
  const { acceptChangedDown: _, ...selection } = options
  return [(state) => planRollback(state, options), { only: (names) => choose(names, selection) }]
}
