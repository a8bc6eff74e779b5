import type { RecoveryReport, ReleasePlan, ReleaseRequest } from '@whimbrel/orchestrator'
import { placeFlags } from './complete-hint.ts'
import { findingOutput } from './describe-error.ts'
import type { RecoveryOutput, ReleaseOutput } from './output.ts'
import { redactText } from './redact-text.ts'
import type { Settings } from './settings.ts'

/** How several databases go together, as `--json` prints it. */
export function releaseOutput(
  { parts, phases }: ReleasePlan,
  request: ReleaseRequest,
  unfinished = false,
): ReleaseOutput {
  const { release: mode = 'atomic' } = request.direction === 'planned' ? request.file : request
  return {
    mode,
    databases: parts.map(({ database, release, reason }) => ({
      name: database,
      release,
      ...(reason === undefined ? {} : { reason }),
    })),
    phases: phases.map(({ release, databases, steps }) => ({
      release,
      databases,
      steps: steps.map(({ database, step }) => ({ database, id: step.id, direction: step.direction })),
    })),
    ...(unfinished ? { unfinished } : {}),
  }
}

/** What was done to an interrupted run, as `--json` prints it; `settings` make its hints ready to be copied. */
export function recoveryOutput(
  { databases, reason, ...report }: RecoveryReport,
  settings: Settings,
): RecoveryOutput {
  return {
    ...report,
    ...(reason === undefined ? {} : { reason: redactText(reason) }),
    databases: databases.map(({ database, findings, ...rest }) => ({
      name: database,
      ...rest,
      ...(findings === undefined
        ? {}
        : { findings: findings.map((finding) => findingOutput(finding, flagsOf(database, settings))) }),
    })),
  }
}

function flagsOf(database: string, settings: Settings): string {
  return `${placeFlags(settings)}${settings.single === undefined ? ` --db ${database}` : ''}`
}
