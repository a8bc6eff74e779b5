import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Applied } from '../model/applied.ts'
import type { Migration } from '../model/migration.ts'
import type { MigrationState } from './plan.ts'
import { type BegunStatements, planRetry } from './plan-retry.ts'

const metadata = { dependsOn: [], environments: [], transactional: false, foreignKeys: false, expectLoss: [] }

function file(id: string, change: Partial<Migration> = {}): Migration {
  return {
    ...metadata,
    id,
    version: String(Number(id.slice(0, 3))),
    name: id.slice(4),
    checksum: 'sha256:up',
    downChecksum: 'sha256:down',
    fingerprint: 'bytes',
    reversible: true,
    empty: false,
    ...change,
  }
}

function record(id: string, change: Partial<Applied> = {}): Applied {
  return {
    ...file(id),
    sequence: Number(id.slice(0, 3)),
    state: 'applied',
    direction: 'up',
    progress: null,
    appliedAt: '2026-11-20T10:00:00.000Z',
    durationMs: 1,
    runId: 'run',
    by: 'somebody@host',
    toolVersion: '0.1.0',
    ...change,
  }
}

const doubt = (id: string, progress = 0, change: Partial<Applied> = {}) =>
  record(id, { state: 'in-doubt', progress, ...change })

function state(available: Migration[], applied: Applied[], begun?: BegunStatements): MigrationState {
  const [version = ''] = applied.filter((one) => one.state === 'in-doubt').map((one) => one.version)
  return { available, applied, begun: new Map(begun === undefined ? [] : [[version, begun]]) }
}

const edited = { checksum: 'sha256:edited', fingerprint: 'other bytes' }

