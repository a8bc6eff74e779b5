import { describe, expect, it } from 'vitest'
import { migrate, openDatabase, openDatabases, status } from '../src/index.ts'
import { Application, migration, refusalOf, table } from './application.ts'

async function migrated(): Promise<Application> {
  const application = new Application()
  await migrate(application.place)
  return application
}

describe('the mode check', () => {
  it('fails where a migration is pending, names it and its database, and writes nothing', async () => {
    const application = await migrated()
    application.write('ontology/002_create_links.sql', table('links'))
    const before = application.snapshot()
    for (const call of [migrate, openDatabases]) {
      const { code, message, details } = await refusalOf(call({ ...application.place, mode: 'check' }))
      expect([code, message]).toEqual(['PENDING', 'ontology: One migration is pending: 002_create_links'])
      expect(details).toMatchObject({ database: 'ontology', migration: '002_create_links' })
    }
    expect(application.snapshot()).toEqual(before)
    expect(application.openFiles()).toEqual([])
  })

  it('makes no database, and no directory for one', async () => {
    const application = new Application()
    const before = application.snapshot()
    const refused = await refusalOf(openDatabases({ ...application.place, mode: 'check' }))
    const { code, message, hint, details } = refused
    expect([code, hint]).toEqual(['PENDING', 'Run "whimbrel up", then start the application again'])
    expect(message).toBe(
      'settings: 2 migrations are pending: 001_create_users, 002_create_roles (and 2 more of the databases)',
    )
    expect(details.problems).toMatchObject([{ code: 'PENDING' }, { code: 'PENDING' }, { code: 'PENDING' }])
    expect(application.snapshot()).toEqual(before)
  })

  it('fails where an applied migration was edited, and writes nothing', async () => {
    const application = await migrated()
    application.write('graph/001_create_nodes.sql', table('knots'))
    const before = application.snapshot()
    const { code, details } = await refusalOf(migrate({ ...application.place, mode: 'check' }))
    expect(code).toBe('CHECKSUM_CHANGED')
    expect(details).toMatchObject({ database: 'graph', migration: '001_create_nodes' })
    expect(application.snapshot()).toEqual(before)
  })

  it('opens what is current, without touching a byte', async () => {
    const application = await migrated()
    const before = application.snapshot()
    const opened = await openDatabases({ ...application.place, mode: 'check', databases: ['settings'] })
    expect(opened.settings.prepare('SELECT * FROM roles').all()).toEqual([])
    expect(opened.report).toMatchObject({ mode: 'check', databases: [{ outcome: 'looked-at', pending: [] }] })
    opened.close()
    expect(application.snapshot()).toEqual(before)
  })
})

describe('the mode baseline', () => {
  /** Databases that were made by hand, as their migrations would have made them. */
  function handmade(): Application {
    const application = new Application()
    application.makeByHand(
      'settings',
      'CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE TABLE roles (id INTEGER PRIMARY KEY)',
    )
    application.makeByHand('graph', 'CREATE TABLE nodes (id INTEGER PRIMARY KEY)')
    application.makeByHand('ontology', 'CREATE TABLE terms (id INTEGER PRIMARY KEY)')
    return application
  }

  it('records without executing, and says what', async () => {
    const application = handmade()
    const report = await migrate({
      ...application.place,
      mode: 'baseline',
      baseline: { settings: '002', graph: '001_create_nodes' },
      application: 'aviary',
    })
    expect(report).toMatchObject({
      mode: 'baseline',
      databases: [
        { name: 'settings', outcome: 'baselined', before: null, after: '002_create_roles', pending: [] },
        {
          name: 'graph',
          outcome: 'baselined',
          migrations: ['001_create_nodes'],
          pending: ['002_create_edges'],
        },
        { name: 'ontology', outcome: 'looked-at', migrations: [], after: null },
      ],
    })
    expect(application.tables('graph')).toEqual(['nodes'])
    expect(application.applied('settings')).toEqual(['001_create_users', '002_create_roles'])
    const reasons = application.with('settings', (database) =>
      database.prepare('SELECT DISTINCT outcome, reason FROM schema_migrations_history').raw().all(),
    )
    expect(reasons).toEqual([['recorded', 'baseline by aviary']])
  })

  it('gives a handle only where nothing is left to apply, and can be repeated', async () => {
    const application = handmade()
    const options = { ...application.place, mode: 'baseline', baseline: { graph: '1' } } as const
    const { code, details } = await refusalOf(openDatabase('graph', options))
    expect([code, details.database, details.migration]).toEqual(['PENDING', 'graph', '002_create_edges'])
    expect(application.openFiles()).toEqual([])
    const graph = await openDatabase('graph', application.place)
    expect(graph.prepare('SELECT * FROM edges').all()).toEqual([])
    graph.close()
    const again = await migrate({ ...options, databases: ['graph'] })
    expect(again.databases).toMatchObject([{ outcome: 'looked-at', after: '002_create_edges' }])
    application.write('graph/003_more.sql', table('more'))
    const late = await refusalOf(migrate({ ...options, baseline: 'latest', databases: ['graph'] }))
    expect([late.code, late.details.database]).toEqual(['HISTORY_EXISTS', 'graph'])
  })

  it('is recorded once where several do it at once', async () => {
    const application = handmade()
    const baseline = { ...application.place, mode: 'baseline', baseline: 'latest' } as const
    const reports = await Promise.all([1, 2, 3].map(() => migrate({ ...baseline, databases: ['settings'] })))
    const outcomes = reports.map(({ databases }) => databases[0]?.outcome)
    expect(outcomes.sort()).toEqual(['baselined', 'looked-at', 'looked-at'])
    expect(application.applied('settings')).toEqual(['001_create_users', '002_create_roles'])
  })

  it('refuses where there is no database, or no such migration, before it records anything', async () => {
    const application = handmade()
    application.remove('data/ontology.db')
    const before = application.snapshot()
    const baseline = { ...application.place, mode: 'baseline' } as const
    const missing = await refusalOf(migrate({ ...baseline, baseline: 'latest' }))
    expect([missing.code, missing.details.database]).toEqual(['DATABASE_MISSING', 'ontology'])
    const unknown = await refusalOf(
      migrate({ ...baseline, databases: ['settings', 'graph'], baseline: { settings: '1', graph: '9' } }),
    )
    expect([unknown.code, unknown.details.database]).toEqual(['MIGRATION_UNKNOWN', 'graph'])
    expect(application.snapshot()).toEqual(before)
  })
})

