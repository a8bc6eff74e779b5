import type { RecoveryReport, ReleasePlan, ReleaseRequest } from '@whimbrel/orchestrator'
import { findingOutput } from './describe-error.ts'
import type { RecoveryOutput, ReleaseOutput } from './output.ts'
import { redactText } from './redact-text.ts'

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

/** What was done to an interrupted run, as `--json` prints it. */
export function recoveryOutput({ databases, reason, ...report }: RecoveryReport): RecoveryOutput {
  return {
    ...report,
    ...(reason === undefined ? {} : { reason: redactText(reason) }),
    databases: databases.map(({ database, findings, ...rest }) => ({
      name: database,
      ...rest,
      ...(findings === undefined ? {} : { findings: findings.map((finding) => findingOutput(finding)) }),
    })),
  }
}