describe('a plan to retry', () => {
  it('goes on with the one that is in doubt after the statements that finished', () => {
    const planned = planRetry(state([file('001_a'), file('002_b')], [record('001_a'), doubt('002_b', 3)]))
    expect(planned).toMatchObject({ direction: 'up', before: '001_a', after: '002_b', findings: [] })
    expect(planned.steps).toMatchObject([{ id: '002_b', direction: 'up', script: 'source', done: 3 }])
  })

  it('goes on with a rollback', () => {
    const applied = [record('001_a'), doubt('002_b', 1, { direction: 'down' })]
    const planned = planRetry(state([file('002_b')], applied), { id: '2' })
    expect(planned).toMatchObject({ direction: 'down', before: '001_a', after: '001_a' })
    expect(planned.steps).toMatchObject([{ id: '002_b', direction: 'down', done: 1 }])
  })

  it('uses what was kept where the file is gone', () => {
    const planned = planRetry(state([], [doubt('002_b', 1)], { kept: ['a', 'b'], file: undefined }))
    expect(planned.findings).toEqual([])
    expect(planned.steps).toMatchObject([{ script: 'kept', done: 1, migration: { checksum: 'sha256:up' } }])
  })

  it('uses what was kept of a rollback whose file has no down any longer', () => {
    const applied = [doubt('002_b', 0, { direction: 'down' })]
    const begun = { kept: ['a'], file: undefined }
    const planned = planRetry(state([file('002_b', { downChecksum: null })], applied, begun))
    expect(planned.steps).toMatchObject([{ script: 'kept' }])
  })

  it('is refused where what was begun is nowhere', () => {
    const { findings } = planRetry(state([], [doubt('002_b')], { kept: undefined, file: undefined }))
    expect(findings).toMatchObject([{ code: 'FILE_MISSING', blocking: true }])
  })

  it('uses a file that was edited behind the statements that ran', () => {
    const begun = { kept: ['a', 'b', 'wrong'], file: ['a', 'b', 'right', 'more'] }
    const planned = planRetry(state([file('002_b', edited)], [doubt('002_b', 2)], begun))
    expect(planned.findings).toEqual([])
    expect(planned.steps).toMatchObject([
      { script: 'source', done: 2, migration: { checksum: 'sha256:edited' } },
    ])
  })

  it('is refused where a statement that ran was edited, and names it', () => {
    const begun = { kept: ['a', 'b', 'c'], file: ['a', 'other', 'c'] }
    const { findings } = planRetry(state([file('002_b', edited)], [doubt('002_b', 2)], begun))
    expect(findings).toMatchObject([{ code: 'CHECKSUM_CHANGED', blocking: true, details: { statement: 2 } }])
    expect(findings[0]?.hint).toContain('whimbrel mark 002_b pending')
  })

  it('is refused where the edited file ends before what ran, or nobody knows what ran', () => {
    const shorter = { kept: ['a', 'b'], file: ['a'] }
    const unknown = { kept: undefined, file: ['a', 'b'] }
    for (const begun of [shorter, unknown]) {
      const { findings } = planRetry(state([file('002_b', edited)], [doubt('002_b', 2)], begun))
      expect(findings).toMatchObject([{ code: 'CHECKSUM_CHANGED', blocking: true }])
    }
  })

  it('is refused where the file wants a transaction now', () => {
    const available = [file('002_b', { transactional: true, fingerprint: 'other bytes' })]
    const { findings } = planRetry(state(available, [doubt('002_b', 1)]))
    expect(findings).toMatchObject([{ code: 'CHECKSUM_CHANGED', blocking: true }])
    expect(findings[0]?.hint).toContain('Transaction: none')
  })

  it('is told by somebody what became of the statement that was interrupted', () => {
    const begun = { kept: ['a', 'b', 'c'], file: ['a', 'b', 'c'] }
    const there = state([file('002_b')], [doubt('002_b', 1, { trace: 'trace' })], begun)
    expect(planRetry(there).steps).toMatchObject([{ done: 1, trace: 'trace' }])
    const [again] = planRetry(there, { interrupted: 'again' }).steps
    expect([again?.done, again?.trace]).toEqual([1, undefined])
    const [skip] = planRetry(there, { interrupted: 'skip' }).steps
    expect([skip?.done, skip?.trace]).toEqual([2, undefined])
  })

  it('skips nothing that was edited, and nothing behind the last statement', () => {
    const begun = { kept: ['a', 'b'], file: ['a', 'c'] }
    const there = state([file('002_b', edited)], [doubt('002_b', 1)], begun)
    expect(planRetry(there, { interrupted: 'again' }).findings).toEqual([])
    expect(planRetry(there, { interrupted: 'skip' }).findings).toMatchObject([{ code: 'CHECKSUM_CHANGED' }])
    const done = state([file('002_b')], [doubt('002_b', 2)], { kept: ['a', 'b'], file: ['a', 'b'] })
    expect(() => planRetry(done, { interrupted: 'skip' })).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  it('leaves other migrations in doubt alone', () => {
    const planned = planRetry(state([file('002_b')], [doubt('001_a'), doubt('002_b')]), { id: '002_b' })
    expect(planned).toMatchObject({ findings: [], steps: [{ id: '002_b' }] })
  })

  it('runs each statement once, whatever was edited, or is refused', () => {
    const statements = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 })
    fc.assert(
      fc.property(statements, statements, fc.nat(6), (kept, now, progress) => {
        const done = Math.min(progress, kept.length)
        const { steps, findings } = planRetry(
          state([file('002_b', edited)], [doubt('002_b', done)], { kept, file: now }),
        )
        const ran = kept.slice(0, done)
        if (findings.length > 0) expect(now.slice(0, done)).not.toEqual(ran)
        else expect([...ran, ...now.slice(steps[0]?.done)]).toEqual(now)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a retry of what cannot be retried', () => {
  const available = ['001_a', '002_b', '003_c', '004_d'].map((id) => file(id))
  const some = state(available, [record('001_a'), doubt('002_b'), doubt('003_c')])

  it.each([
    ['an unknown id', some, '9', 'MIGRATION_UNKNOWN', 'There is no migration "9"'],
    [
      'what is applied',
      some,
      '1',
      'NOT_IN_DOUBT',
      '001_a is applied and not in doubt: there is nothing to retry',
    ],
    [
      'what is pending',
      some,
      '4',
      'NOT_IN_DOUBT',
      '004_d is pending and was not begun: there is nothing to retry',
    ],
    [
      'nothing',
      state(available, [record('001_a')]),
      undefined,
      'NOT_IN_DOUBT',
      'No migration is in doubt: there is nothing to retry',
    ],
    ['several', some, undefined, 'MIGRATION_AMBIGUOUS', '2 migrations are in doubt: 002_b, 003_c'],
  ])('refuses %s in words of its own', (_, where, id, code, message) => {
    expect(() => planRetry(where, { id })).toThrow(expect.objectContaining({ code, message }))
  })
})
