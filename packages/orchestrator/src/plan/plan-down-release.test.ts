import type { MigrationState } from '@whimbrel/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocking, database, migration, phasesOf, record, stepsOf } from '../../test/release-fixture.ts'
import { releases } from '../../test/release-graphs.ts'
import type { DownReleaseRequest } from '../release-request.ts'
import type { KnownDatabase } from './known-database.ts'
import { planRelease } from './plan-release.ts'

const down = (name: string, request: Partial<DownReleaseRequest> = {}): DownReleaseRequest => ({
  direction: 'down',
  database: name,
  release: 'independent',
  ...request,
})

/** All migrations applied, in the order in which they are written. */
const applied = (name: string, written: readonly string[], change: Partial<KnownDatabase> = {}) =>
  database(name, written, { applied: written.map((each) => each.split(' ')[0] ?? ''), ...change })

describe('a rollback that reaches a database in which nothing is undone', () => {
  const lasting = { transactionalDdl: false, engine: 'mysql' }
  const together = { release: 'atomic', cascade: true, steps: 1 } as const

  it('takes it last, where nothing has to wait for it', () => {
    const databases = [
      applied('ontology', ['001_a'], lasting),
      applied('settings', ['001_a needs ontology:001']),
      applied('events', ['001_a needs settings:001']),
    ]
    expect(phasesOf(planRelease(databases, down('ontology', together)))).toEqual([
      'atomic events:001_a settings:001_a',
      'independent ontology:001_a',
    ])
  })

  it('takes it before what it depends on, and says so', () => {
    const databases = [
      applied('settings', ['001_a']),
      applied('events', ['001_a needs settings:001']),
      applied('ontology', ['001_a needs settings:001'], lasting),
    ]
    const planned = planRelease(databases, down('settings', together))
    expect(phasesOf(planned)).toEqual(['independent ontology:001_a', 'atomic events:001_a settings:001_a'])
    expect(planned.parts.find(({ database: name }) => name === 'ontology')?.reason).toContain(
      '001_a comes before the others, because settings:001_a has to wait for it',
    )
  })
})

