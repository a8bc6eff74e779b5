import { type MigrationRunner, type Plan, type RunReport, reportOf } from '@whimbrel/core'
import { rollbackVerifier } from '@whimbrel/rollback-manager'
import type { CommandContext } from './command.ts'
import { completeError } from './complete-error.ts'
import type { Consent } from './consent.ts'
import { errorOutput, toMigrateError } from './describe-error.ts'
import { runnersOf } from './migration-runners.ts'
import { planned } from './planned.ts'
import { recoverFirst } from './recover-first.ts'
import type { RunListener } from './run-listener.ts'
import { type DatabaseResult, failedResult, type RunResult, reportOutput } from './run-outputs.ts'
import { safeguardsOf } from './safeguards-of.ts'
import type { Target, Targets } from './target.ts'
import { theOnly } from './the-only.ts'

/** What one database is asked to do. */
export interface Work {
  /** Looks without changing anything; throws what `run` would refuse. */
  plan(runner: MigrationRunner): Promise<Plan>
  run(runner: MigrationRunner): Promise<RunReport>
}

export interface SingleSettings {
  readonly command: string
  readonly targets: Targets
  readonly context: CommandContext<{ readonly allowDataLoss?: boolean }>
  readonly listener: RunListener
  readonly consent: Consent
}

/** Runs the one selected database, after finishing what was interrupted. */
export async function runSingle(work: Work, settings: SingleSettings): Promise<RunResult> {
  const { command, targets, context, listener, consent } = settings
  const target = theOnly(targets.selected, command)
  const { allowDataLoss } = context.options
  const safeguard = safeguardsOf(target, { consent, allowDataLoss, listener })
  try {
    const recovered = await recoverFirst({ targets, context, listener })
    const optionsOf = () => ({ verifier: rollbackVerifier(), safeguard })
    const { runId, runnerOf } = await runnersOf({ targets, context, listener, optionsOf })
    return { runId, results: [await executed(target, work.run(runnerOf(target)))], recovered }
  } finally {
    listener.close()
  }
}

/** Plans the one selected database. */
export async function planSingle(
  work: Work,
  {
    command,
    targets,
    context,
    sql,
  }: Omit<SingleSettings, 'listener' | 'consent'> & { readonly sql: boolean },
): Promise<RunResult> {
  const target = theOnly(targets.selected, command)
  const { runId, runnerOf } = await runnersOf({ targets, context })
  const runner = runnerOf(target)
  const result = await work.plan(runner).then(
    (plan) => planned(target, { plan, runner, sql }),
    (error: unknown) => failedResult(target, toMigrateError(error)),
  )
  return { runId, results: [result] }
}

async function executed(target: Target, running: Promise<RunReport>): Promise<DatabaseResult> {
  try {
    return { output: reportOutput(target, await running) }
  } catch (thrown) {
    const error = completeError(toMigrateError(thrown), target.flags)
    const report = reportOf(error)
    if (report === undefined) return failedResult(target, error)
    return { output: { ...reportOutput(target, report), error: errorOutput(error) }, error }
  }
}
