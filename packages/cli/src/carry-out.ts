import type { ReleaseRequest } from '@whimbrel/orchestrator'
import type { CommandContext, CommandResult } from './command.ts'
import { Consent } from './consent.ts'
import { runCommandResult } from './run-command-result.ts'
import { RunListener } from './run-listener.ts'
import { planRelease, runRelease } from './run-release.ts'
import type { Targets } from './target.ts'
import { refuseUnfinished, unfinishedFindings } from './unfinished-findings.ts'
import { writePlan } from './write-plan.ts'

/** Options of commands that carry a request out, or only show what that would do. */
export interface CarryingFlags {
  readonly dryRun?: boolean
  readonly sql?: boolean
  readonly allowDataLoss?: boolean
  /** File for the plan of a dry run. */
  readonly out?: string
}

/** What is asked of which databases. */
export interface Task {
  readonly request: ReleaseRequest
  readonly targets: Targets
}

/** Carries a request out, or shows what that would do where a dry run is wanted. */
export async function carryOut(
  command: string,
  context: CommandContext<CarryingFlags>,
  { request, targets }: Task,
): Promise<CommandResult> {
  const { dryRun, allowDataLoss } = context.options
  if (dryRun === true) return showPlan(command, context, { request, targets, dryRun })
  const listener = new RunListener(context)
  const consent = new Consent(command, targets, context)
  const done = await runRelease(request, { targets, context, listener, consent, allowDataLoss })
  return runCommandResult(command, context, done)
}

/** Shows what a request would do, and writes it to a file where that is wanted. */
export async function showPlan(
  command: string,
  context: CommandContext<CarryingFlags>,
  { request, targets, dryRun }: Task & { readonly dryRun?: boolean },
): Promise<CommandResult> {
  const { sql, out } = context.options
  const findings = await unfinishedFindings(targets, context.settings)
  if (out !== undefined) refuseUnfinished(findings)
  const listener = new RunListener(context)
  const planned = await planRelease(request, { targets, context, listener, sql: sql === true })
  const result = runCommandResult(command, context, { ...planned, findings, ...(dryRun && { dryRun }) })
  return out === undefined ? result : writePlan(out, { result, planned, context })
}
