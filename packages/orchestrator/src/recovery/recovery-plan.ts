import { compareVersions, type MigrationState, type Plan, plan, type Step } from '@whimbrel/core'
import type { JournalDatabase, JournalStep } from '../journal/release-journal.ts'
import { standingOf } from './standing.ts'

/** What brings one database of an interrupted run to its end, or why nothing does. */
export type RecoveryPlan =
  | { readonly plan: Plan; readonly note?: string; readonly impossible?: undefined }
  /** A clause: `002_b was edited since`. */
  | { readonly plan?: undefined; readonly impossible: string }

/** Whose run it was, and what its migrations are for. */
export interface RecoveryContext {
  readonly runId: string
  readonly environment?: string | undefined
  readonly engine: string
}

/**
 * Plans to go forward: exactly the steps of the run that are missing. Where the database is an older one than when the
 * run began, what it lacks before them, too: the others are at the new state, and this brings it there.
 */
export function planForward(
  entry: JournalDatabase,
  state: MigrationState,
  context: RecoveryContext,
): RecoveryPlan {
  const { missing, isOlder } = standingOf(entry, { applied: state.applied, runId: context.runId })
  if (missing.length === 0) return { plan: nothing(state) }
  const [first] = missing
  if (first?.direction === 'down') return planDown(state, missing)
  return planUp(state, missing, { ...context, isOlder })
}

/** Plans to take back what the run has committed in this database. */
export function planBack(
  entry: JournalDatabase,
  state: MigrationState,
  context: RecoveryContext,
): RecoveryPlan {
  const { committed } = standingOf(entry, { applied: state.applied, runId: context.runId })
  if (committed.length === 0) return { plan: nothing(state) }
  const [first] = committed
  if (first?.direction === 'up') return rollback(state, committed, { acceptChangedDown: false })
  return planUp(state, [...committed].reverse().map(reversed), { ...context, isOlder: false })
}

/** A migration that was rolled back is applied again: its checksum is that of its down. */
function reversed(step: JournalStep): JournalStep & { readonly isReversed: true } {
  return { ...step, direction: 'up', isReversed: true }
}

function planUp(
  state: MigrationState,
  steps: readonly JournalStep[],
  { isOlder, environment, engine }: Omit<RecoveryContext, 'runId'> & { readonly isOlder: boolean },
): RecoveryPlan {
  const files = new Map(state.available.map((migration) => [migration.version, migration]))
  for (const step of steps) {
    const file = files.get(step.version)
    if (file === undefined) return { impossible: `${step.id} is not among the migrations any more` }
    const checksum = 'isReversed' in step ? file.downChecksum : file.checksum
    if (checksum !== step.checksum) return { impossible: `${step.id} was edited since` }
  }
  const planned = plan(state, { direction: 'up', allowOutOfOrder: true, environment, engine })
  const doubt = planned.findings.find(({ code }) => code === 'IN_DOUBT')
  if (doubt !== undefined) return { impossible: doubt.message }
  const last = steps.reduce(
    (newest, { version }) => (compareVersions(version, newest) > 0 ? version : newest),
    '0',
  )
  const wanted = new Set(steps.map(({ version }) => version))
  const chosen = planned.steps.filter(
    ({ migration }) =>
      wanted.has(migration.version) || (isOlder && compareVersions(migration.version, last) < 0),
  )
  const left = steps.find(({ version }) => !chosen.some(({ migration }) => migration.version === version))
  if (left !== undefined) return { impossible: `${left.id} would not be applied here` }
  return { plan: settled(planned, chosen), ...noteOf(chosen, { wanted, isOlder }) }
}

function noteOf(
  chosen: readonly Step[],
  { wanted, isOlder }: { readonly wanted: ReadonlySet<string>; readonly isOlder: boolean },
): { readonly note?: string } {
  if (!isOlder) return {}
  const again = chosen.filter(({ migration }) => !wanted.has(migration.version)).map(({ id }) => id)
  const what = again.length === 0 ? '' : `; ${again.join(', ')} had to be applied again, too`
  return { note: `It was older than when the run began, restored from a backup perhaps${what}` }
}

/** What was rolled back by a down that had been edited, because somebody wanted that, is rolled back by the same one. */
function planDown(state: MigrationState, steps: readonly JournalStep[]): RecoveryPlan {
  const planned = rollback(state, steps, { acceptChangedDown: true })
  const checksums = new Map(steps.map(({ version, checksum }) => [version, checksum]))
  const other = planned.plan?.steps.find(
    ({ migration }) => migration.downChecksum !== checksums.get(migration.version),
  )
  return other === undefined ? planned : { impossible: `the down of ${other.id} was edited since` }
}

function rollback(
  state: MigrationState,
  steps: readonly JournalStep[],
  { acceptChangedDown }: { readonly acceptChangedDown: boolean },
): RecoveryPlan {
  const versions = steps.map(({ version }) => version)
  const planned = plan(state, { direction: 'down', versions, acceptChangedDown })
  const blocking = planned.findings.find((finding) => finding.blocking)
  return blocking === undefined ? { plan: settled(planned) } : { impossible: blocking.message }
}

function nothing(state: MigrationState): Plan {
  return settled(plan({ ...state, available: [] }, { direction: 'down', versions: [] }))
}

/** Most files were not read, so that what was found of the others says nothing. */
function settled(planned: Plan, steps: readonly Step[] = planned.steps): Plan {
  const { direction, before, after } = planned
  return {
    ...planned,
    steps,
    after: direction === 'up' ? (steps.at(-1)?.id ?? before) : after,
    findings: [],
  }
}
