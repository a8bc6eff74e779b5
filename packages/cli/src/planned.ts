import type { MigrationRunner, Plan, SnapshotObstacle, Step } from '@whimbrel/core'
import { backupObstacle } from '@whimbrel/rollback-manager'
import { backupRefusal } from './consent.ts'
import { findingOutput, toMigrateError } from './describe-error.ts'
import { impactOutputs } from './impact-outputs.ts'
import { type DatabaseResult, failedResult, plannedOutput } from './run-outputs.ts'
import type { Target } from './target.ts'

/** What a plan would do to a database, with what it would take away and, where wanted, its statements. */
export async function planned(
  target: Target,
  { plan, runner, sql }: { readonly plan: Plan; readonly runner: MigrationRunner; readonly sql: boolean },
): Promise<DatabaseResult> {
  try {
    const statements = sql ? await statementsOf(runner, plan) : []
    const impact = await impactOutputs(target, { plan, runner })
    const obstacle = await obstacleOf(target, { plan, runner })
    const output = plannedOutput(target, { plan, statements, impact })
    if (obstacle === undefined) return { output, plan }
    const { code, message, hint } = backupRefusal(obstacle)
    const finding = findingOutput({ code, message, hint, blocking: false }, target.flags)
    return { output: { ...output, findings: [...(output.findings ?? []), finding] }, plan }
  } catch (error) {
    return failedResult(target, toMigrateError(error))
  }
}

/** What would keep a backup from being taken before. */
async function obstacleOf(
  { driver, tracker, backup }: Target,
  { plan, runner }: { readonly plan: Plan; readonly runner: MigrationRunner },
): Promise<SnapshotObstacle | undefined> {
  if (plan.steps.length === 0 || driver.snapshots?.obstacle === undefined) return undefined
  const scripts = await runner.scripts(plan)
  const scriptOf = async (step: Step) => scripts[plan.steps.indexOf(step)] ?? { sql: '', statements: [] }
  const creates = !(await driver.exists())
  const { before } = backup
  return backupObstacle({ plan, driver, creates, scriptOf }, { before, trackingTables: tracker.tables })
}

async function statementsOf(runner: MigrationRunner, plan: Plan): Promise<readonly string[][]> {
  const scripts = await runner.scripts(plan)
  return scripts.map(({ sql, statements }) => statements.map(({ start, end }) => sql.slice(start, end)))
}
