import { describe, expect, it } from 'vitest'
import { blocking, database, migration, phasesOf, record, stepsOf } from '../../test/release-fixture.ts'
import type { KnownDatabase } from './known-database.ts'
import { planRelease } from './plan-release.ts'
import type { UpPlanRequest } from './plan-up-release.ts'

const independent: UpPlanRequest = { direction: 'up', release: 'independent' }
const atomic: UpPlanRequest = { direction: 'up', release: 'atomic' }

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}_m`)

describe('the order of a release', () => {
  it('is that of each database, one after the other, where nothing depends across them', () => {
    const databases = [database('settings', ['10_x', '2_a']), database('ontology', ['001_a', '002_b'])]
    const planned = planRelease(databases, independent)
    expect(stepsOf(planned)).toEqual(['settings:2_a', 'settings:10_x', 'ontology:001_a', 'ontology:002_b'])
    expect(blocking(planned)).toEqual([])
  })

  it('turns to another database only for what a step needs, with what comes before it there', () => {
    const databases = [
      database('settings', ['001_a', '002_b needs ontology:002', '003_c']),
      database('knowledge_graph', ['001_a']),
      database('ontology', ['001_a', '002_b', '003_c']),
    ]
    expect(phasesOf(planRelease(databases, independent))).toEqual([
      'independent settings:001_a',
      'independent ontology:001_a ontology:002_b',
      'independent settings:002_b settings:003_c',
      'independent knowledge_graph:001_a',
      'independent ontology:003_c',
    ])
  })

  it('follows a chain that goes to and fro between databases', () => {
    const databases = [
      database('settings', ['1_a', '2_b needs ontology:2', '3_c needs ontology:4']),
      database('ontology', ['1_a needs settings:1', '2_b', '3_c needs settings:2', '4_d']),
    ]
    expect(stepsOf(planRelease(databases, independent))).toEqual([
      'settings:1_a',
      'ontology:1_a',
      'ontology:2_b',
      'settings:2_b',
      'ontology:3_c',
      'ontology:4_d',
      'settings:3_c',
    ])
  })

  it('lets only what is needed earlier overtake, where a dependency contradicts the order of the versions', () => {
    const databases = [
      database('settings', ['1_a', '2_b needs ontology:1', '3_c', '4_d']),
      database('ontology', ['1_a needs settings:4_d']),
    ]
    const planned = planRelease(databases, independent)
    expect(stepsOf(planned)).toEqual([
      'settings:1_a',
      'settings:4_d',
      'ontology:1_a',
      'settings:2_b',
      'settings:3_c',
    ])
    expect(planned.parts[0]?.plan.after).toBe('3_c')
  })

  it('does not call a rest out of order that a dependency across databases made wait', () => {
    const migrations = ['1_a', '2_b needs ontology:1', '3_c', '4_d']
    const databases = [
      database('settings', migrations, { applied: ['1_a', '4_d'] }),
      database('ontology', ['1_a needs settings:4_d']),
    ]
    const planned = planRelease(databases, independent)
    expect(blocking(planned)).toEqual([])
    expect(stepsOf(planned)).toEqual(['ontology:1_a', 'settings:2_b', 'settings:3_c'])
    const odd = [database('settings', migrations, { applied: ['1_a', '3_c'] }), databases[1] as KnownDatabase]
    expect(blocking(planRelease(odd, independent))).toEqual([
      'OUT_OF_ORDER 4_d is pending but sorts before 3_c, which is applied',
      'OUT_OF_ORDER 2_b is pending but sorts before 3_c, which is applied',
    ])
    expect(blocking(planRelease(odd, { ...independent, allowOutOfOrder: true }))).toEqual([])
  })

  it('takes a dependency that names its own database for one of its own', () => {
    const databases = [database('settings', ['1_a needs settings:2', '2_b'])]
    expect(stepsOf(planRelease(databases, independent))).toEqual(['settings:2_b', 'settings:1_a'])
  })

  it('holds for 20,000 steps in a chain to and fro, and for 2,000 databases in a row', () => {
    const chain = [
      database(
        'settings',
        numbered(10_000).map((id, index) => (index === 0 ? id : `${id} needs ontology:${index}`)),
      ),
      database(
        'ontology',
        numbered(10_000).map((id, index) => `${id} needs settings:${index + 1}`),
      ),
    ]
    const steps = stepsOf(planRelease(chain, atomic))
    expect(steps).toHaveLength(20_000)
    expect(steps.slice(-2)).toEqual(['settings:10000_m', 'ontology:10000_m'])
    const row = Array.from({ length: 2_000 }, (_, index) =>
      database(`d${index}`, [index === 1_999 ? '1_m' : `1_m needs d${index + 1}:1`]),
    )
    const planned = planRelease(row, independent)
    expect(stepsOf(planned)[0]).toBe('d1999:1_m')
    expect(planned.phases).toHaveLength(2_000)
  })
})

describe('what a release refuses', () => {
  it('prints a circle through several databases', () => {
    const databases = [
      database('settings', ['003_x', '004_a needs ontology:007']),
      database('ontology', ['006_y', '007_b needs settings:004_a']),
    ]
    const planned = planRelease(databases, independent)
    expect(planned.findings).toMatchObject([
      {
        code: 'DEPENDENCY_CYCLE',
        database: 'settings',
        migration: '004_a',
        message:
          'Migrations depend on each other in a circle: settings:004_a → ontology:007_b → settings:004_a',
        hint: 'Take one of these out of a Depends-On line',
        blocking: true,
      },
    ])
  })

  it('leaves a circle alone that the run has nothing to do with', () => {
    const databases = [
      database('settings', ['1_a']),
      database('ontology', ['1_a needs knowledge_graph:1']),
      database('knowledge_graph', ['1_a needs ontology:1']),
    ]
    expect(blocking(planRelease(databases, { ...independent, databases: ['settings'] }))).toEqual([])
    expect(blocking(planRelease(databases, { ...independent, databases: ['ontology'] }))[0]).toBe(
      'DEPENDENCY_CYCLE Migrations depend on each other in a circle: ontology:1_a → knowledge_graph:1_a → ontology:1_a',
    )
  })

  it('names what does not exist, in which database, and the database that was meant', () => {
    const databases = [
      database('settings', ['004_x needs ontology:009, ontologi:2']),
      database('ontology', ['1_a']),
    ]
    const { findings } = planRelease(databases, independent)
    expect(findings.map(({ code, message, hint }) => [code, message, hint])).toEqual([
      [
        'DEPENDENCY_MISSING',
        'settings:004_x needs ontology:009 (not found)',
        'Add the migration it needs, or correct the Depends-On line of 004_x; write ?ontology:009 for "if present"',
      ],
      [
        'DEPENDENCY_MISSING',
        'settings:004_x needs ontologi:2 (no such database)',
        'Did you mean ontology? Known: settings, ontology. Correct the Depends-On line of 004_x',
      ],
    ])
  })

  it('ignores a conditional dependency whose target is absent and follows one that is present', () => {
    const settings = database('settings', ['1_a needs ?ontology:9, ?other:1'])
    const absent = planRelease([settings, database('ontology', ['1_a'])], independent)
    expect([blocking(absent), stepsOf(absent)]).toEqual([[], ['settings:1_a', 'ontology:1_a']])
    const present = planRelease([settings, database('ontology', ['9_z'])], independent)
    expect([blocking(present), stepsOf(present)]).toEqual([[], ['ontology:9_z', 'settings:1_a']])
  })

  it('says that what a step needs is skipped here', () => {
    const databases = [
      database('settings', ['1_a needs ontology:2', '2_b needs ?ontology:2']),
      database('ontology', [migration('2_b', { environments: ['development'] })]),
    ]
    expect(blocking(planRelease(databases, independent))).toEqual([
      'DEPENDENCY_MISSING settings:1_a needs ontology:2 (skipped here: only for development)',
    ])
    expect(stepsOf(planRelease(databases, { ...independent, environment: 'development' }))[0]).toBe(
      'ontology:2_b',
    )
  })

  it('skips what is for the engine of another database', () => {
    const databases = [
      database('settings', [migration('1_a', { engine: 'postgres' }), '2_b']),
      database('ontology', [migration('1_a', { engine: 'postgres' })], { engine: 'postgres' }),
    ]
    const planned = planRelease(databases, independent)
    expect(stepsOf(planned)).toEqual(['settings:2_b', 'ontology:1_a'])
    expect(planned.parts[0]?.plan.skipped).toMatchObject([{ id: '1_a', reason: 'only for postgres' }])
  })
})

describe('a release of some databases', () => {
  const databases = [
    database('settings', ['001_a', '002_b needs ontology:002']),
    database('knowledge_graph', ['001_a']),
    database('ontology', ['001_a needs knowledge_graph:1', '002_b', '003_c']),
  ]

  it('touches no other one', () => {
    const planned = planRelease(databases, { ...atomic, databases: ['knowledge_graph'] })
    expect(planned.parts.map((part) => part.database)).toEqual(['knowledge_graph'])
    expect(phasesOf(planned)).toEqual(['independent knowledge_graph:001_a'])
  })

  it('says which other databases it needs, all of them at once', () => {
    const { findings } = planRelease(databases, { ...independent, databases: ['settings'] })
    expect(findings).toEqual([
      {
        database: 'settings',
        code: 'DEPENDENCY_OUTSIDE',
        migration: '002_b',
        message: 'settings:002_b needs ontology:002, which is pending, and ontology is not part of this run',
        hint: 'Add --db knowledge_graph --db ontology, or leave out --db to take all databases',
        blocking: true,
        details: { needs: 'ontology:002' },
      },
    ])
  })

  it('needs nothing of a database where it is applied already', () => {
    const applied = database('ontology', ['001_a', '002_b', '003_c'], { applied: ['001_a', '002_b'] })
    const given = [...databases.slice(0, 2), applied]
    const planned = planRelease(given, { ...independent, databases: ['settings'] })
    expect([blocking(planned), stepsOf(planned)]).toEqual([[], ['settings:001_a', 'settings:002_b']])
  })

  it('accepts a record whose file is gone', () => {
    const given = [...databases.slice(0, 2), database('ontology', [], { applied: ['002_old'] })]
    expect(blocking(planRelease(given, { ...independent, databases: ['settings'] }))).toEqual([])
  })

  it('says that a limit keeps away what is needed', () => {
    const limits = new Map([
      ['ontology', { to: '1' }],
      ['settings', { steps: 1 }],
    ])
    const within = planRelease(databases, { ...independent, limits })
    expect([blocking(within), stepsOf(within)]).toEqual([
      [],
      ['settings:001_a', 'knowledge_graph:001_a', 'ontology:001_a'],
    ])
    const { findings } = planRelease(databases, {
      ...independent,
      limits: new Map([['ontology', { to: '1' }]]),
    })
    expect(findings).toMatchObject([
      {
        code: 'DEPENDENCY_OUTSIDE',
        message: 'settings:002_b needs ontology:002, which is pending and behind the limit of this run',
        hint: 'Raise --to or --steps so that ontology reaches 002_b, or leave it out',
      },
    ])
  })

  it('says that another database could not be looked at, if something depends on it', () => {
    const state = { unknown: 'its file cannot be opened' }
    const given = [...databases.slice(0, 2), database('ontology', [], { state })]
    expect(blocking(planRelease(given, { ...independent, databases: ['settings'] }))).toEqual([
      'DEPENDENCY_OUTSIDE settings:002_b needs ontology:002, and ontology could not be looked at: its file cannot be opened',
    ])
    expect(blocking(planRelease(given, { ...independent, databases: ['knowledge_graph'] }))).toEqual([])
    expect(blocking(planRelease(given, { ...independent, databases: ['ontology'] }))).toEqual([
      'DATABASE_UNREACHABLE ontology could not be looked at: its file cannot be opened',
    ])
    const absent = { ...state, available: [migration('1_a')] }
    const known = [...databases.slice(0, 2), database('ontology', [], { state: absent })]
    expect(blocking(planRelease(known, { ...independent, databases: ['settings'] }))).toEqual([
      'DEPENDENCY_MISSING settings:002_b needs ontology:002 (not found)',
    ])
  })

  it('counts what is in doubt elsewhere as neither applied nor pending', () => {
    const doubted = record(migration('002_b'), 1, { state: 'in-doubt' })
    const state = { available: [migration('002_b')], applied: [doubted] }
    const given = [...databases.slice(0, 2), database('ontology', [], { state })]
    const { findings } = planRelease(given, { ...independent, databases: ['settings'] })
    expect(findings).toMatchObject([
      {
        code: 'DEPENDENCY_OUTSIDE',
        message: 'settings:002_b needs ontology:002, which is in doubt',
        hint: 'Settle 002_b first: "whimbrel status --db ontology" lists the ways',
      },
    ])
  })

  it('refuses a name that no database has, a name twice, and a limit that makes no sense', () => {
    const refused = (request: Partial<UpPlanRequest>, given = databases) => {
      try {
        planRelease(given, { ...independent, ...request })
      } catch (error) {
        return error
      }
      throw new Error('nothing was refused')
    }
    expect(refused({ databases: ['ontologi'] })).toMatchObject({
      code: 'DATABASE_UNKNOWN',
      message: 'There is no database "ontologi"',
      hint: 'Did you mean ontology? Known: settings, knowledge_graph, ontology',
    })
    expect(refused({ limits: new Map([['x', {}]]) })).toMatchObject({ code: 'DATABASE_UNKNOWN' })
    expect(refused({}, [...databases, ...databases.slice(0, 1)])).toMatchObject({ code: 'USAGE' })
    expect(refused({ limits: new Map([['settings', { to: '9' }]]) })).toMatchObject({
      code: 'MIGRATION_UNKNOWN',
      message: 'settings: There is no migration "9"',
      details: { database: 'settings' },
    })
  })
})

describe('an atomic release', () => {
  const plain = (name: string) => database(name, ['1_a', '2_b'])

  it('is one phase of all databases that have something to do', () => {
    const done = database('knowledge_graph', ['1_a'], { applied: ['1_a'] })
    const planned = planRelease([plain('settings'), done, plain('ontology')], atomic)
    expect(phasesOf(planned)).toEqual(['atomic settings:1_a settings:2_b ontology:1_a ontology:2_b'])
    expect(planned.phases[0]?.databases).toEqual(['settings', 'ontology'])
    expect(planned.parts.map(({ release, reason }) => [release, reason])).toEqual([
      ['atomic', undefined],
      ['independent', undefined],
      ['atomic', undefined],
    ])
  })

  it('of one database is what the database does on its own', () => {
    const planned = planRelease([plain('settings'), database('ontology', [])], atomic)
    expect(phasesOf(planned)).toEqual(['independent settings:1_a settings:2_b'])
    expect(planned.parts[0]).toMatchObject({ release: 'independent', reason: undefined })
  })

  it.each<[string, KnownDatabase]>([
    [
      '2_b is declared "Transaction: none"',
      database('ontology', ['1_a', migration('2_b', { transactional: false })]),
    ],
    [
      '2_b is declared "Foreign-Keys: on" and 1_a is not: they cannot share a transaction',
      database('ontology', ['1_a', migration('2_b', { foreignKeys: true })]),
    ],
    [
      '2_b cannot be undone: mysql commits at CREATE TABLE',
      database('ontology', ['1_a', migration('2_b', { transactional: false, commits: 'CREATE TABLE' })], {
        transactionalDdl: false,
        engine: 'mysql',
      }),
    ],
    [
      'mysql undoes rows only in tables of some storage engines, and commits at every change of the schema',
      database('ontology', ['1_a', '2_b'], { transactionalDdl: false, engine: 'mysql' }),
    ],
    [
      '"transaction" is "each" in the manifest: one for every migration',
      database('ontology', ['1_a', '2_b'], { transaction: 'each' }),
    ],
  ])('lets a database stand alone behind it and says why: %s', (reason, alone) => {
    const planned = planRelease([alone, plain('settings'), plain('knowledge_graph')], atomic)
    expect(phasesOf(planned)).toEqual([
      'atomic settings:1_a settings:2_b knowledge_graph:1_a knowledge_graph:2_b',
      'independent ontology:1_a ontology:2_b',
    ])
    expect(planned.parts[0]).toMatchObject({ release: 'independent', reason })
    expect(blocking(planned)).toEqual([])
  })

  it('keeps a database whose migrations all enforce foreign keys', () => {
    const enforced = database('ontology', [migration('1_a', { foreignKeys: true })])
    expect(phasesOf(planRelease([plain('settings'), enforced], atomic))).toHaveLength(1)
  })

  it('runs what it depends on before it, and the rest of that database behind it', () => {
    const alone = database('ontology', ['1_a', migration('2_b', { transactional: false }), '3_c'])
    const databases = [database('settings', ['1_a', '2_b needs ontology:2']), plain('knowledge_graph'), alone]
    expect(phasesOf(planRelease(databases, atomic))).toEqual([
      'independent ontology:1_a ontology:2_b',
      'atomic settings:1_a settings:2_b knowledge_graph:1_a knowledge_graph:2_b',
      'independent ontology:3_c',
    ])
  })

  it('cannot be where it and a database that stands alone need each other', () => {
    const alone = database('ontology', [
      '1_a needs settings:1',
      migration('2_b', { transactional: false }),
      '3_c',
    ])
    const databases = [database('settings', ['1_a', '2_b needs ontology:3']), plain('knowledge_graph'), alone]
    const { findings } = planRelease(databases, atomic)
    expect(findings).toMatchObject([
      {
        code: 'ATOMIC_IMPOSSIBLE',
        database: 'ontology',
        migration: '3_c',
        message:
          'settings, knowledge_graph and ontology cannot be one atomic run: settings:2_b needs ontology:3_c, which comes ' +
          'after ontology:1_a, and that needs settings:1_a; but ontology is on its own: 2_b is declared "Transaction: none"',
        hint: 'Run them one after the other with --independent, or in two runs with --to',
        blocking: true,
      },
    ])
    expect(blocking(planRelease(databases, independent))).toEqual([])
  })

  it('lets a database in which nothing is undone come last, behind those that stand alone for another reason', () => {
    const lasting = database('ontology', ['1_a'], { transactionalDdl: false, engine: 'mysql' })
    const each = database('events', ['1_a'], { transaction: 'each' })
    const order = (databases: readonly KnownDatabase[]) => phasesOf(planRelease(databases, atomic))
    expect(order([lasting, each, plain('settings'), plain('knowledge_graph')])).toEqual([
      'atomic settings:1_a settings:2_b knowledge_graph:1_a knowledge_graph:2_b',
      'independent events:1_a',
      'independent ontology:1_a',
    ])
    // Nobody is there to agree with, and all the same it comes behind what can fail and be undone.
    expect(order([lasting, plain('settings')])).toEqual([
      'independent settings:1_a settings:2_b',
      'independent ontology:1_a',
    ])
    expect(phasesOf(planRelease([lasting, plain('settings')], independent))).toEqual([
      'independent ontology:1_a',
      'independent settings:1_a settings:2_b',
    ])
  })

  it('says why a database in which nothing is undone does not come last: another one needs it', () => {
    const lasting = database('ontology', ['1_a', '2_b', '3_c needs settings:2'], {
      transactionalDdl: false,
      engine: 'mysql',
    })
    const databases = [
      lasting,
      database('settings', ['1_a', '2_b needs ontology:2']),
      plain('knowledge_graph'),
    ]
    const planned = planRelease(databases, atomic)
    expect(phasesOf(planned)).toEqual([
      'independent ontology:1_a ontology:2_b',
      'atomic settings:1_a settings:2_b knowledge_graph:1_a knowledge_graph:2_b',
      'independent ontology:3_c',
    ])
    expect(planned.parts[0]?.reason).toBe(
      'mysql undoes rows only in tables of some storage engines, and commits at every change of the schema; ' +
        '2_b comes before the others, because settings:2_b needs it',
    )
  })

  it('takes in a database of which only its engine says "each"', () => {
    const server = database('events', ['1_a'], { transaction: undefined, engine: 'postgres' })
    expect(phasesOf(planRelease([plain('settings'), server], atomic))).toEqual([
      'atomic settings:1_a settings:2_b events:1_a',
    ])
  })

  it('leaves nobody alone without a word when only one database could take part', () => {
    const alone = database('ontology', [migration('1_a', { transactional: false })])
    const planned = planRelease([plain('settings'), alone], atomic)
    expect(planned.parts.map(({ release, reason }) => [release, reason])).toEqual([
      ['independent', 'no other database of this run can be undone with it'],
      ['independent', '1_a is declared "Transaction: none"'],
    ])
  })

  it('refuses to divide a database that keeps or undoes all of its run', () => {
    const databases = [
      database('settings', ['1_a', '2_b needs ontology:1'], { transaction: 'all' }),
      database('ontology', ['1_a needs settings:1']),
    ]
    expect(blocking(planRelease(databases, independent))).toEqual([
      'ATOMIC_IMPOSSIBLE settings cannot keep or undo all its migrations in one transaction ("transaction": "all"): ' +
        '2_b has to wait for another database',
    ])
    expect(blocking(planRelease(databases, atomic))).toEqual([])
  })
})
