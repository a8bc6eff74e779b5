import type { RunEvent, RunReport, Step } from '@whimbrel/core'
import { errorOutput } from '../describe-error.ts'
import { describeHolder } from '../render/describe-holder.ts'
import { count, duration } from '../render/style.ts'
import type { LogEntry } from './log-entry.ts'

/** An event of one database's run as a line of the log. */
export function eventEntry(database: string, event: RunEvent): LogEntry {
  const { level, message, facts } = describe(event)
  return { level, message: `${database}: ${message}`, facts: { event: event.type, database, ...facts } }
}

function describe(event: RunEvent): LogEntry {
  switch (event.type) {
    case 'run-started': {
      const { steps, direction } = event.plan
      const verb = direction === 'up' ? 'apply' : 'roll back'
      const facts = { runId: event.runId, steps: steps.map(({ id }) => id), creates: event.creates }
      const created = event.creates ? ', the database is created' : ''
      return { level: 'info', message: `${count(steps.length, 'migration')} to ${verb}${created}`, facts }
    }
    case 'lock-waiting':
      return {
        level: 'warn',
        message: `waiting for the lock${describeHolder(event.holder)}`,
        facts: { pid: event.holder?.pid, host: event.holder?.host, since: event.holder?.since },
      }
    case 'step-delayed':
      return {
        level: 'warn',
        message: `${event.step.id} is tried again in ${duration(event.pauseMs)}: ${event.error.message}`,
        facts: { ...factsOf(event.step), pauseMs: event.pauseMs },
      }
    case 'step-started':
      return {
        level: 'debug',
        message: `${doing(event.step)} (${event.index + 1} of ${event.total})`,
        facts: factsOf(event.step),
      }
    case 'statement-started': {
      const { statement, statements, step } = event
      const message = `${step.id}: statement ${statement} of ${statements}`
      return { level: 'debug', message, facts: { ...factsOf(step), statement, statements } }
    }
    case 'step-finished': {
      const { step, durationMs, rowsChanged } = event
      const message = `${done(step)} in ${duration(durationMs)}, ${count(rowsChanged, 'row')} changed`
      return {
        level: 'info',
        message,
        facts: { ...factsOf(step), durationMs: Math.round(durationMs), rowsChanged },
      }
    }
    case 'step-failed':
      return failed(event)
    case 'committed': {
      const ids = event.steps.map(({ id }) => id)
      return { level: 'info', message: `kept: ${ids.join(', ')}`, facts: { migrations: ids } }
    }
    case 'run-finished':
      return finished(event.report)
  }
}

function failed({ step, error }: Extract<RunEvent, { type: 'step-failed' }>): LogEntry {
  const { message, ...rest } = errorOutput(error)
  return { level: 'error', message, facts: { ...factsOf(step), ...rest } }
}

function finished({ runId, outcome, before, after }: RunReport): LogEntry {
  const message = `${outcome.replaceAll('-', ' ')}, at ${after ?? 'nothing'}`
  return { level: 'info', message, facts: { runId, outcome, before, after } }
}

function factsOf({ id, direction }: Step) {
  return { migration: id, direction }
}

function doing({ id, direction }: Step): string {
  return direction === 'up' ? `applying ${id}` : `rolling back ${id}`
}

function done({ id, direction }: Step): string {
  return direction === 'up' ? `${id} applied` : `${id} rolled back`
}
