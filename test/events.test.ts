import type { RunEvent } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const users = migration('CREATE TABLE users (id INTEGER PRIMARY KEY);\nINSERT INTO users VALUES (1);')
const broken = migration('INSERT INTO nowhere VALUES (1);')

const types: RunEvent['type'][] = [
  'run-started',
  'step-started',
  'statement-started',
  'step-finished',
  'step-failed',
  'committed',
  'run-finished',
]

describe('the events of a run', () => {
  it('come in their order, and say "kept" only of what was kept', async () => {
    const fixture = new Fixture({ '001_users': users, '002_broken': broken })
    const events: RunEvent[] = []
    await failure(fixture.up({ onEvent: (event) => events.push(event) }))
    expect(events.map(({ type }) => type)).toEqual([
      'run-started',
      'step-started',
      'statement-started',
      'statement-started',
      'step-finished',
      'step-started',
      'statement-started',
      'step-failed',
      'committed',
      'run-finished',
    ])
    expect(events.at(-2)).toMatchObject({ steps: [{ id: '001_users' }] })
    expect(events.at(-1)).toMatchObject({
      report: { outcome: 'failed', error: { code: 'STATEMENT_FAILED' } },
    })
  })
})

describe('a listener that fails', () => {
  it.each(types)('changes nothing when it throws at %s: the report tells of it', async (failing) => {
    const calm = new Fixture({ '001_users': users, '002_broken': broken })
    const { report: expected } = await failure(calm.up())
    const fixture = new Fixture({ '001_users': users, '002_broken': broken })
    const onEvent = ({ type }: RunEvent) => {
      if (type === failing) throw new Error('the pipe is closed')
    }
    const { error, report } = await failure(fixture.up({ onEvent }))
    expect(error.code).toBe('STATEMENT_FAILED')
    expect(report?.steps.map(({ id, outcome }) => [id, outcome])).toEqual(
      expected?.steps.map(({ id, outcome }) => [id, outcome]),
    )
    expect(report?.findings).toMatchObject([
      {
        code: 'LISTENER_FAILED',
        message: `The listener of events failed at ${failing}: the pipe is closed`,
        blocking: false,
      },
    ])
    expect(fixture.rows('SELECT * FROM users')).toEqual([{ id: 1 }])
  })

  it('is told of once, with its first failure', async () => {
    const fixture = new Fixture({ '001_users': users })
    const onEvent = ({ type }: RunEvent) => {
      throw new Error(`no ${type}`)
    }
    const { outcome, findings } = await fixture.up({ onEvent })
    expect(outcome).toBe('migrated')
    expect(findings.map(({ details }) => details?.event)).toEqual(['run-started'])
    expect(await fixture.up({ onEvent })).toMatchObject({
      outcome: 'up-to-date',
      findings: [{ details: { event: 'run-finished' } }],
    })
  })

  it('may be asynchronous and reject', async () => {
    const fixture = new Fixture({ '001_users': users })
    const onEvent = async ({ type }: RunEvent) => {
      if (type === 'step-started') throw new Error('no')
    }
    expect(await fixture.up({ onEvent })).toMatchObject({
      outcome: 'migrated',
      findings: [{ code: 'LISTENER_FAILED', details: { event: 'step-started' } }],
    })
  })

  it('is not waited for', async () => {
    const fixture = new Fixture({ '001_users': users })
    expect(await fixture.up({ onEvent: () => new Promise(() => {}) })).toMatchObject({ findings: [] })
  })
})