describe('a rollback where several databases depend on each other', () => {
  const databases = [
    applied('settings', ['008_x', '009_y needs ontology:002', '010_z needs 009_y']),
    applied('knowledge_graph', ['001_a needs settings:010']),
    applied('ontology', ['001_a', '002_namespaces', '003_c']),
  ]

  it('is refused where another database has something applied that depends on it', () => {
    const planned = planRelease(databases, down('ontology', { steps: 2 }))
    expect(planned.findings).toEqual([
      {
        database: 'ontology',
        code: 'HAS_DEPENDENTS',
        migration: '002_namespaces',
        message: 'ontology:002_namespaces cannot be rolled back alone: settings:009_y depends on it',
        hint: 'Add --cascade to roll them back first, in their databases, too',
        blocking: true,
        details: { dependents: ['settings:009_y'] },
      },
    ])
  })

  it('touches no other database without --cascade', () => {
    const planned = planRelease(databases, down('ontology', { all: true }))
    expect(planned.parts.map((part) => part.database)).toEqual(['ontology'])
    expect(stepsOf(planned)).toEqual(['ontology:003_c', 'ontology:002_namespaces', 'ontology:001_a'])
  })

  it('needs no word for what nobody depends on', () => {
    const planned = planRelease(databases, down('ontology'))
    expect([blocking(planned), phasesOf(planned)]).toEqual([[], ['independent ontology:003_c']])
  })

  it('takes with --cascade all dependents along, other databases first, each newest first', () => {
    const planned = planRelease(databases, down('ontology', { to: '001', cascade: true }))
    expect(blocking(planned)).toEqual([])
    expect(phasesOf(planned)).toEqual([
      'independent knowledge_graph:001_a',
      'independent settings:010_z settings:009_y',
      'independent ontology:003_c ontology:002_namespaces',
    ])
    expect(planned.parts.map((part) => [part.database, part.plan.before, part.plan.after])).toEqual([
      ['settings', '010_z', '008_x'],
      ['knowledge_graph', '001_a', null],
      ['ontology', '003_c', '001_a'],
    ])
  })

  it('is one phase in an atomic release', () => {
    const planned = planRelease(databases, down('ontology', { to: '001', cascade: true, release: 'atomic' }))
    expect(planned.phases).toHaveLength(1)
    expect(planned.phases[0]).toMatchObject({
      release: 'atomic',
      databases: ['knowledge_graph', 'settings', 'ontology'],
    })
    const alone = planRelease(databases, down('knowledge_graph', { release: 'atomic' }))
    expect(phasesOf(alone)).toEqual(['independent knowledge_graph:001_a'])
  })

  it('goes to and fro where dependents do', () => {
    const given = [
      applied('settings', ['1_a', '2_b needs ontology:1']),
      applied('ontology', ['1_a needs settings:1', '2_b needs settings:2']),
    ]
    const planned = planRelease(given, down('settings', { all: true, cascade: true }))
    expect(stepsOf(planned)).toEqual(['ontology:2_b', 'settings:2_b', 'ontology:1_a', 'settings:1_a'])
  })

  it('undoes first what depends on a step, also where it was applied before it', () => {
    const given = [
      applied('settings', ['1_a needs ontology:1', '2_b']),
      applied('ontology', ['1_a needs settings:2']),
    ]
    const planned = planRelease(given, down('settings', { all: true, cascade: true }))
    expect(stepsOf(planned)).toEqual(['settings:1_a', 'ontology:1_a', 'settings:2_b'])
    expect(planned.parts[0]?.plan.steps.map(({ id }) => id)).toEqual(['1_a', '2_b'])
  })

  it('goes by the records, not by files that were edited since', () => {
    const settings = migration('009_y needs ontology:002')
    const state = { available: [migration('009_y')], applied: [record(settings, 1)] }
    const given = [database('settings', [], { state }), databases[2] as KnownDatabase]
    expect(planRelease(given, down('ontology', { only: '002' })).findings).toMatchObject([
      { code: 'HAS_DEPENDENTS', details: { dependents: ['settings:009_y'] } },
    ])
  })

  it('checks what it takes along in the other databases, too', () => {
    const state = databases[0]?.state as MigrationState
    const records = state.applied.map((each) => ({ ...each, irreversible: 'hashes are gone' }))
    const given = [database('settings', [], { state: { ...state, applied: records } }), ...databases.slice(1)]
    expect(blocking(planRelease(given, down('ontology', { only: '002', cascade: true })))).toEqual([
      'IRREVERSIBLE 010_z cannot be rolled back: hashes are gone',
      'IRREVERSIBLE 009_y cannot be rolled back: hashes are gone',
    ])
  })

  it('says why it cannot be one atomic run', () => {
    const [settings, , ontology] = databases as [KnownDatabase, KnownDatabase, KnownDatabase]
    const given = [
      settings,
      applied('knowledge_graph', ['1_a needs settings:9'], { transaction: 'each' }),
      ontology,
    ]
    const planned = planRelease(given, down('ontology', { to: '001', cascade: true, release: 'atomic' }))
    expect(phasesOf(planned)).toEqual([
      'independent knowledge_graph:1_a',
      'atomic settings:010_z settings:009_y ontology:003_c ontology:002_namespaces',
    ])
    const between = [
      applied('settings', ['1_a', '2_b needs knowledge_graph:1']),
      applied('knowledge_graph', ['1_a needs ontology:1'], { transaction: 'each' }),
      applied('ontology', ['1_a']),
    ]
    expect(
      blocking(planRelease(between, down('ontology', { all: true, cascade: true, release: 'atomic' }))),
    ).toEqual([
      'ATOMIC_IMPOSSIBLE settings, ontology and knowledge_graph cannot be one atomic run: ontology:1_a has to wait for ' +
        'knowledge_graph:1_a, and that has to wait for settings:2_b; but knowledge_graph is on its own: ' +
        '"transaction" is "each" in the manifest: one for every migration',
    ])
  })

  it('is refused where a database that cannot be read may have a dependent, and only tells of it otherwise', () => {
    const unknown = 'its file cannot be opened'
    const available = [migration('009_y needs ontology:002')]
    const given = (state: KnownDatabase['state']) => [
      database('settings', [], { state }),
      databases[2] as KnownDatabase,
    ]
    const mentions = planRelease(given({ unknown, available }), down('ontology', { steps: 2 }))
    expect(blocking(mentions)).toEqual([
      'HAS_DEPENDENTS settings could not be looked at (its file cannot be opened): settings:009_y depends on what is to ' +
        'be rolled back, and may be applied',
    ])
    const other = planRelease(given({ unknown, available }), down('ontology'))
    expect(other.findings).toMatchObject([
      {
        code: 'DATABASE_UNREACHABLE',
        blocking: false,
        message:
          'settings could not be looked at (its file cannot be opened); none of its migrations depends on what is rolled back',
      },
    ])
    expect(blocking(planRelease(given({ unknown }), down('ontology')))).toHaveLength(1)
    expect(blocking(planRelease(given({ unknown, available }), down('settings')))).toEqual([
      'DATABASE_UNREACHABLE settings could not be looked at: its file cannot be opened',
    ])
  })

  it('refuses an unknown database, an unknown id and a selection that contradicts itself', () => {
    expect(() => planRelease(databases, down('ontologi'))).toThrow(
      expect.objectContaining({ code: 'DATABASE_UNKNOWN' }),
    )
    expect(() => planRelease(databases, down('ontology', { only: '77' }))).toThrow(
      expect.objectContaining({ code: 'MIGRATION_UNKNOWN' }),
    )
    expect(() => planRelease(databases, down('ontology', { steps: 1, all: true }))).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    )
  })

  it('goes through 20,000 dependents in a chain', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => index + 1)
    const given = [
      applied(
        'settings',
        ids.map((id) => (id === 1 ? '1_m' : `${id}_m needs ontology:${id - 1}`)),
      ),
      applied(
        'ontology',
        ids.map((id) => `${id}_m needs settings:${id}`),
      ),
    ]
    const steps = stepsOf(
      planRelease(given, down('settings', { only: '1', cascade: true, release: 'atomic' })),
    )
    expect(steps).toHaveLength(20_000)
    expect(steps.at(-1)).toBe('settings:1_m')
  })
})

