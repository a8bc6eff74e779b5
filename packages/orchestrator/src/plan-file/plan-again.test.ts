import type { Migration, MigrationState } from '@whimbrel/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { database, migration, record, stepsOf } from '../../test/release-fixture.ts'
import { releases } from '../../test/release-graphs.ts'
import type { KnownDatabase } from '../plan/known-database.ts'
import { planRelease } from '../plan/plan-release.ts'
import type { UpPlanRequest } from '../plan/plan-up-release.ts'
import type { DownReleaseRequest } from '../release-request.ts'
import { planAgain } from './plan-again.ts'
import { readReleasePlan } from './read-release-plan.ts'
import { type ReleasePlanFile, releasePlanFile } from './release-plan-file.ts'

type Request = UpPlanRequest | DownReleaseRequest

const up: UpPlanRequest = { direction: 'up' }
const rollback: DownReleaseRequest = { direction: 'down', database: 'ontology', only: '1', cascade: true }

/** What comes back from the text of a file. */
function written(
  databases: readonly KnownDatabase[],
  request: Request,
  environment?: string,
): ReleasePlanFile {
  const plan = planRelease(databases, request)
  const file = releasePlanFile(plan, { request, databases, environment })
  return readReleasePlan(JSON.stringify(file, null, 2), 'release.json')
}

const settings = database('settings', ['1_a', '20_b needs ontology:1', '30_c'], { applied: ['1_a'] })
const ontology = database('ontology', ['1_a', '2_b'])
const graph = database('knowledge_graph', ['1_a'], { applied: ['1_a'] })
const databases = [settings, graph, ontology]

/** The same databases, one of them with other files or records. */
function but(
  name: string,
  change: (state: MigrationState) => Partial<MigrationState>,
  given: readonly KnownDatabase[] = databases,
): readonly KnownDatabase[] {
  return given.map((each) => {
    const state = each.state as MigrationState
    return each.name === name ? { ...each, state: { ...state, ...change(state) } } : each
  })
}

const edited = (id: string, change: Partial<Migration>) => (state: MigrationState) => ({
  available: state.available.map((each) => (each.id === id ? { ...each, ...change } : each)),
})

function moved(request: Request, now: readonly KnownDatabase[], given = databases): unknown {
  try {
    planAgain(written(given, request), { databases: now })
  } catch (error) {
    return error
  }
  throw new Error('nothing moved')
}

describe('a plan in a file', () => {
  it('says what is done, in which order, from where, with which SQL', () => {
    const { digest, databases: planned, ...file } = written(databases, up)
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(planned).toMatchObject([
      { name: 'settings', before: { newest: '1_a', records: 1 }, release: 'atomic', reason: null },
      { name: 'knowledge_graph', before: { newest: '1_a', records: 1 }, release: 'independent' },
      { name: 'ontology', before: { newest: null, records: 0 }, release: 'atomic', reason: null },
    ])
    const common = { direction: 'up', transactional: true, foreignKeys: false }
    expect(file).toEqual({
      plan: 2,
      direction: 'up',
      environment: null,
      release: 'atomic',
      allowOutOfOrder: false,
      acceptChangedDown: false,
      database: null,
      steps: [
        { database: 'ontology', id: '1_a', version: '1', checksum: 'sha256:up-1_a', ...common },
        { database: 'settings', id: '20_b', version: '20', checksum: 'sha256:up-20_b', ...common },
        { database: 'settings', id: '30_c', version: '30', checksum: 'sha256:up-30_c', ...common },
        { database: 'ontology', id: '2_b', version: '2', checksum: 'sha256:up-2_b', ...common },
      ],
    })
  })

  it('has the checksum of the down for a rollback', () => {
    const given = [database('ontology', ['1_a'], { applied: ['1_a'] })]
    expect(written(given, rollback)).toMatchObject({
      direction: 'down',
      database: 'ontology',
      steps: [{ id: '1_a', direction: 'down', checksum: 'sha256:down-1_a' }],
    })
  })

  it('is not written of a plan that must not be carried out', () => {
    expect(() => written([database('settings', ['1_a needs 9'])], up)).toThrow(
      expect.objectContaining({ code: 'DEPENDENCY_MISSING', message: '1_a needs 9 (not found)' }),
    )
  })
})

