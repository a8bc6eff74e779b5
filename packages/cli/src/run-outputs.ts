import { currentId, type MigrateError, type Migration, type Plan, type RunReport } from '@whimbrel/core'
import type { RecoveryReport } from '@whimbrel/orchestrator'
import { completeError } from './complete-error.ts'
import { errorOutput, findingOutput, findingsOf } from './describe-error.ts'
import { impactOfError } from './impact-outputs.ts'
import type { FindingOutput, ImpactOutput, ReleaseOutput, RunOutput, StepOutput } from './output.ts'
import { recordsOf } from './records-of.ts'
import type { Target } from './target.ts'

/** What a command did, or would do, to its databases. */
export interface RunResult {
  readonly runId: string
  readonly results: readonly DatabaseResult[]
  /** What is odd between databases, and stops nothing. */
  readonly notes?: readonly FindingOutput[]
  /** How they go together; absent for a command that is about one. */
  readonly release?: ReleaseOutput
  /** What was done before to interrupted runs. */
  readonly recovered?: readonly RecoveryReport[]
}

/** Result of one database, with the error that ended it. */
export interface DatabaseResult {
  readonly output: RunOutput
  readonly error?: MigrateError
  /** What would be done, where that was asked. */
  readonly plan?: Plan
}

/** A database that was refused, or failed before anything ran. */
export async function failedResult(target: Target, thrown: MigrateError): Promise<DatabaseResult> {
  const error = completeError(thrown, target.flags)
  const findings = findingsOf(error).map((finding) => findingOutput(finding))
  const impact = impactOfError(error.details)
  const output = await untouched(target, 'failed')
  return {
    output: {
      ...output,
      ...(impact.length > 0 && { impact }),
      ...(findings.length > 1 && { findings }),
      error: errorOutput(error),
    },
    error,
  }
}

/** A database whose turn did not come. */
export async function notStarted(target: Target): Promise<DatabaseResult> {
  return { output: await untouched(target, 'not-started') }
}

async function untouched(target: Target, outcome: RunOutput['outcome']): Promise<RunOutput> {
  const newest = currentId((await recordsOf(target)) ?? [])
  return { name: target.name, outcome, before: newest, after: newest, steps: [] }
}

/** What a run did. */
export function reportOutput({ name, flags }: Target, report: RunReport): RunOutput {
  const { outcome, before, after, backup, skipped, findings } = report
  const steps = report.steps.map((step) =>
    step.durationMs === undefined ? step : { ...step, durationMs: Math.round(step.durationMs * 1000) / 1000 },
  )
  return {
    name,
    outcome,
    before,
    after,
    steps,
    ...(backup !== undefined && { backup }),
    skipped: skipped.map(skippedOutput),
    findings: findings.map((finding) => findingOutput(finding, flags)),
  }
}

/** What a run would do; with the statements of each step where they were asked for. */
export function plannedOutput(
  { name, flags }: Target,
  {
    plan,
    statements,
    impact,
  }: { plan: Plan; statements: readonly string[][]; impact: readonly ImpactOutput[] },
): RunOutput {
  const steps = plan.steps.map(({ id, direction, migration }, index) => ({
    id,
    direction,
    outcome: 'planned' as const,
    ...(statements[index] === undefined ? {} : { sql: statements[index] }),
    ...(migration.transactional ? {} : outside(migration)),
  }))
  return {
    name,
    outcome: steps.length === 0 ? 'up-to-date' : 'planned',
    before: plan.before,
    after: plan.after,
    steps,
    ...(impact.length > 0 && { impact }),
    skipped: plan.skipped.map(skippedOutput),
    findings: plan.findings.map((finding) => findingOutput(finding, flags)),
  }
}

function outside({ commits }: Migration): Pick<StepOutput, 'transactional' | 'commits'> {
  return { transactional: false, ...(commits === undefined ? {} : { commits }) }
}

function skippedOutput({ id, reason }: Plan['skipped'][number]): { id: string; reason: string } {
  return { id, reason }
}
