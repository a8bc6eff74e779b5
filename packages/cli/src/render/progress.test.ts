import { MigrateError, type RunEvent, type Step } from '@whimbrel/core'
import { describe, expect, it, vi } from 'vitest'
import type { Target } from '../target.ts'
import { Progress } from './progress.ts'

const target = { name: 'app', url: 'sqlite:app.db' } as Target
const step = { id: '001_a', direction: 'up' } as Step
const started = {
  type: 'run-started',
  runId: 'r',
  plan: { steps: [step] },
  creates: false,
} as unknown as RunEvent
const stepStarted: RunEvent = { type: 'step-started', step, index: 0, total: 2 }
const statement: RunEvent = { type: 'statement-started', step, statement: 2, statements: 9 }

/** What is written to stderr when time passes between the events. */
function written(interactive: boolean, events: readonly (RunEvent | number)[]): string {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    let text = ''
    const progress = new Progress({
      out: () => undefined,
      err: (more) => {
        text += more
      },
      interactive,
      columns: 40,
      color: false,
      env: {},
      cwd: '/',
      signal: { aborted: false },
    })
    for (const event of events) {
      if (typeof event === 'number') vi.advanceTimersByTime(event)
      else progress.listen(target, event)
    }
    progress.clear()
    return text
  } finally {
    vi.useRealTimers()
  }
}

describe('Progress', () => {
  it.each([true, false])('says nothing about what is quick (terminal: %s)', (interactive) => {
    expect(written(interactive, [started, stepStarted, 100, statement])).toBe('')
  })

  it('says why a step waits, and not that it failed', () => {
    const cause = new MigrateError('DATABASE_BUSY', 'birds is held by ann', { hint: 'Wait' })
    const error = new MigrateError('DATABASE_BUSY', `001_a failed at a.sql:2: ${cause.message}`, {
      hint: 'Wait',
      cause,
    })
    const delayed: RunEvent = { type: 'step-delayed', step, error, pauseMs: 100 }
    expect(written(false, [started, stepStarted, delayed])).toBe('app: 001_a waits: birds is held by ann\n')
  })

  it('shows one live line on a terminal, and takes it away', () => {
    expect(written(true, [started, stepStarted, 200, statement])).toBe(
      '\r\u001b[Kapp  1/2 001_a  statement 2 of 9  200 m\r\u001b[K',
    )
  })

  it('prints a plain line now and then elsewhere', () => {
    expect(written(false, [started, stepStarted, 200, statement, 5000, statement, 100, statement])).toBe(
      'app  1/2 001_a  statement 2 of 9  5.2 s\n',
    )
  })

  it('says that a database is created, and who has the lock', () => {
    const holder = { host: 'h', pid: 7, command: 'whimbrel up --url postgres://u:secret@h', since: 's' }
    const events = [{ ...started, creates: true } as RunEvent, { type: 'lock-waiting', holder } as RunEvent]
    expect(written(false, events)).toBe(
      'app: sqlite:app.db does not exist yet and is created\n' +
        'app: waiting for the lock, held by "whimbrel up --url postgres://u:***@h" (process 7 on h, since s)\n',
    )
    expect(written(false, [{ type: 'lock-waiting', holder: undefined }])).toBe('app: waiting for the lock\n')
  })
})
