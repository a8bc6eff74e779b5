import { type MigrationState, plan, type Step } from '@whimbrel/core'
import { isKnown, type KnownDatabase } from '../plan/known-database.ts'
import type { ReleasePlan, ReleaseStep } from '../plan/release-plan.ts'
import { movedSince } from '../plan-file/moved-since.ts'
import { planAgain } from '../plan-file/plan-again.ts'
import type { ReleasePlanFile } from '../plan-file/release-plan-file.ts'
import { startingPoint, startingPointMoved } from '../plan-file/starting-point.ts'
import { type Planning, withSteps } from './planning.ts'

/** Decides to do exactly what a file says: once by all that is there, and under each lock by whether it still is. */
export function filePlanning(file: ReleasePlanFile, environment: string | undefined): Planning {
  const { direction, acceptChangedDown } = file
  let planned: ReleasePlan | undefined
  return {
    others: direction === 'up' ? 'dependencies' : 'records',
    needsAll: true,
    reading: (name, versions = versionsOf(file, name)) =>
      direction === 'up' ? {} : { only: () => versions },
    plan(states, names) {
      if (planned === undefined || names === undefined)
        planned = planAgain(file, { databases: states, environment })
      for (const name of names ?? []) refuseMoved(name, { file, planned, states })
      return planned
    },
    alone:
      ({ name, driver }, { steps, order, continued }) =>
      (state) => {
        if (!continued) refuseOtherStart(name, { file, state })
        const versions = steps.map(({ migration }) => migration.version)
        const engine = driver.dialect.name
        const now = plan(
          { ...state, order },
          direction === 'up'
            ? { direction, environment, engine, allowOutOfOrder: file.allowOutOfOrder }
            : { direction, versions, acceptChangedDown },
        )
        refuseOtherSteps(name, { file, steps, now: now.steps })
        return withSteps(now, steps)
      },
  }
}

function versionsOf({ steps }: ReleasePlanFile, name: string): readonly string[] {
  return steps.flatMap(({ database, version }) => (database === name ? [version] : []))
}

interface Locked {
  readonly file: ReleasePlanFile
  readonly planned: ReleasePlan
  readonly states: readonly KnownDatabase[]
}

function refuseMoved(name: string, { file, planned, states }: Locked): void {
  const state = states.find((database) => database.name === name)?.state
  if (state === undefined || !isKnown(state)) return
  refuseOtherStart(name, { file, state })
  if (file.direction === 'down') return
  const steps = planned.phases.flatMap((phase) => phase.steps.flatMap((each) => stepOf(each, name)))
  const files = new Map(state.available.map((migration) => [migration.version, migration]))
  for (const { id, migration } of steps) {
    if (files.get(migration.version)?.checksum !== migration.checksum)
      throw movedSince(file, [edited(name, id)])
  }
}

function stepOf({ database, step }: ReleaseStep, name: string): readonly Step[] {
  return database === name ? [step] : []
}

function refuseOtherStart(
  name: string,
  { file, state }: { readonly file: ReleasePlanFile; readonly state: MigrationState },
): void {
  const start = file.databases.find((database) => database.name === name)?.before ?? startingPoint(state)
  const reason = startingPointMoved(name, { planned: start, applied: state.applied })
  if (reason !== undefined) throw movedSince(file, [reason])
}

function refuseOtherSteps(
  name: string,
  {
    file,
    steps,
    now,
  }: { readonly file: ReleasePlanFile; readonly steps: readonly Step[]; readonly now: readonly Step[] },
): void {
  for (const { id, direction, migration } of steps) {
    const other = now.find((step) => step.migration.version === migration.version)?.migration
    const checksum = direction === 'up' ? other?.checksum : other?.downChecksum
    if (checksum !== (direction === 'up' ? migration.checksum : migration.downChecksum))
      throw movedSince(file, [edited(name, id)])
  }
}

function edited(name: string, id: string): string {
  return `${name}:${id} was edited since the plan was made`
}
