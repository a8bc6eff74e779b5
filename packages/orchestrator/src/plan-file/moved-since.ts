import { MigrateError } from '@whimbrel/core'
import type { ReleasePlanFile } from './release-plan-file.ts'

/** As many differences fit into a message. */
const LISTED = 3

/** STATE_MOVED with all that is not as the plan says any more, and the command that makes such a plan anew. */
export function movedSince(file: ReleasePlanFile, moved: readonly string[]): MigrateError {
  const rest = moved.length > LISTED ? ` (and ${moved.length - LISTED} more)` : ''
  return new MigrateError('STATE_MOVED', moved.slice(0, LISTED).join('; ') + rest, {
    hint: `Look at what changed, then make a new plan with "${commandOf(file)}"`,
    details: { moved },
  })
}

function commandOf({ direction, database, environment }: ReleasePlanFile): string {
  if (direction === 'up') return 'whimbrel plan --out FILE'
  const of = database === null ? '' : ` --db ${database}`
  const within = environment === null ? '' : ` --env ${environment}`
  return `whimbrel down${of}${within} --dry-run --out FILE`
}
