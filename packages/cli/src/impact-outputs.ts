import type { MigrationRunner, Plan } from '@whimbrel/core'
import { type Impact, impactOf } from '@whimbrel/rollback-manager'
import type { ImpactOutput } from './output.ts'
import type { Target } from './target.ts'

/** What a plan would take away from a database; nothing where there is none yet. */
export async function impactOutputs(
  { driver, tracker }: Target,
  { plan, runner }: { plan: Plan; runner: MigrationRunner },
): Promise<readonly ImpactOutput[]> {
  if (plan.steps.length === 0 || !(await driver.exists())) return []
  const scripts = await runner.scripts(plan)
  const session = await driver.session('read')
  try {
    const { steps } = await impactOf(plan, {
      driver,
      session,
      trackingTables: tracker.tables,
      scriptOf: async (step) => scripts[plan.steps.indexOf(step)] ?? { sql: '', statements: [] },
    })
    return steps
  } finally {
    await session.close()
  }
}

/** What an error says that a run would have taken away. */
export function impactOfError(details: Readonly<Record<string, unknown>>): readonly ImpactOutput[] {
  return (details.impact as Impact | undefined)?.steps ?? []
}
