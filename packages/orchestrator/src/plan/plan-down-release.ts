import { type MigrationState, type Plan, plan, withOwnDependencies } from '@whimbrel/core'
import { choose } from '@whimbrel/rollback-manager'
import type { DownReleaseRequest } from '../release-request.ts'
import { assembleRelease } from './assemble-release.ts'
import { checkNames } from './check-names.ts'
import { dependentsAcross, dependentsUnseen, withDependents } from './dependents-across.ts'
import { isKnown, type KnownDatabase } from './known-database.ts'
import { KnownRecords } from './known-records.ts'
import type { OrderGraph } from './release-order.ts'
import type { ReleasePlan, ReleaseStep } from './release-plan.ts'
import { unreadable } from './unreadable.ts'

/** Plans to roll back migrations of one database, and with `cascade` all that depends on them. */
export function planDownRelease(
  databases: readonly KnownDatabase[],
  request: DownReleaseRequest,
): ReleasePlan {
  checkNames(databases, { databases: [request.database] })
  const records = new KnownRecords(databases)
  return rollbackOf(databases, { records, request, going: goingOf(databases, { records, request }) })
}

/** What an earlier plan was about; of the request only the database, `release` and `acceptChangedDown` count. */
export interface PlannedRollback {
  readonly request: DownReleaseRequest
  readonly steps: readonly { readonly database: string; readonly version: string }[]
}

/** Plans again what an earlier plan rolled back, without choosing anew. */
export function planAgainDown(
  databases: readonly KnownDatabase[],
  { request, steps }: PlannedRollback,
): ReleasePlan {
  checkNames(databases, { databases: [request.database] })
  const records = new KnownRecords(databases)
  const going = new Set(steps.flatMap(({ database, version }) => records.numberOf(database, version) ?? []))
  return rollbackOf(databases, { records, request, going })
}

function rollbackOf(
  databases: readonly KnownDatabase[],
  { records, going, request }: Going & { readonly request: DownReleaseRequest },
): ReleasePlan {
  const taking = databases.filter(
    ({ name }) => name === request.database || hasGoing(name, { records, going }),
  )
  const plans = new Map(taking.map((each) => [each.name, planOf(each, { records, going, request })]))
  const steps = stepsOf(taking, { plans, last: request.database })
  return assembleRelease({
    direction: 'down',
    release: request.release ?? 'atomic',
    databases: taking,
    plans,
    steps,
    graph: graphOf(steps, records),
    findings: [
      ...dependentsAcross(records, going),
      ...dependentsUnseen(
        databases.filter(({ name }) => name !== request.database),
        { records, going },
      ),
    ],
  })
}

interface Going {
  readonly records: KnownRecords
  /** Numbers of the records that are to be rolled back. */
  readonly going: ReadonlySet<number>
}

function goingOf(
  databases: readonly KnownDatabase[],
  { records, request }: { readonly records: KnownRecords; readonly request: DownReleaseRequest },
): ReadonlySet<number> {
  const { database, steps, to, only, all, cascade } = request
  const state = databases.find(({ name }) => name === database)?.state
  if (state === undefined || !isKnown(state)) return new Set()
  const versions = choose(state, { steps, to, only, all })
  const chosen = versions.flatMap((version) => records.numberOf(database, version) ?? [])
  return cascade === true ? withDependents(records, chosen) : new Set(chosen)
}

function hasGoing(name: string, { records, going }: Going): boolean {
  return [...going].some((number) => records.all[number]?.database === name)
}

/** The rollback of one database, as if there were no other. */
function planOf(
  { name, state }: KnownDatabase,
  { records, going, request }: Going & { readonly request: DownReleaseRequest },
): Plan {
  if (!isKnown(state)) return unreadable(name, { state, direction: 'down' })
  const own: MigrationState = {
    available: withOwnDependencies(state.available, name),
    applied: withOwnDependencies(state.applied, name),
  }
  const versions = [...going].flatMap((number) => {
    const { database, record } = records.all[number] ?? {}
    return database === name && record !== undefined ? [record.version] : []
  })
  return plan(own, { direction: 'down', versions, acceptChangedDown: request.acceptChangedDown })
}

/** Database after database, the last of the manifest first, and the one that was asked for behind all others. */
function stepsOf(
  databases: readonly KnownDatabase[],
  { plans, last }: { readonly plans: ReadonlyMap<string, Plan>; readonly last: string },
): readonly ReleaseStep[] {
  const others = databases.map(({ name }) => name).filter((name) => name !== last)
  return [...others.reverse(), last].flatMap((database) =>
    (plans.get(database)?.steps ?? []).map((step) => ({ database, step })),
  )
}

/** What depends on a step has to go before it. */
function graphOf(steps: readonly ReleaseStep[], records: KnownRecords): OrderGraph {
  const numbers = steps.map(({ database, step }) => records.numberOf(database, step.migration.version) ?? -1)
  const places = new Map(numbers.map((number, place) => [number, place]))
  return {
    size: steps.length,
    needs: numbers.map((number) =>
      (records.dependents[number] ?? []).flatMap((dependent) => places.get(dependent) ?? []),
    ),
    before: steps.map(({ database }, place) =>
      steps[place - 1]?.database === database ? place - 1 : undefined,
    ),
  }
}
