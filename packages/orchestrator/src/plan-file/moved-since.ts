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

function commandOf({ direction, database }: ReleasePlanFile): string {
  if (direction === 'up') return 'whimbrel plan --out FILE'
  return `whimbrel down${database === null ? '' : ` --db ${database}`} --dry-run --out FILE`
}