describe('an application that is older than a database', () => {
  it.each(['migrate', 'check', 'baseline'] as const)(
    'is refused in the mode %s with both versions, and nothing changes',
    async (mode) => {
      const application = new Application()
      application.write('graph/900_newer.sql', table('newer'))
      await migrate({ ...application.place, databases: ['graph'] })
      application.remove('graph/900_newer.sql')
      application.write('graph/003_create_labels.sql', table('labels'))
      const before = application.snapshot()
      const baseline = mode === 'baseline' ? ('latest' as const) : undefined
      const { code, message, details } = await refusalOf(
        openDatabases({ ...application.place, mode, baseline }),
      )
      expect(code).toBe('DATABASE_AHEAD')
      expect(message).toBe(
        'graph: The database is at 900_newer, this application only knows 003_create_labels: the application is older',
      )
      expect(details).toMatchObject({
        database: 'graph',
        migration: '900_newer',
        application: '003_create_labels',
      })
      expect(application.snapshot()).toEqual(before)
      expect(application.openFiles()).toEqual([])
    },
  )

  it('is refused where the newer one was faster', async () => {
    const application = new Application({ notes: { '001_create_notes': table('notes') } })
    await migrate(application.place)
    application.write('notes/002_create_tags.sql', table('tags'))
    const events: string[] = []
    const { code } = await refusalOf(
      openDatabases({
        ...application.place,
        onEvent: ({ type }) => {
          events.push(type)
          if (type === 'run-finished') {
            application.with('notes', (database) => {
              database.exec(`UPDATE schema_migrations SET version = 900, id = '900_newer' WHERE version = 2`)
            })
          }
        },
      }),
    )
    expect(events).toContain('committed')
    expect(code).toBe('DATABASE_AHEAD')
    expect(application.openFiles()).toEqual([])
  })
})

describe('status', () => {
  it('tells of every database where it stands, and of one that cannot be read that it cannot', async () => {
    const application = await migrated()
    application.write('settings/003_more.sql', table('more'))
    application.remove('data/graph.db')
    application.write('data/ontology.db', 'this is no database, and long enough to be told from an empty one')
    const before = application.snapshot()
    expect(await status(application.place)).toMatchObject([
      {
        name: 'settings',
        table: 'schema_migrations',
        exists: true,
        current: '002_create_roles',
        applied: ['001_create_users', '002_create_roles'],
        pending: ['003_more'],
        problem: { code: 'PENDING' },
      },
      { name: 'graph', exists: false, current: null, applied: [], problem: { code: 'PENDING' } },
      { name: 'ontology', problem: { code: 'DATABASE_INVALID' } },
    ])
    expect(application.snapshot()).toEqual(before)
  })

  it('has no problem where all is well', async () => {
    const application = await migrated()
    const standings = await status({ ...application.place, databases: ['graph', 'settings'] })
    expect(standings.map(({ name, problem }) => [name, problem])).toEqual([
      ['settings', undefined],
      ['graph', undefined],
    ])
  })
})

describe('a protected environment', () => {
  const databases = {
    notes: {
      '001_create_notes': table('notes'),
      '002_fill': migration('INSERT INTO notes VALUES (1)'),
    },
  }
  const top = { environments: { production: { protected: true } } }

  it('needs the consent of the application for what may lose data, and only for that', async () => {
    const application = new Application(databases, { top })
    const place = { ...application.place, environment: 'production' }
    await migrate(place)
    application.write('notes/003_drop.sql', migration('DROP TABLE notes;'))
    const before = application.snapshot()
    const { code, hint, details } = await refusalOf(migrate(place))
    expect([code, details.database]).toEqual(['CONSENT_REQUIRED', 'notes'])
    expect(hint).toContain('consent: true')
    expect({ ...application.snapshot(), 'data/notes.db.lock': '' }).toEqual({
      ...before,
      'data/notes.db.lock': '',
    })
    const loss = await refusalOf(migrate({ ...place, consent: true }))
    expect(loss.code).toBe('CONSENT_REQUIRED')
    expect(loss.hint).toContain('allowDataLoss: true')
    const { databases: done } = await migrate({ ...place, consent: true, allowDataLoss: true })
    expect(done).toMatchObject([{ outcome: 'migrated', backup: expect.stringContaining('backups/notes') }])
    expect(done[0]?.findings.map(({ code }) => code)).toContain('KEPT_ROWS')
  })

  it('is known by the database, too', async () => {
    const application = new Application(databases, { top })
    await migrate({ ...application.place, environment: 'production' })
    application.write('notes/003_more.sql', table('more'))
    const { code, message } = await refusalOf(migrate(application.place))
    expect(code).toBe('CONSENT_REQUIRED')
    expect(message).toContain('belongs to the protected environment production')
  })
})