describe('a plan made again', () => {
  it('is the same plan where nothing moved, up and down, for any release', () => {
    const requests = fc.oneof(
      fc.record({
        direction: fc.constant('up' as const),
        release: fc.constantFrom('atomic' as const, 'independent' as const),
        steps: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        allowOutOfOrder: fc.boolean(),
      }),
      fc.record({
        direction: fc.constant('down' as const),
        database: fc.constantFrom('settings', 'ontology'),
        release: fc.constantFrom('atomic' as const, 'independent' as const),
        steps: fc.integer({ min: 1, max: 5 }),
        cascade: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(releases(), requests, fc.nat(15), (given, request, count) => {
        const order = planRelease(given, { direction: 'up', release: 'independent' })
        const done = order.phases.flatMap(({ steps }) => steps).slice(0, count)
        const now = given.map((each) => ({
          ...each,
          state: {
            ...(each.state as MigrationState),
            applied: done
              .filter(({ database: name }) => name === each.name)
              .map(({ step }, at) => record(step.migration, at + 1)),
          },
        }))
        const plan = planRelease(now, request)
        const findings = [...plan.findings, ...plan.parts.flatMap((part) => part.plan.findings)]
        if (findings.some(({ blocking }) => blocking)) return
        expect(planAgain(written(now, request), { databases: now })).toEqual(plan)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves out what was added since behind its steps, also where it had nothing to do', () => {
    const now = but('knowledge_graph', ({ available }) => ({ available: [...available, migration('2_new')] }))
    const later = but(
      'settings',
      ({ available }) => ({ available: [...available, migration('40_new')] }),
      now,
    )
    const plan = planAgain(written(databases, up), { databases: later })
    expect(stepsOf(plan)).toEqual(['ontology:1_a', 'settings:20_b', 'settings:30_c', 'ontology:2_b'])
    expect(plan.parts[1]?.plan).toMatchObject({ before: '1_a', after: '1_a', steps: [] })
  })

  it.each<[string, readonly KnownDatabase[]]>([
    [
      'settings is at 20_b now, and the plan begins at 1_a',
      but('settings', ({ available }) => ({
        applied: available.slice(0, 2).map((each, at) => record(each, at + 1)),
      })),
    ],
    [
      'knowledge_graph is at nothing now, and the plan begins at 1_a',
      but('knowledge_graph', () => ({ applied: [] })),
    ],
    [
      'settings has 2 applied migrations now, and the plan begins with 1',
      but('settings', ({ applied }) => ({ applied: [record(migration('0_z'), 0), ...applied] })),
    ],
    [
      'settings is still at 1_a, but the ids or checksums of its records are others than those of the plan',
      but('settings', ({ applied }) => ({
        applied: applied.map((each) => ({ ...each, checksum: 'sha256:x' })),
      })),
    ],
    [
      '1_a of settings is in doubt now',
      but('settings', ({ applied }) => ({
        applied: applied.map((each) => ({ ...each, state: 'in-doubt' })),
      })),
    ],
    ['There is no database ontology any more', databases.slice(0, 2)],
    [
      'settings:30_c was edited since the plan was made',
      but('settings', edited('30_c', { checksum: 'sha256:x' })),
    ],
    [
      'The plan says settings:30_c, and now settings:25_new would be next',
      but('settings', ({ available }) => ({ available: [...available, migration('25_new')] })),
    ],
    [
      'The file of settings:20_b is missing now',
      but('settings', ({ available }) => ({ available: available.filter(({ id }) => id !== '20_b') })),
    ],
    [
      'The file of ontology:2_b is missing now',
      but('ontology', ({ available }) => ({ available: available.slice(0, 1) })),
    ],
    [
      'settings:30_c declares another "Transaction" now; settings was atomic in the plan, and now it is independent ' +
        '(30_c is declared "Transaction: none"); ontology was atomic in the plan, and now it is independent ' +
        '(no other database of this run can be undone with it)',
      but('settings', edited('30_c', { transactional: false })),
    ],
    [
      'settings was atomic in the plan, and now it is independent (no other database of this run can be undone with ' +
        'it); ontology was atomic in the plan, and now it is independent ("transaction" is "each" in the manifest: one for every migration)',
      [settings, graph, { ...ontology, transaction: 'each' }],
    ],
  ])('is refused where something moved: %s', (message, now) => {
    expect(moved(up, now)).toMatchObject({
      code: 'STATE_MOVED',
      message,
      hint: 'Look at what changed, then make a new plan with "whimbrel plan --out FILE"',
      details: { moved: message.split('; ') },
    })
  })

  it('is refused where a down was edited, or something else depends on what goes', () => {
    const given = [
      database('settings', ['1_a'], { applied: ['1_a'] }),
      database('ontology', ['1_a', '2_b'], { applied: ['1_a', '2_b'] }),
    ]
    const request: DownReleaseRequest = { direction: 'down', database: 'ontology' }
    const kept = { reversible: false, downChecksum: 'sha256:x', fingerprint: 'other' }
    expect(moved(request, but('ontology', edited('2_b', kept), given), given)).toMatchObject({
      code: 'STATE_MOVED',
      message: 'The down of ontology:2_b was edited since the plan was made',
      hint: 'Look at what changed, then make a new plan with "whimbrel down --db ontology --dry-run --out FILE"',
    })
    const dependent = record(migration('1_a needs ontology:2'), 1)
    const now = but('settings', () => ({ applied: [dependent] }), given)
    expect(planAgain(written(given, request), { databases: now }).findings).toMatchObject([
      { code: 'HAS_DEPENDENTS', blocking: true },
    ])
  })

  it('is refused in another environment, and where a database cannot be read', () => {
    const file = written(databases, up, 'production')
    expect(() => planAgain(file, { databases, environment: 'staging' })).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'The plan was made for the environment production, and this run is for staging',
        hint: 'Run it with --env production, or make a plan for this environment',
      }),
    )
    expect(() => planAgain(written(databases, up), { databases, environment: 'staging' })).toThrow(
      'The plan was made without an environment, and this run is for staging',
    )
    const unread = databases.map((each) => ({ ...each, state: { unknown: 'its file cannot be opened' } }))
    expect(() => planAgain(file, { databases: unread, environment: 'production' })).toThrow(
      expect.objectContaining({ code: 'DATABASE_UNREACHABLE' }),
    )
  })
})

describe('the text of a plan', () => {
  const text = JSON.stringify(written(databases, up))

  it.each([
    ['', 'release.json is not a plan'],
    ['[]', 'release.json is not a plan'],
    ['null', 'release.json is not a plan'],
    ['{"plan":2}', 'release.json is not a plan'],
    [
      '{"plan":1,"environment":null,"allowOutOfOrder":false,"databases":[]}',
      'release.json is a plan of form 1, which an older version made: it does not say where its databases began',
    ],
    ['{"plan":3}', 'release.json is a plan of form 3, and this version knows form 2'],
  ])('is refused where it is none of this form: %s', (given, message) => {
    expect(() => readReleasePlan(given, 'release.json')).toThrow(
      expect.objectContaining({ code: 'USAGE', message }),
    )
  })

  it('may be laid out anew, with its keys in any order', () => {
    const backwards = Object.fromEntries(Object.entries(JSON.parse(text)).reverse())
    expect(readReleasePlan(JSON.stringify(backwards, null, 4), 'release.json')).toEqual(JSON.parse(text))
  })

  it('is refused after any edit', () => {
    const edit = (value: unknown): unknown =>
      typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1 : `${value}x`
    const paths: (readonly (string | number)[])[] = []
    const collect = (value: unknown, path: readonly (string | number)[]): void => {
      if (value === null || typeof value !== 'object') paths.push(path)
      else for (const [key, part] of Object.entries(value)) collect(part, [...path, key])
    }
    collect(JSON.parse(text), [])
    expect(paths.length).toBeGreaterThan(40)
    for (const path of paths) {
      const content = JSON.parse(text)
      const parent = path.slice(0, -1).reduce((value, key) => value[key], content)
      const key = path.at(-1) ?? ''
      parent[key] = edit(parent[key])
      expect(() => readReleasePlan(JSON.stringify(content), 'release.json'), path.join('.')).toThrow(
        expect.objectContaining({ code: 'USAGE' }),
      )
    }
    const added = { ...JSON.parse(text), more: 1 }
    expect(() => readReleasePlan(JSON.stringify(added), 'release.json')).toThrow(
      'release.json was edited after the plan was made',
    )
  })
})
