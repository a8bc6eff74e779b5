import type { ReleaseEvent } from '@whimbrel/orchestrator'
import { recoveryOutput } from '../release-output.ts'
import { describeRecovery } from '../render/render-recovery.ts'
import { count, enumerate } from '../render/style.ts'
import type { Settings } from '../settings.ts'
import type { LogEntry } from './log-entry.ts'

type Event = Exclude<ReleaseEvent, { database: string }>

/** An event of a run over several databases as a line of the log. */
export function releaseEntry(event: Event, settings: Settings): LogEntry {
  const { message, facts } = describe(event, settings)
  const isRecovery = event.type === 'recovery-started' || event.type === 'recovery-finished'
  return { level: isRecovery ? 'warn' : 'info', message, facts: { event: event.type, ...facts } }
}

function describe(event: Event, settings: Settings): Omit<LogEntry, 'level'> {
  switch (event.type) {
    case 'release-started': {
      const steps = event.plan.phases.flatMap((phase) =>
        phase.steps.map(({ database, step }) => `${database}:${step.id}`),
      )
      const databases = event.plan.parts.map(({ database }) => database)
      const message = `${count(steps.length, 'migration')} over ${enumerate(databases)}`
      return { message, facts: { runId: event.runId, databases, steps } }
    }
    case 'release-decided':
      return {
        message: `decided: ${enumerate(event.databases)} will be at the new state`,
        facts: { runId: event.runId, databases: event.databases },
      }
    case 'recovery-started':
      return {
        message: `an interrupted run over ${enumerate(event.databases)} is finished first`,
        facts: { runId: event.runId, databases: event.databases },
      }
    case 'recovery-finished': {
      const { runId, outcome } = event.report
      return { message: describeRecovery(recoveryOutput(event.report, settings)), facts: { runId, outcome } }
    }
  }
}
