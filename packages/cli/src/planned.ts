import type { MigrationRunner, Plan } from '@whimbrel/core'
import { toMigrateError } from './describe-error.ts'
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
    return { output: plannedOutput(target, { plan, statements, impact }), plan }
  } catch (error) {
    return failedResult(target, toMigrateError(error))
  }
}

async function statementsOf(runner: MigrationRunner, plan: Plan): Promise<readonly string[][]> {
  const scripts = await runner.scripts(plan)
  return scripts.map(({ sql, statements }) => statements.map(({ start, end }) => sql.slice(start, end)))
}
