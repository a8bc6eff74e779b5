import type { Direction, Plan, Step } from '@whimbrel/core'
import { comingEarlier } from './coming-earlier.ts'
import type { KnownDatabase } from './known-database.ts'
import type { OrderGraph } from './release-order.ts'
import { releasePhases } from './release-phases.ts'
import type {
  Release,
  ReleaseFinding,
  ReleasePart,
  ReleasePhase,
  ReleasePlan,
  ReleaseStep,
} from './release-plan.ts'
import { reasonToStandAlone } from './standing-alone.ts'

/** The plans of several databases, and what was found between them. */
export interface ReleaseMaterial {
  readonly direction: Direction
  /** What was asked for. */
  readonly release: Release
  /** The databases of the run, in the order of the manifest. */
  readonly databases: readonly KnownDatabase[]
  readonly plans: ReadonlyMap<string, Plan>
  /** What dependencies across databases make of the order of each; absent for a rollback. */
  readonly orders?: ReadonlyMap<string, readonly string[]> | undefined
  /** All steps, database after database, each in its own order. */
  readonly steps: readonly ReleaseStep[]
  /** What comes before what among them. */
  readonly graph: OrderGraph
  readonly findings: readonly ReleaseFinding[]
}

/** One release out of the plans of its databases: who goes together, in which phases. */
export function assembleRelease(material: ReleaseMaterial): ReleasePlan {
  const { direction, databases, plans, orders, steps, graph } = material
  const reasons = reasonsOf(material)
  const together = new Set(
    material.release === 'atomic'
      ? databases.filter(({ name }) => hasSteps(plans, name) && !reasons.has(name)).map(({ name }) => name)
      : [],
  )
  const only = together.size === 1 ? [...together] : []
  for (const name of only) {
    together.delete(name)
    if (reasons.size > 0) reasons.set(name, 'no other database of this run can be undone with it')
  }
  const last = lastOf(material)
  const { phases, findings } = releasePhases({ direction, steps, graph, together, reasons, last })
  for (const [name, why] of comingEarlier({ direction, phases, steps, graph, last })) {
    const reason = reasons.get(name)
    if (reason !== undefined) reasons.set(name, `${reason}; ${why}`)
  }
  return {
    direction,
    parts: databases.map(({ name }) => partOf(name, { plans, orders, together, reasons, phases })),
    phases,
    findings: [...material.findings, ...findings, ...divided(databases, phases)],
  }
}

function hasSteps(plans: ReadonlyMap<string, Plan>, name: string): boolean {
  return (plans.get(name)?.steps.length ?? 0) > 0
}

/** Why databases stand alone; only where an atomic run of several was asked for. */
function reasonsOf({ release, databases, plans }: ReleaseMaterial): Map<string, string> {
  const taking = databases.filter(({ name }) => hasSteps(plans, name))
  if (release !== 'atomic' || taking.length < 2) return new Map()
  return new Map(
    taking.flatMap((database): [string, string][] => {
      const reason = reasonToStandAlone(database, plans.get(database.name)?.steps ?? [])
      return reason === undefined ? [] : [[database.name, reason]]
    }),
  )
}

/** Only where an atomic run was asked for: an independent one keeps the order of the manifest. */
function lastOf({ release, databases }: ReleaseMaterial): ReadonlySet<string> {
  const lasting = release === 'atomic' ? databases.filter(({ transactionalDdl }) => !transactionalDdl) : []
  return new Set(lasting.map(({ name }) => name))
}

interface Phased extends Pick<ReleaseMaterial, 'plans' | 'orders'> {
  readonly together: ReadonlySet<string>
  readonly reasons: ReadonlyMap<string, string>
  readonly phases: readonly ReleasePhase[]
}

function partOf(name: string, { plans, orders, together, reasons, phases }: Phased): ReleasePart {
  const plan = plans.get(name)
  if (plan === undefined) throw new Error(`${name} has no plan`)
  const own = phases.filter(({ databases }) => databases.includes(name)).flatMap(({ steps }) => steps)
  return {
    database: name,
    plan: { ...plan, steps: own.filter(({ database }) => database === name).map(({ step }) => step) },
    order: orders?.get(name),
    release: together.has(name) ? 'atomic' : 'independent',
    reason: reasons.get(name),
  }
}

/** A database whose failures undo all of its run must not have it in several phases. */
function divided(
  databases: readonly KnownDatabase[],
  phases: readonly ReleasePhase[],
): readonly ReleaseFinding[] {
  return databases.flatMap(({ name, transaction }) => {
    if (transaction !== 'all') return []
    const own = phases.filter(
      ({ release, databases: [first] }) => release === 'independent' && first === name,
    )
    const waiting: Step | undefined = own[1]?.steps[0]?.step
    return waiting === undefined ? [] : [dividedFinding(name, waiting)]
  })
}

function dividedFinding(database: string, waiting: Step): ReleaseFinding {
  return {
    database,
    code: 'ATOMIC_IMPOSSIBLE',
    migration: waiting.id,
    message:
      `${database} cannot keep or undo all its migrations in one transaction ("transaction": "all"): ` +
      `${waiting.id} has to wait for another database`,
    hint: 'Run it with --atomic, in two runs with --to, or set "transaction" of this database to "batch"',
    blocking: true,
  }
}
