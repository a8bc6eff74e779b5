import { type Decide, type Plan, plan, type RunOptions, type Step } from '@whimbrel/core'
import type { KnownDatabase } from '../plan/known-database.ts'
import { planRelease } from '../plan/plan-release.ts'
import type { ReleasePlan } from '../plan/release-plan.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { UpReleaseRequest } from '../release-request.ts'

/** How the steps of a release are decided: once for all of it, and once more where a database is on its own. */
export interface Planning {
  /** What has to be known of databases that the request is not about. */
  readonly others: 'dependencies' | 'records'
  /** Of all databases of the request, or of these. */
  plan(states: readonly KnownDatabase[], only?: readonly string[]): ReleasePlan
  /** Decides again under the lock of one database: these steps, as far as nobody else has done them. */
  alone(database: ReleaseDatabase, steps: readonly Step[], options: { readonly continued: boolean }): Decide
  /** Which files are read for a run of these versions. */
  reading(versions: readonly string[]): RunOptions
}

/** Decides about what is pending. */
export function upPlanning(request: UpReleaseRequest, environment: string | undefined): Planning {
  return {
    others: 'dependencies',
    plan: (states, only) =>
      planRelease(states, { ...request, environment, ...(only === undefined ? {} : { databases: only }) }),
    alone:
      ({ driver }, steps, { continued }) =>
      (state) => {
        const engine = driver.dialect.name
        const order = steps.map(({ migration }) => migration.version)
        // What this run has put in front of it is not out of order.
        const allowOutOfOrder = request.allowOutOfOrder === true || continued
        const own = plan(state, { direction: 'up', environment, engine, allowOutOfOrder })
        return withSteps(own, order)
      },
    reading: () => ({}),
  }
}

/** The steps of a plan with these versions, in this order; what is not among them is done already. */
function withSteps(planned: Plan, versions: readonly string[]): Plan {
  const steps = versions.flatMap(
    (version) => planned.steps.find(({ migration }) => migration.version === version) ?? [],
  )
  return { ...planned, steps, after: steps.at(-1)?.id ?? planned.before }
}
