import type { Plan } from '@whimbrel/core'
import type { AtomicPlan } from '../atomic/atomic-run.ts'
import type { ReleaseDatabase } from '../release-database.ts'
import type { RecoveryPlan } from './recovery-plan.ts'

/**
 * What is to be done to all databases of an interrupted run. `gone`: somebody else has seen to it meanwhile. `undecided`:
 * nothing of it was kept.
 */
export type Verdict =
  | { readonly kind: 'gone' | 'undecided' }
  | { readonly kind: 'forward' | 'back'; readonly plans: ReadonlyMap<string, RecoveryPlan> }

/** The plans of a verdict, by the names that the databases have here. */
export function plansOf(verdict: Verdict): ReadonlyMap<string, RecoveryPlan> {
  return 'plans' in verdict ? verdict.plans : new Map()
}

/** Why one of the databases cannot go forward, as a clause that names it. */
export function firstImpossible(verdict: Verdict): string | undefined {
  if (verdict.kind !== 'forward') return undefined
  for (const [name, { impossible }] of verdict.plans) {
    if (impossible !== undefined) return `${name} cannot go forward: ${impossible}`
  }
  return undefined
}

/** Database after database: what the run has decided is the same in any order. */
export function together(verdict: Verdict, databases: readonly ReleaseDatabase[]): AtomicPlan {
  const plans = new Map<string, Plan>()
  const steps: AtomicPlan['steps'][number][] = []
  for (const { name } of databases) {
    const plan = plansOf(verdict).get(name)?.plan ?? idle
    plans.set(name, plan)
    steps.push(...plan.steps.map((step) => ({ database: name, step })))
  }
  return { plans, steps }
}

const idle: Plan = { direction: 'up', before: null, after: null, steps: [], skipped: [], findings: [] }
