import { createHash } from 'node:crypto'
import { type Direction, type MigrationState, refusal } from '@whimbrel/core'
import { isKnown, type KnownDatabase } from '../plan/known-database.ts'
import type { UpPlanRequest } from '../plan/plan-up-release.ts'
import type { Release, ReleasePlan, ReleaseStep } from '../plan/release-plan.ts'
import type { DownReleaseRequest } from '../release-request.ts'
import { type StartingPoint, startingPoint } from './starting-point.ts'

/** A plan for several databases as a value for a file: what was agreed to, so that exactly that is done later. */
export interface ReleasePlanFile {
  /** Version of this form. */
  readonly plan: 2
  readonly direction: Direction
  /** Environment that it was made for, null for none. */
  readonly environment: string | null
  /** What was asked for; what each database does stands in `databases`. */
  readonly release: Release
  /** Up: pending migrations that sort before applied ones are applied, too. */
  readonly allowOutOfOrder: boolean
  /** Down: one that was edited since it was applied is used. */
  readonly acceptChangedDown: boolean
  /** Down: the database that was asked for, null for up. */
  readonly database: string | null
  readonly databases: readonly PlannedDatabase[]
  /** All steps of all databases, in the order of the release. */
  readonly steps: readonly PlannedStep[]
  /** `sha256:<hex>` over everything else. */
  readonly digest: string
}

/** One database of a plan, also one with nothing to do. */
export interface PlannedDatabase {
  readonly name: string
  readonly before: StartingPoint
  /** Whether it is kept and undone together with the others. */
  readonly release: Release
  /** Why it stands alone although an atomic run was asked for, null where there is nothing to explain. */
  readonly reason: string | null
}

/** One direction of one migration, as it was planned. */
export interface PlannedStep {
  readonly database: string
  readonly id: string
  readonly version: string
  readonly direction: Direction
  /** Checksum of what is run: of its up or of its down. */
  readonly checksum: string | null
  readonly transactional: boolean
  readonly foreignKeys: boolean
}

/** What a plan was made from. */
export interface PlanFileContext {
  readonly request: UpPlanRequest | DownReleaseRequest
  readonly databases: readonly KnownDatabase[]
  readonly environment?: string | undefined
}

/**
 * A plan as a value that `planAgain` makes the same plan from, or refuses. Throws the first blocking finding of a
 * plan that must not be carried out.
 */
export function releasePlanFile(plan: ReleasePlan, context: PlanFileContext): ReleasePlanFile {
  const error = refusal([...plan.findings, ...plan.parts.flatMap((part) => part.plan.findings)])
  if (error !== undefined) throw error
  const { request, databases, environment = null } = context
  const states = new Map(databases.map(({ name, state }) => [name, state]))
  const content = {
    plan: 2 as const,
    direction: plan.direction,
    environment,
    release: request.release ?? 'atomic',
    allowOutOfOrder: request.direction === 'up' && request.allowOutOfOrder === true,
    acceptChangedDown: request.direction === 'down' && request.acceptChangedDown === true,
    database: request.direction === 'down' ? request.database : null,
    databases: plan.parts.map(({ database, release, reason = null }) => ({
      name: database,
      before: startingPoint(stateOf(states.get(database))),
      release,
      reason,
    })),
    steps: plan.phases.flatMap(({ steps }) => steps.map(plannedStep)),
  }
  return { ...content, digest: planDigest(content) }
}

/** A step as a plan file has it. */
export function plannedStep({ database, step }: ReleaseStep): PlannedStep {
  const { id, direction, migration } = step
  const { version, checksum, downChecksum, transactional, foreignKeys } = migration
  return {
    database,
    id,
    version,
    direction,
    checksum: direction === 'up' ? checksum : downChecksum,
    transactional,
    foreignKeys,
  }
}

/** What tells whether a plan file was edited: over all of it but `digest`, however it is laid out. */
export function planDigest(content: object): string {
  const entries = Object.entries(content).filter(([key]) => key !== 'digest')
  return `sha256:${createHash('sha256')
    .update(canonical(Object.fromEntries(entries)))
    .digest('hex')}`
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** A database that could not be looked at has a blocking finding, and never comes this far. */
function stateOf(state: KnownDatabase['state'] | undefined): Pick<MigrationState, 'applied'> {
  return state !== undefined && isKnown(state) ? state : { applied: [] }
}
