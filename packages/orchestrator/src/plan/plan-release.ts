import type { DownReleaseRequest } from '../release-request.ts'
import type { KnownDatabase } from './known-database.ts'
import { planDownRelease } from './plan-down-release.ts'
import { planUpRelease, type UpPlanRequest } from './plan-up-release.ts'
import type { ReleasePlan } from './release-plan.ts'

/**
 * Decides what to do to several databases, and in which order, from data alone. `databases` are all that the manifest
 * names, in its order, also those that this run is not about: what depends on them is judged by them.
 *
 * Up: every step comes after all it depends on in any database; each database keeps its own order, unless a
 * dependency through another one contradicts it, and the order stays in one database for as long as it can. Down: what
 * depends on a step goes before it, other databases first, each newest first.
 *
 * Findings that are `blocking`, of the release or of one of its plans, mean that nothing may be executed; what phases
 * there are then only shows what was meant. Throws DATABASE_UNKNOWN for a name that is none, USAGE for one that is
 * there twice and for a limit or selection that makes no sense, MIGRATION_UNKNOWN and MIGRATION_AMBIGUOUS for a target.
 */
export function planRelease(
  databases: readonly KnownDatabase[],
  request: UpPlanRequest | DownReleaseRequest,
): ReleasePlan {
  return request.direction === 'up' ? planUpRelease(databases, request) : planDownRelease(databases, request)
}
