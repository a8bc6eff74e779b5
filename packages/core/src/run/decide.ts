import { MigrateError } from '../migrate-error.ts'
import { findingOf, refusal } from '../model/finding.ts'
import type { MigrationState, Plan } from '../plan/plan.ts'
import type { Look } from './look.ts'

/** Makes a plan from what exists and what is applied. */
export type Decide = (state: MigrationState) => Plan

/** The same, where others have a say in it. */
export type DecideTogether = (state: MigrationState) => Plan | Promise<Plan>

/** A plan that may be carried out; throws for wrong files and blocking findings. */
export async function decided(decide: DecideTogether, look: Look): Promise<Plan> {
  refuseProblems(look.problems)
  const planned = await decide(look.state)
  const error = refusal(planned.findings)
  if (error !== undefined) throw error
  return planned
}

/** Like `decided`; undefined where a migration is in doubt, which may only be another run that is in the middle of it. */
export async function decidedUnlocked(decide: Decide, look: Look): Promise<Plan | undefined> {
  try {
    return await decided(decide, look)
  } catch (error) {
    if (MigrateError.is(error) && error.code === 'IN_DOUBT') return undefined
    throw error
  }
}

/** Throws the first of several wrong files, with all of them in `details.findings`. */
export function refuseProblems(problems: readonly MigrateError[]): void {
  const [problem] = problems
  if (problem === undefined) return
  const { code, message, hint, details, cause } = problem
  const rest = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  const findings = problems.map(findingOf)
  throw new MigrateError(code, message + rest, { hint, details: { ...details, findings }, cause })
}
