import { MigrateError } from '@whimbrel/core'
import { isKnown, type KnownDatabase } from '../plan/known-database.ts'
import { planAgainDown } from '../plan/plan-down-release.ts'
import { planUpRelease } from '../plan/plan-up-release.ts'
import type { ReleasePlan } from '../plan/release-plan.ts'
import { movedSince } from './moved-since.ts'
import { type PlannedStep, plannedStep, type ReleasePlanFile } from './release-plan-file.ts'
import { startingPointMoved } from './starting-point.ts'

/** What a plan is to be carried out with now. */
export interface PlanAgainContext {
  /** All databases of the manifest, in its order. */
  readonly databases: readonly KnownDatabase[]
  readonly environment?: string | undefined
}

/**
 * The plan of a file, made again from what is there now: the same steps in the same order, each with the same SQL, from
 * the same starting points. Findings are those of now. Throws USAGE for another environment, STATE_MOVED where
 * anything moved, with all of it in `details.moved`, and DATABASE_UNREACHABLE where that cannot be looked at.
 */
export function planAgain(file: ReleasePlanFile, context: PlanAgainContext): ReleasePlan {
  const { databases, environment } = context
  checkEnvironment(file, environment)
  refuse(
    file,
    file.databases.flatMap((each) => startMoved(each, databases)),
  )
  refuse(file, gone(file, databases))
  const plan = file.direction === 'up' ? upAgain(file, context) : downAgain(file, context)
  refuse(file, [...stepsMoved(file, plan), ...partsMoved(file, plan)])
  return plan
}

function checkEnvironment(file: ReleasePlanFile, environment: string | undefined): void {
  if (file.environment === (environment ?? null)) return
  const made =
    file.environment === null ? 'without an environment' : `for the environment ${file.environment}`
  const now = environment === undefined ? 'has none' : `is for ${environment}`
  throw new MigrateError('USAGE', `The plan was made ${made}, and this run ${now}`, {
    hint:
      file.environment === null
        ? 'Run it without --env, or make a plan for this environment'
        : `Run it with --env ${file.environment}, or make a plan for this environment`,
  })
}

function startMoved(
  { name, before }: ReleasePlanFile['databases'][number],
  databases: readonly KnownDatabase[],
): readonly string[] {
  const state = databases.find((database) => database.name === name)?.state
  if (state === undefined) return [`There is no database ${name} any more`]
  if (!isKnown(state)) {
    throw new MigrateError('DATABASE_UNREACHABLE', `${name} could not be looked at: ${state.unknown}`, {
      hint: `See "whimbrel status --db ${name}"; the plan needs all of its databases`,
      details: { database: name },
    })
  }
  const moved = startingPointMoved(name, { planned: before, applied: state.applied })
  return moved === undefined ? [] : [moved]
}

/** Migrations of the plan whose file is not there any more; a rollback does not need it. */
function gone({ steps }: ReleasePlanFile, databases: readonly KnownDatabase[]): readonly string[] {
  const names = new Set(
    databases.flatMap(({ name, state }) => state.available?.map(({ id }) => `${name}:${id}`) ?? []),
  )
  const missing = steps.filter((step) => step.direction === 'up' && !names.has(nameOf(step)))
  return missing.map((step) => `The file of ${nameOf(step)} is missing now`)
}

function upAgain(file: ReleasePlanFile, { databases, environment }: PlanAgainContext): ReleasePlan {
  const names = file.databases.map(({ name }) => name)
  const counts = new Map(names.map((name) => [name, 0]))
  for (const { database } of file.steps) counts.set(database, (counts.get(database) ?? 0) + 1)
  return planUpRelease(databases, {
    direction: 'up',
    release: file.release,
    databases: names,
    limits: new Map([...counts].map(([name, steps]) => [name, { steps }])),
    allowOutOfOrder: file.allowOutOfOrder,
    environment,
  })
}

function downAgain(file: ReleasePlanFile, { databases }: PlanAgainContext): ReleasePlan {
  const { database, release, acceptChangedDown, steps } = file
  return planAgainDown(databases, {
    request: { direction: 'down', database: database ?? '', release, acceptChangedDown },
    steps,
  })
}

/** The first step that is another one, and every one whose SQL or transaction is. */
function stepsMoved(file: ReleasePlanFile, plan: ReleasePlan): readonly string[] {
  const now = plan.phases.flatMap(({ steps }) => steps.map(plannedStep))
  const length = Math.max(file.steps.length, now.length)
  for (let place = 0; place < length; place += 1) {
    const [planned, step] = [file.steps[place], now[place]]
    if (nameOf(planned) !== nameOf(step)) {
      const moved = `The plan says ${nameOf(planned)}, and now ${nameOf(step)} would be next`
      return [...changed(file.steps.slice(0, place), now), moved]
    }
  }
  return changed(file.steps, now)
}

function changed(planned: readonly PlannedStep[], now: readonly PlannedStep[]): readonly string[] {
  return planned.flatMap((step, place) => {
    const other = now[place]
    if (other === undefined) return []
    const what = step.direction === 'up' ? nameOf(step) : `The down of ${nameOf(step)}`
    if (step.checksum !== other.checksum) return [`${what} was edited since the plan was made`]
    if (step.transactional !== other.transactional)
      return [`${nameOf(step)} declares another "Transaction" now`]
    if (step.foreignKeys !== other.foreignKeys) return [`${nameOf(step)} declares other "Foreign-Keys" now`]
    return []
  })
}

function nameOf(step: PlannedStep | undefined): string {
  return step === undefined ? 'nothing' : `${step.database}:${step.id}`
}

function partsMoved(file: ReleasePlanFile, plan: ReleasePlan): readonly string[] {
  return file.databases.flatMap(({ name, release, reason }) => {
    const part = plan.parts.find(({ database }) => database === name)
    if (part === undefined) return []
    if (part.release === release && (part.reason ?? null) === reason) return []
    const why = (text: string | null | undefined) => (text == null ? '' : ` (${text})`)
    return [
      `${name} was ${release}${why(reason)} in the plan, and now it is ${part.release}${why(part.reason)}`,
    ]
  })
}

function refuse(file: ReleasePlanFile, moved: readonly string[]): void {
  if (moved.length > 0) throw movedSince(file, moved)
}
