import { MigrateError, type RunEvent, type RunReport, type Step } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { eventEntry } from './event-entry.ts'
import { outputEntries } from './output-entries.ts'

const up = { id: '001_a', direction: 'up' } as Step
const down = { id: '001_a', direction: 'down' } as Step
const plan = { direction: 'up', steps: [up] }
const report = { runId: 'r', outcome: 'rolled-back', before: '001_a', after: null } as RunReport
const failure = new MigrateError('STATEMENT_FAILED', 'bad postgres://u:secret@h', { hint: 'mend' })
const holder = { host: 'h', pid: 7, command: 'whimbrel up --url postgres://u:secret@h', since: 's' }

describe('eventEntry', () => {
  it.each<[unknown, string, string]>([
    [{ type: 'run-started', runId: 'r', plan, creates: false }, 'info', '1 migration to apply'],
    [
      { type: 'run-started', runId: 'r', plan: { ...plan, direction: 'down' }, creates: true },
      'info',
      '1 migration to roll back, the database is created',
    ],
    [
      { type: 'lock-waiting', holder },
      'warn',
      'waiting for the lock, held by "whimbrel up --url postgres://u:***@h" (process 7 on h, since s)',
    ],
    [{ type: 'step-started', step: up, index: 0, total: 2 }, 'debug', 'applying 001_a (1 of 2)'],
    [{ type: 'step-started', step: down, index: 1, total: 2 }, 'debug', 'rolling back 001_a (2 of 2)'],
    [
      { type: 'statement-started', step: up, statement: 2, statements: 3 },
      'debug',
      '001_a: statement 2 of 3',
    ],
    [
      { type: 'step-finished', step: up, durationMs: 3.2, rowsChanged: 1 },
      'info',
      '001_a applied in 3 ms, 1 row changed',
    ],
    [
      { type: 'step-finished', step: down, durationMs: 0.1, rowsChanged: 0 },
      'info',
      '001_a rolled back in <1 ms, 0 rows changed',
    ],
    [{ type: 'step-failed', step: up, error: failure }, 'error', 'bad postgres://u:***@h'],
    [{ type: 'committed', steps: [up] }, 'info', 'kept: 001_a'],
    [{ type: 'run-finished', report }, 'info', 'rolled back, at nothing'],
  ])('puts %j on a line', (event, level, message) => {
    const entry = eventEntry('app', event as RunEvent)
    expect(entry).toMatchObject({ level, message: `app: ${message}` })
    expect(entry.facts).toMatchObject({ event: (event as RunEvent).type, database: 'app' })
    expect(JSON.stringify(entry)).not.toContain('secret')
  })
})

describe('outputEntries', () => {
  const output = { ok: false, command: 'up', exitCode: 1, databases: [] }
  const error = { code: 'USAGE', message: 'm', hint: 'h' }
  const base = { name: 'app', outcome: 'failed', before: null, after: null, steps: [] } as const

  it('tells errors that no event told of, and how it ended', () => {
    const entries = outputEntries({ ...output, databases: [{ ...base, error }], error })
    expect(entries.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'app: m'],
      ['error', 'm'],
      ['debug', 'up ends with exit code 1'],
    ])
  })

  it('tells a failed step only once', () => {
    const steps = [{ id: '001_a', direction: 'up', outcome: 'failed' }] as const
    expect(outputEntries({ ...output, databases: [{ ...base, steps, error }] })).toHaveLength(1)
  })
})
