import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Applied } from '../model/applied.ts'
import type { Dependency, Migration } from '../model/migration.ts'
import { type MigrationState, plan } from './plan.ts'

const metadata = { dependsOn: [], environments: [], transactional: true, foreignKeys: false, expectLoss: [] }

function migration(id: string, change: Partial<Migration> = {}): Migration {
  const version = /^0*(\d+)/.exec(id)?.[1] ?? ''
  return {
    ...metadata,
    id,
    version,
    name: id.replace(/^\d+_/, ''),
    checksum: `sha256:up-${id}`,
    downChecksum: `sha256:down-${id}`,
    fingerprint: `bytes-${id}`,
    reversible: true,
    empty: false,
    ...change,
  }
}

function record(id: string, sequence: number, change: Partial<Applied> = {}): Applied {
  return {
    ...migration(id),
    sequence,
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

function needing(...targets: string[]): { dependsOn: Dependency[] } {
  return {
    dependsOn: targets.map((text) => {
      const optional = text.startsWith('?')
      const [target, database] = text.replace('?', '').split(':').reverse()
      return { target: target ?? '', database, optional }
    }),
  }
}

const state = (available: Migration[], applied: Applied[] = []): MigrationState => ({ available, applied })
const ids = (steps: readonly { id: string }[]) => steps.map(({ id }) => id)
const codes = (findings: readonly { code: string }[]) => findings.map(({ code }) => code)

describe('a plan up', () => {
  it('orders versions as integers, not as text', () => {
    const available = ['10_x', '2_x', '100_x', '099_x', '12345678901234567_x'].map((id) => migration(id))
    const { steps } = plan(state(available), { direction: 'up' })
    expect(ids(steps)).toEqual(['2_x', '10_x', '099_x', '100_x', '12345678901234567_x'])
  })

  it('puts a dependency first, also when it has the later number', () => {
    const available = [migration('1_a'), migration('2_b', needing('3_c')), migration('3_c', needing('1'))]
    expect(ids(plan(state(available), { direction: 'up' }).steps)).toEqual(['1_a', '3_c', '2_b'])
  })

  it('puts several dependencies first by version, however they are listed', () => {
    const available = [migration('1_a', needing('3_c', '2_b')), migration('2_b'), migration('3_c')]
    expect(ids(plan(state(available), { direction: 'up' }).steps)).toEqual(['2_b', '3_c', '1_a'])
  })

  it('follows an order that it is given, as far as dependencies leave it open', () => {
    const available = [migration('1_a'), migration('2_b', needing('3_c')), migration('3_c'), migration('4_d')]
    const given = { ...state(available, [record('4_d', 1)]), order: ['4', '2', '3'] }
    const planned = plan(given, { direction: 'up' })
    expect(ids(planned.steps)).toEqual(['3_c', '2_b', '1_a'])
    expect(planned.findings).toEqual([])
  })

  it('prints a cycle with its ids and blocks', () => {
    const available = [migration('1_a', needing('2_b')), migration('2_b', needing('1_a'))]
    const [finding] = plan(state(available), { direction: 'up' }).findings
    expect(finding).toMatchObject({ code: 'DEPENDENCY_CYCLE', blocking: true })
    expect(finding?.message).toContain('1_a → 2_b → 1_a')
  })

  it('follows a chain of 20,000 dependencies that runs against the numbers', () => {
    const count = 20_000
    const idOf = (version: number) => `${version}_m`
    const available = Array.from({ length: count }, (_, index) =>
      migration(idOf(index + 1), index + 1 < count ? needing(String(index + 2)) : {}),
    )
    const { steps, findings } = plan(state(available), { direction: 'up' })
    expect(findings).toEqual([])
    expect(ids(steps).join()).toBe(Array.from({ length: count }, (_, index) => idOf(count - index)).join())
    const applied = available.map((each, index) => record(each.id, count - index, each))
    expect(plan(state(available, applied), { direction: 'up' })).toMatchObject({ steps: [], findings: [] })
  })

  it('prints a circle of 20,000 dependencies instead of failing on it', () => {
    const count = 20_000
    const available = Array.from({ length: count }, (_, index) =>
      migration(`${index + 1}_m`, needing(String(((index + 1) % count) + 1))),
    )
    const { findings } = plan(state(available), { direction: 'up' })
    expect(findings[0]).toMatchObject({ code: 'DEPENDENCY_CYCLE', migration: '1_m', blocking: true })
    expect(findings[0]?.details?.cycle).toHaveLength(count + 1)
  })

  it('names a dependency that does not exist and blocks', () => {
    const [finding] = plan(state([migration('2_b', needing('1_z'))]), { direction: 'up' }).findings
    expect(finding).toMatchObject({
      code: 'DEPENDENCY_MISSING',
      message: '2_b needs 1_z (not found)',
      blocking: true,
    })
  })

  it('ignores an optional dependency that is absent and follows one that is present', () => {
    const absent = plan(state([migration('1_a', needing('?9_z'))]), { direction: 'up' })
    expect(absent.findings).toEqual([])
    const present = plan(state([migration('1_a', needing('?9_z')), migration('9_z')]), { direction: 'up' })
    expect(ids(present.steps)).toEqual(['9_z', '1_a'])
  })

  it('refuses a dependency on a migration that is skipped in this environment', () => {
    const available = [migration('1_a', { environments: ['development'] }), migration('2_b', needing('1_a'))]
    const planned = plan(state(available), { direction: 'up', environment: 'production' })
    expect(planned.skipped).toMatchObject([{ id: '1_a', reason: 'only for development' }])
    expect(codes(planned.findings)).toEqual(['DEPENDENCY_MISSING'])
  })

  it('checks that a dependency on another database exists', () => {
    const available = [
      migration('1_a', needing('ontology:002')),
      migration('2_b', needing('ontology:9_z', 'other:1')),
    ]
    const others = new Map([['ontology', [{ id: '002_namespaces', version: '2' }]]])
    const { findings } = plan({ available, applied: [], others }, { direction: 'up' })
    expect(findings.map(({ message }) => message)).toEqual([
      '2_b needs ontology:9_z (not found)',
      '2_b needs other:1 (no such database)',
    ])
  })

  it('stops at a pending migration that sorts before an applied one', () => {
    const current = state(
      [migration('1_a'), migration('2_b'), migration('3_c')],
      [record('1_a', 1), record('3_c', 2)],
    )
    expect(plan(current, { direction: 'up' }).findings).toMatchObject([
      { code: 'OUT_OF_ORDER', migration: '2_b', blocking: true },
    ])
    const allowed = plan(current, { direction: 'up', allowOutOfOrder: true })
    expect(allowed.findings).toMatchObject([{ code: 'OUT_OF_ORDER', blocking: false }])
    expect(ids(allowed.steps)).toEqual(['2_b'])
  })

  it('does not call an order out of order that a dependency asked for', () => {
    const available = [migration('1_a'), migration('2_b', needing('3_c')), migration('3_c')]
    const planned = plan(state(available, [record('1_a', 1), record('3_c', 2)]), { direction: 'up' })
    expect(planned.findings).toEqual([])
    expect(ids(planned.steps)).toEqual(['2_b'])
  })

  it('takes the first n pending ones, or those up to a target by id, version or prefix', () => {
    const current = state(
      ['001_a', '002_b', '003_c'].map((id) => migration(id)),
      [record('001_a', 1)],
    )
    expect(ids(plan(current, { direction: 'up', steps: 1 }).steps)).toEqual(['002_b'])
    for (const to of ['002_b', '2', '002', '002_']) {
      expect(ids(plan(current, { direction: 'up', to }).steps)).toEqual(['002_b'])
    }
    expect(plan(current, { direction: 'up', to: '1' }).steps).toEqual([])
  })

  it('refuses a target that is skipped here, instead of doing nothing without a word', () => {
    const available = [migration('1_a'), migration('2_b', { environments: ['development'] })]
    const request = { direction: 'up' as const, to: '2', environment: 'production' }
    expect(() => plan(state(available), request)).toThrow(/2_b is skipped here \(only for development\)/)
  })

  it('knows an applied target by a prefix although it is a record and a file', () => {
    const current = state([migration('001_users'), migration('002_b')], [record('001_users', 1)])
    expect(plan(current, { direction: 'up', to: '001_us' }).steps).toEqual([])
  })

  it('does not call a new migration out of order because an applied one would have waited for it', () => {
    const applied = [record('1_a', 1), record('2_b', 2, needing('?4_d'))]
    const available = [migration('1_a'), migration('2_b', needing('?4_d')), migration('4_d')]
    expect(plan(state(available, applied), { direction: 'up' })).toMatchObject({
      findings: [],
      steps: [{ id: '4_d' }],
    })
  })

  it('tells of a file that was renamed after it was applied, without stopping', () => {
    const [finding] = plan(state([migration('1_new')], [record('1_old', 1)]), { direction: 'up' }).findings
    expect(finding).toMatchObject({ code: 'RENAMED', migration: '1_old', blocking: false })
    expect(finding?.message).toBe('1_old is called 1_new in its file now')
  })

  it('refuses an unknown target, both a target and a number, and a number that is none', () => {
    const current = state([migration('001_a')])
    expect(() => plan(current, { direction: 'up', to: 'nine' })).toThrow(
      expect.objectContaining({ code: 'MIGRATION_UNKNOWN' }),
    )
    for (const request of [
      { steps: 1, to: '1' },
      { steps: 0 },
      { steps: -1 },
      { steps: 1.5 },
      { steps: Number.NaN },
    ]) {
      expect(() => plan(current, { direction: 'up', ...request })).toThrow(
        expect.objectContaining({ code: 'USAGE' }),
      )
    }
  })

  it('reports two changed ups and one changed down as three findings', () => {
    const applied = ['1_a', '2_b', '3_c'].map((id, index) => record(id, index + 1))
    const available = [
      migration('1_a', { fingerprint: 'x', checksum: 'sha256:other' }),
      migration('2_b', { fingerprint: 'y', checksum: 'sha256:other' }),
      migration('3_c', { fingerprint: 'z', downChecksum: 'sha256:other' }),
    ]
    const { findings } = plan(state(available, applied), { direction: 'up' })
    expect(
      findings.map(({ migration, blocking, details }) => [migration, details?.section, blocking]),
    ).toEqual([
      ['1_a', 'up', true],
      ['2_b', 'up', true],
      ['3_c', 'down', false],
    ])
    expect(findings[0]?.message).toContain('stored sha256:up-1_a, now sha256:other')
  })

  it('blocks on a migration in doubt and only tells of a missing file and an unknown checksum', () => {
    const applied = [
      record('1_a', 1, { state: 'in-doubt', progress: 2 }),
      record('2_b', 2),
      record('3_c', 3, { checksum: 'md5', fingerprint: null }),
    ]
    const { findings } = plan(state([migration('1_a'), migration('3_c')], applied), { direction: 'up' })
    expect(findings.map(({ code, blocking }) => [code, blocking])).toEqual([
      ['IN_DOUBT', true],
      ['FILE_MISSING', false],
      ['CHECKSUM_UNKNOWN', false],
    ])
  })

  it('leaves it to a retry to judge an edit of what is in doubt, and tells of an edited up beside a down in doubt', () => {
    const edited = { fingerprint: 'x', checksum: 'sha256:other', downChecksum: 'sha256:other' }
    const applied = [
      record('1_a', 1, { state: 'in-doubt', direction: 'down' }),
      record('2_b', 2, { state: 'in-doubt', direction: 'up' }),
    ]
    const { findings } = plan(state([migration('1_a', edited), migration('2_b', edited)], applied), {
      direction: 'up',
    })
    expect(findings.map(({ migration, code, details }) => [migration, code, details?.section])).toEqual([
      ['1_a', 'IN_DOUBT', undefined],
      ['1_a', 'CHECKSUM_CHANGED', 'up'],
      ['2_b', 'IN_DOUBT', undefined],
    ])
  })

  it('never plans an applied migration, never one twice, and always dependencies first', () => {
    const graph = fc.array(
      fc.record({ needs: fc.array(fc.nat(30), { maxLength: 3 }), applied: fc.boolean() }),
      {
        maxLength: 20,
      },
    )
    fc.assert(
      fc.property(graph, (nodes) => {
        const id = (index: number) => `${index + 1}_m`
        const available = nodes.map(({ needs }, index) =>
          migration(id(index), needing(...needs.filter((to) => to < nodes.length).map((to) => id(to)))),
        )
        const applied = available
          .filter((_, index) => nodes[index]?.applied)
          .map((item, at) => record(item.id, at + 1))
        const planned = plan(state(available, applied), { direction: 'up', allowOutOfOrder: true })
        const order = [...ids(applied), ...ids(planned.steps)]
        expect(new Set(order).size).toBe(available.length)
        expect(order.length).toBe(available.length)
        if (codes(planned.findings).includes('DEPENDENCY_CYCLE')) return
        for (const { id: step, migration: item } of planned.steps) {
          for (const { target } of item.dependsOn)
            expect(order.indexOf(target)).toBeLessThan(order.indexOf(step))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('gives the same plan for the same state in any order of the files', () => {
    const available = ['1_a', '2_b', '3_c', '4_d'].map((id) =>
      migration(id, id === '2_b' ? needing('4_d') : {}),
    )
    fc.assert(
      fc.property(fc.shuffledSubarray(available, { minLength: 4 }), (shuffled) => {
        expect(ids(plan(state(shuffled), { direction: 'up' }).steps)).toEqual(['1_a', '4_d', '2_b', '3_c'])
      }),
    )
  })
})

describe('a plan down', () => {
  const available = ['1_a', '2_b', '3_c'].map((id) => migration(id))

  it('takes back the most recently applied first, whatever its number', () => {
    const applied = [record('1_a', 1), record('3_c', 2), record('2_b', 3)]
    const planned = plan(state(available, applied), { direction: 'down', versions: ['3', '2'] })
    expect(ids(planned.steps)).toEqual(['2_b', '3_c'])
    expect(planned).toMatchObject({ before: '2_b', after: '1_a' })
  })

  it('uses the kept down of a migration whose file is gone', () => {
    const planned = plan(state([], [record('1_a', 1)]), { direction: 'down', versions: ['1'] })
    expect(planned.steps).toMatchObject([{ id: '1_a', script: 'kept' }])
    expect(planned.findings).toEqual([])
  })

  it('refuses a migration without a down, or one that says why it cannot be undone', () => {
    const applied = [
      record('1_a', 1, { downChecksum: null }),
      record('2_b', 2, { irreversible: 'hashes are gone' }),
    ]
    const { findings } = plan(state([], applied), { direction: 'down', versions: ['1', '2'] })
    expect(findings.map(({ message, blocking }) => [message, blocking])).toEqual([
      ['2_b cannot be rolled back: hashes are gone', true],
      ['1_a cannot be rolled back: it has no down', true],
    ])
  })

  it('refuses an edited down unless it is accepted, and does not mind an edited up', () => {
    const files = [migration('1_a', { fingerprint: 'x', downChecksum: 'sha256:new', checksum: 'sha256:new' })]
    const current = state(files, [record('1_a', 1)])
    const request = { direction: 'down' as const, versions: ['1'] }
    expect(plan(current, request).findings).toMatchObject([{ code: 'CHECKSUM_CHANGED', blocking: true }])
    expect(plan(current, { ...request, acceptChangedDown: true }).findings).toMatchObject([
      { blocking: false },
    ])
  })

  it('refuses to take back what an applied migration depends on, and names the dependents', () => {
    const applied = [record('1_a', 1), record('2_b', 2, needing('1'))]
    const { findings } = plan(state(available, applied), { direction: 'down', versions: ['1'] })
    expect(findings).toMatchObject([{ code: 'HAS_DEPENDENTS', details: { dependents: ['2_b'] } }])
    expect(plan(state(available, applied), { direction: 'down', versions: ['1', '2'] }).findings).toEqual([])
  })
})
