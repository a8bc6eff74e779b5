import { MigrateError, type MigrationRunner, type RunOptions } from '@whimbrel/core'
import type { ReleasePlan } from '../plan/release-plan.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { Planning } from './planning.ts'
import { type ReleaseStates, readStates } from './release-states.ts'

export interface LookOptions {
  readonly all: readonly ReleaseDatabase[]
  /** The databases of the request. */
  readonly selected: readonly ReleaseDatabase[]
  readonly runnerOf: (database: ReleaseDatabase) => MigrationRunner
  readonly planning: Planning
}

/** Looks at what a plan is made from. A rollback that reaches other databases reads their files once it is known which. */
export async function lookForPlan({ planning, ...options }: LookOptions): Promise<ReleaseStates> {
  const { others } = planning
  const first = await readStates({ ...options, others, reading: (name) => planning.reading(name) })
  if (planning.needsAll) refuseUnread(first, options.selected)
  if (others === 'dependencies') return first
  const reached = versionsOf(planning.plan(first.states))
  const selected = options.all.filter(({ name }) => reached.has(name))
  const reading = (name: string): RunOptions => planning.reading(name, reached.get(name))
  const states = await readStates({ ...options, selected, others, reading })
  refuseUnread(states, selected)
  return states
}

/** Nothing can be planned around a database that is not known: why it is not says more than what that leads to. */
function refuseUnread({ errors }: ReleaseStates, databases: readonly ReleaseDatabase[]): void {
  for (const { name } of databases) {
    const error = errors.get(name)
    if (error === undefined) continue
    const { code, message, hint, details, cause } = error
    throw new MigrateError(code, message, { hint, details: { ...details, database: name }, cause })
  }
}

function versionsOf({ parts }: ReleasePlan): ReadonlyMap<string, readonly string[]> {
  return new Map(
    parts.map(({ database, plan }) => [database, plan.steps.map(({ migration }) => migration.version)]),
  )
}
