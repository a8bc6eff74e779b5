import { type Decide, type Plan, plan, type RunOptions, type Step } from '@whimbrel/core'
import { rollback } from '@whimbrel/rollback-manager'
import type { KnownDatabase } from '../plan/known-database.ts'
import { planRelease } from '../plan/plan-release.ts'
import type { ReleasePart, ReleasePlan } from '../plan/release-plan.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { DownReleaseRequest, UpReleaseRequest } from '../release-request.ts'

/** How the steps of a release are decided: once for all of it, and once more where a database is on its own. */
export interface Planning {
  /** What has to be known of databases that the request is not about. */
  readonly others: 'dependencies' | 'records'
  /** A database of the request that cannot be looked at leaves nothing to plan. */
  readonly needsAll: boolean
  /** Which files of a database are read: for a first look, and when it is known what is to be done to it. */
  reading(name: string, versions?: readonly string[]): RunOptions
  /** Plans everything; with names again what concerns these, whose states are those under their locks. */
  plan(states: readonly KnownDatabase[], names?: readonly string[]): ReleasePlan
  /** Decides again under the lock of one database: these steps, as far as nobody else has done them. */
  alone(database: ReleaseDatabase, planned: PlannedAlone): Decide
}

/** One phase of a database on its own. */
export interface PlannedAlone extends Pick<ReleasePart, 'order'> {
  readonly steps: readonly Step[]
  /** Whether this run has carried out a phase of the database before. */
  readonly continued: boolean
}

/** Decides about what is pending. */
export function upPlanning(request: UpReleaseRequest, environment: string | undefined): Planning {
  return {
    others: 'dependencies',
    needsAll: false,
    reading: () => ({}),
    plan: (states) => planRelease(states, { ...request, environment }),
    alone:
      ({ driver }, { steps, order }) =>
      (state) => {
        const engine = driver.dialect.name
        const { allowOutOfOrder } = request
        // What a dependency through another database has put in front of it is not out of order.
        const own = plan({ ...state, order }, { direction: 'up', environment, engine, allowOutOfOrder })
        return withSteps(own, steps)
      },
  }
}

/** Decides about what is to be rolled back. A wrong file that it is not about does not stand in its way. */
export function downPlanning(request: DownReleaseRequest): Planning {
  const { direction: _, database: wanted, release: _release, acceptChangedDown, ...selection } = request
  return {
    others: 'records',
    needsAll: true,
    reading(name, versions) {
      if (versions !== undefined) return { only: () => versions }
      return name === wanted ? rollback(selection)[1] : { only: () => [] }
    },
    plan: (states) => planRelease(states, request),
    alone:
      (_database, { steps }) =>
      (state) => {
        const versions = steps.map(({ migration }) => migration.version)
        return withSteps(plan(state, { direction: 'down', versions, acceptChangedDown }), steps)
      },
  }
}

/** The steps of a plan that are among these, in their order; what is not in the plan is done already. */
export function withSteps(planned: Plan, wanted: readonly Step[]): Plan {
  const steps = wanted.flatMap(
    ({ migration }) => planned.steps.find((step) => step.migration.version === migration.version) ?? [],
  )
  const after = planned.direction === 'down' ? planned.after : (steps.at(-1)?.id ?? planned.before)
  return { ...planned, steps, after }
}
