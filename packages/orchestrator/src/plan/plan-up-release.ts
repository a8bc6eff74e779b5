import { MigrateError, type Plan, plan, withOwnDependencies } from '@whimbrel/core'
import type { UpReleaseRequest } from '../release-request.ts'
import { assembleRelease } from './assemble-release.ts'
import { checkNames } from './check-names.ts'
import { cyclesAcross } from './cycles-across.ts'
import { isKnown, type KnownDatabase } from './known-database.ts'
import { KnownMigrations } from './known-migrations.ts'
import { needsAcross } from './needs-across.ts'
import { releaseOrder } from './release-order.ts'
import type { ReleasePlan } from './release-plan.ts'
import { stepGraph } from './step-graph.ts'
import { unreadable } from './unreadable.ts'

/** How far one database goes; `steps: 0` is nowhere. */
export type UpLimit = Pick<UpReleaseRequest, 'to' | 'steps'>

/** What is asked of several databases at once, with what decides what is for them. */
export interface UpPlanRequest extends UpReleaseRequest {
  /** Limits of single databases, by name, in place of those for all. */
  readonly limits?: ReadonlyMap<string, UpLimit> | undefined
  /** Migrations for other environments are skipped. Absent: only those for all environments run. */
  readonly environment?: string | undefined
}

/** Plans what is pending in several databases. */
export function planUpRelease(databases: readonly KnownDatabase[], request: UpPlanRequest): ReleasePlan {
  const selected = checkNames(databases, request)
  const known = new KnownMigrations(databases)
  const orders = ownOrders(known)
  const plans = new Map(
    databases.map((database) => {
      const order = orders.get(database.name) ?? []
      return [database.name, planOf(database, { request, order, limited: selected.has(database.name) })]
    }),
  )
  const chosen = databases.filter(({ name }) => selected.has(name))
  const steps = chosen.flatMap(({ name }) =>
    (plans.get(name)?.steps ?? []).map((step) => ({ database: name, step })),
  )
  const skipped = new Map(
    [...plans].map(([name, each]) => [name, new Map(each.skipped.map(({ id, reason }) => [id, reason]))]),
  )
  const names = databases.map(({ name }) => name)
  return assembleRelease({
    direction: 'up',
    release: request.release ?? 'atomic',
    databases: chosen,
    plans,
    orders,
    steps,
    graph: stepGraph(steps, known),
    findings: [...cyclesAcross(known, selected), ...needsAcross({ known, names, selected, steps, skipped })],
  })
}

/** Versions of each database in the order that dependencies across databases leave it. */
function ownOrders(known: KnownMigrations): ReadonlyMap<string, readonly string[]> {
  const orders = new Map<string, string[]>()
  for (const number of releaseOrder(known.graph)) {
    const { database, version } = known.all[number] ?? { database: '', version: '' }
    const order = orders.get(database)
    if (order === undefined) orders.set(database, [version])
    else order.push(version)
  }
  return orders
}

interface PlanContext {
  readonly request: UpPlanRequest
  readonly order: readonly string[]
  readonly limited: boolean
}

/** The plan of one database, as if there were no other; without the limits for one that is only known. */
function planOf(database: KnownDatabase, { request, order, limited }: PlanContext): Plan {
  const { name, state, engine } = database
  if (!isKnown(state)) return unreadable(name, { state, direction: 'up' })
  const { allowOutOfOrder, environment, limits, to, steps } = request
  const limit = limited ? (limits?.get(name) ?? { to, steps }) : {}
  const nowhere = limit.steps === 0 && limits?.has(name) === true
  const own = {
    available: withOwnDependencies(state.available, name),
    applied: withOwnDependencies(state.applied, name),
    order,
  }
  const options = { direction: 'up', allowOutOfOrder, environment, engine } as const
  try {
    if (!nowhere) return plan(own, { ...limit, ...options })
    const planned = plan(own, options)
    return { ...planned, steps: [], after: planned.before }
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    const { code, message, hint, details } = error
    throw new MigrateError(code, `${name}: ${message}`, { hint, details: { ...details, database: name } })
  }
}