describe('any rollback', () => {
  const names = ['settings', 'knowledge_graph', 'ontology']
  const requests = fc
    .record({
      name: fc.constantFrom(...names),
      selection: fc.oneof(
        fc.record({ steps: fc.integer({ min: 1, max: 5 }) }),
        fc.record({ only: fc.constantFrom('1', '2', '3', '4', '5') }),
        fc.record({ to: fc.constantFrom('1', '2', '3', '4', '5') }),
        fc.constant({ all: true }),
      ),
      cascade: fc.boolean(),
      release: fc.constantFrom('atomic' as const, 'independent' as const),
    })
    .map(({ name, selection, ...rest }) => down(name, { ...selection, ...rest }))

  /** Everything applied, in the order of a release. */
  function settled(databases: readonly KnownDatabase[]): readonly KnownDatabase[] {
    const { parts } = planRelease(databases, { direction: 'up', release: 'independent' })
    return databases.map((each, index) => ({
      ...each,
      state: {
        ...(each.state as MigrationState),
        applied: (parts[index]?.plan.steps ?? []).map(({ migration: of }, at) => record(of, at + 1)),
      },
    }))
  }

  const recordsOf = (databases: readonly KnownDatabase[]) =>
    databases.flatMap(({ name, state }) =>
      (state as MigrationState).applied.map(({ id, dependsOn }) => ({
        name: `${name}:${id}`,
        needs: dependsOn.map(({ database: other = name, target }) => `${other}:${target}_m`),
      })),
    )

  it('that is allowed leaves nothing applied that depends on something that is not, at no step on the way', () => {
    fc.assert(
      fc.property(releases(), requests, (given, request) => {
        const databases = settled(given)
        const planned = planRelease(databases, request)
        const steps = stepsOf(planned)
        const staying = new Map(recordsOf(databases).map(({ name, needs }) => [name, needs]))
        const broken = () => [...staying].filter(([, needs]) => needs.some((need) => !staying.has(need)))
        const brokenOnTheWay = steps.some((step) => {
          staying.delete(step)
          return broken().length > 0
        })
        expect(brokenOnTheWay).toBe(blocking(planned).length > 0)
        if (request.cascade === true) expect(blocking(planned)).toEqual([])
        else expect(planned.parts.map((part) => part.database)).toEqual([request.database])
      }),
      { numRuns: 400 },
    )
  })
})
