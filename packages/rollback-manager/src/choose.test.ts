import type { Applied, MigrationNames } from '@whimbrel/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choose, type RollbackSelection } from './choose.ts'

/** A record, with what it depends on by id or version. */
function record(version: number, ...dependsOn: readonly string[]): Omit<Applied, 'sequence'> {
  return {
    id: `00${version}_m${version}`,
    version: String(version),
    name: `m${version}`,
    state: 'applied',
    direction: 'up',
    progress: null,
    appliedAt: '2026-11-20T00:00:00.000Z',
    durationMs: 1,
    checksum: 'sha256:0',
    downChecksum: 'sha256:1',
    fingerprint: 'f',
    runId: 'r',
    by: 'u@h',
    toolVersion: '1',
    dependsOn: dependsOn.map((target) => ({ target, optional: false })),
    environments: [],
    transactional: true,
    foreignKeys: false,
    expectLoss: [],
  }
}

/** Records in order of application. */
function state(...records: readonly Omit<Applied, 'sequence'>[]): MigrationNames {
  return { applied: records.map((each, index) => ({ ...each, sequence: index + 1 })), available: [] }
}

const four = state(record(1), record(2), record(4), record(3))

function sorted(names: MigrationNames, selection: RollbackSelection): readonly string[] {
  return [...choose(names, selection)].sort()
}

function refusal(names: MigrationNames, selection: RollbackSelection): unknown {
  try {
    choose(names, selection)
  } catch (error) {
    return error
  }
  throw new Error('nothing was refused')
}

describe('choose', () => {
  it.each<[RollbackSelection, string[]]>([
    [{}, ['3']],
    [{ steps: 2 }, ['3', '4']],
    [{ steps: 99 }, ['1', '2', '3', '4']],
    [{ to: '2' }, ['3', '4']],
    [{ to: '004_m4' }, ['3']],
    [{ to: '3' }, []],
    [{ only: '2' }, ['2']],
    [{ only: '004' }, ['4']],
    [{ all: true }, ['1', '2', '3', '4']],
    [{ all: false }, ['3']],
  ])('takes the order of application, not of versions: %j', (selection, versions) => {
    expect(sorted(four, selection)).toEqual(versions)
  })

  it('finds nothing where nothing is applied', () => {
    expect(choose(state(), {})).toEqual([])
    expect(choose(state(), { all: true })).toEqual([])
  })

  it.each<[RollbackSelection, RegExp]>([
    [{ steps: 1, all: true }, /^--steps and --all contradict each other$/],
    [{ to: '1', only: '2' }, /^--to and --only contradict each other$/],
    [{ steps: 0 }, /^0 is not a number of steps$/],
    [{ steps: 1.5 }, /^1\.5 is not a number of steps$/],
    [{ steps: Number.NaN }, /^NaN is not a number of steps$/],
  ])('refuses %j', (selection, message) => {
    expect(refusal(four, selection)).toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) })
  })

  it('tells an unknown id from one that is not applied', () => {
    const names = { ...four, available: [{ id: '005_m5', version: '5' }] }
    expect(refusal(names, { only: '77' })).toMatchObject({
      code: 'MIGRATION_UNKNOWN',
      message: 'There is no migration "77"',
    })
    for (const selection of [{ only: '5' }, { to: '005_m5' }]) {
      expect(refusal(names, selection)).toMatchObject({
        code: 'MIGRATION_UNKNOWN',
        message: '005_m5 is not applied, so there is nothing to roll back',
        hint: 'Run "whimbrel status" to see what is applied',
      })
    }
  })

  it('takes dependents along where that is asked for, directly or not', () => {
    const names = state(record(1), record(2, '1'), record(3), record(4, '002_m2'))
    expect(sorted(names, { only: '1' })).toEqual(['1'])
    expect(sorted(names, { only: '1', cascade: true })).toEqual(['1', '2', '4'])
    expect(sorted(names, { only: '3', cascade: true })).toEqual(['3'])
  })

  it('takes dependents along that were applied before what they depend on', () => {
    const names = state(record(3, '002'), record(1), record(2, '001_m1'))
    expect(sorted(names, { only: '1', cascade: true })).toEqual(['1', '2', '3'])
  })

  it('does not take along what depends on another database', () => {
    const foreign = { ...record(2), dependsOn: [{ database: 'other', target: '1', optional: false }] }
    expect(sorted(state(record(1), foreign), { only: '1', cascade: true })).toEqual(['1'])
  })

  it('with cascade leaves nothing behind that depends on what goes, and takes no more than that', () => {
    const versions = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 })
    const edges = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(versions, edges, fc.nat(8), (order, pairs, pick) => {
        const targetsOf = (version: number) =>
          pairs.filter(([from, to]) => from === version && to !== version).map(([, to]) => String(to))
        const names = state(...order.map((version) => record(version, ...targetsOf(version))))
        const only = String(order[pick % order.length])
        const going = new Set(choose(names, { only, cascade: true }))
        expect(going.has(only)).toBe(true)
        for (const { version, dependsOn } of names.applied) {
          const needed = dependsOn.some(({ target }) => going.has(target))
          expect(going.has(version)).toBe(version === only || needed)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('chooses of n steps exactly the n newest, for any n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 }), (steps, count) => {
        const records = Array.from({ length: count }, (_, index) => record(count - index))
        const names = state(...records)
        const expected = names.applied.slice(-steps).map(({ version }) => version)
        expect(choose(names, { steps })).toEqual(expected)
      }),
      { numRuns: 100 },
    )
  })
})
