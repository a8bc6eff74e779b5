import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Handle, openDatabase, openDatabases } from '../src/index.ts'
import { Application, migration, refusalOf, table, threeDatabases } from './application.ts'

describe('openDatabases', () => {
  it('returns a handle for each database only after all migrations of all of them succeeded', async () => {
    const application = new Application()
    const events: string[] = []
    const { settings, graph, ontology, ...opened } = await openDatabases({
      ...application.place,
      databases: ['settings', 'graph', 'ontology'],
      onEvent: (event) => {
        if (event.type === 'committed') events.push(...event.steps.map(({ id }) => `${event.database} ${id}`))
      },
    })
    expect(events.sort()).toEqual(
      Object.entries(threeDatabases)
        .flatMap(([name, files]) => Object.keys(files).map((id) => `${name} ${id}`))
        .sort(),
    )
    expect(settings.prepare('SELECT count(*) FROM roles').pluck().get()).toBe(0)
    expect(graph.prepare('SELECT count(*) FROM edges').pluck().get()).toBe(0)
    ontology.exec('INSERT INTO terms (id) VALUES (7)')
    expect(opened.report).toMatchObject({
      mode: 'migrate',
      databases: [
        { name: 'settings', outcome: 'migrated', before: null, after: '002_create_roles', pending: [] },
        { name: 'graph', outcome: 'migrated', migrations: ['001_create_nodes', '002_create_edges'] },
        { name: 'ontology', outcome: 'migrated', table: 'schema_migrations' },
      ],
    })
    opened.close()
    expect([settings.open, graph.open, ontology.open]).toEqual([false, false, false])
    expect(application.openFiles()).toEqual([])
  })

  it('reads back the pragmas as the manifest sets them, and the defaults where it sets none', async () => {
    const application = new Application(threeDatabases, {
      entry: { pragmas: { synchronous: 'FULL', busy_timeout: 1234, cache_size: -4000, foreign_keys: false } },
    })
    const plain = new Application({ notes: { '001_create_notes': table('notes') } })
    using set = await openDatabases({ ...application.place, databases: ['settings'] })
    using defaults = await openDatabases({ ...plain.place, databases: ['notes'] })
    const read = (handle: Handle) =>
      ['journal_mode', 'foreign_keys', 'busy_timeout', 'synchronous'].map((name) =>
        handle.pragma(name, { simple: true }),
      )
    expect(read(set.settings)).toEqual(['wal', 0, 1234, 2])
    expect(set.settings.pragma('cache_size', { simple: true })).toBe(-4000)
    expect(read(defaults.notes)).toEqual(['wal', 1, 5000, 1])
  })

  it('does nothing the second time, and takes no lock for that', async () => {
    const application = new Application()
    const first = await openDatabases(application.place)
    first.close()
    const before = application.snapshot()
    const events: string[] = []
    const second = await openDatabases({ ...application.place, onEvent: ({ type }) => events.push(type) })
    expect(second.report.databases.map(({ outcome }) => outcome)).toEqual(Array(3).fill('up-to-date'))
    expect(second.report.databases.map(({ after }) => after)).toEqual([
      '002_create_roles',
      '002_create_edges',
      '001_create_terms',
    ])
    second.close()
    expect(events).toEqual([])
    expect(application.snapshot()).toEqual(before)
  })

  it('finds the manifest in a folder above, and leaves the databases that were not named alone', async () => {
    const application = new Application()
    application.write('app/server.js', '')
    using opened = await openDatabases({
      directory: `${application.folder}/app`,
      env: {},
      databases: ['ontology'],
    })
    expect(Object.keys(opened)).toEqual(['ontology', 'report', 'close'])
    expect(Object.keys(application.snapshot()).filter((file) => file.startsWith('data'))).toSatisfy(
      (files: string[]) => files.length > 0 && files.every((file) => file.startsWith('data/ontology.db')),
    )
  })

  it('closes what its owner has not closed already, once and again', async () => {
    const application = new Application()
    const opened = await openDatabases({ ...application.place, databases: ['settings', 'graph'] })
    opened.settings.close()
    opened.close()
    opened[Symbol.dispose]()
    await opened[Symbol.asyncDispose]()
    expect(opened.graph.open).toBe(false)
    expect(application.openFiles()).toEqual([])
  })

  it('serves calls of one process that are made at once', async () => {
    const application = new Application()
    const opened = await Promise.all([1, 2, 3].map(() => openDatabases(application.place)))
    const outcomes = opened.map(({ report }) => report.databases.map(({ outcome }) => outcome))
    expect(outcomes.flat().filter((outcome) => outcome === 'migrated')).toHaveLength(3)
    for (const { settings } of opened) expect(settings?.prepare('SELECT * FROM roles').all()).toEqual([])
    for (const one of opened) one.close()
    expect(application.applied('settings')).toEqual(['001_create_users', '002_create_roles'])
  })

  it('migrates a database in memory in the handle that it returns', async () => {
    const application = new Application(
      { cache: { '001_create_entries': table('entries') } },
      { entry: { url: 'sqlite::memory:' } },
    )
    using opened = await openDatabases({ ...application.place, databases: ['cache'] })
    expect(opened.cache.memory).toBe(true)
    expect(opened.cache.prepare('SELECT * FROM entries').all()).toEqual([])
    expect(opened.cache.pragma('foreign_keys', { simple: true })).toBe(1)
  })

  it('skips what is for another environment, and is done all the same', async () => {
    const application = new Application(
      {
        notes: {
          '001_create_notes': table('notes'),
          '002_samples': migration('INSERT INTO notes VALUES (1);', '', '-- Environments: development'),
        },
      },
      { top: { environments: { development: {}, production: {} } } },
    )
    using produced = await openDatabases({ ...application.place, environment: 'production' })
    expect(produced.report.databases[0]).toMatchObject({ after: '001_create_notes', pending: [] })
    using developed = await openDatabases({ ...application.place, environment: 'development' })
    expect(developed.report.databases[0]).toMatchObject({ after: '002_samples' })
  })

  it('knows the names of its handles where they are given', () => {
    const named = () => openDatabases({ databases: ['settings', 'ontology'] })
    expectTypeOf<Awaited<ReturnType<typeof named>>['settings']>().toEqualTypeOf<Handle>()
    // @ts-expect-error: that one was not asked for
    expectTypeOf<Awaited<ReturnType<typeof named>>['graph']>().toEqualTypeOf<Handle>()
    const any = () => openDatabases()
    expectTypeOf<Awaited<ReturnType<typeof any>>['close']>().toEqualTypeOf<() => void>()
  })

  it('has no place for a database called "report"', async () => {
    const application = new Application({ report: { '001_create_lines': table('lines') } })
    const { code, hint } = await refusalOf(openDatabases(application.place))
    expect([code, hint]).toEqual(['USAGE', expect.stringContaining('openDatabase("report")')])
    const report = await openDatabase('report', application.place)
    expect(report.prepare('SELECT * FROM lines').all()).toEqual([])
    report.close()
  })
})

describe('openDatabase', () => {
  it('opens one database of several by its name', async () => {
    const application = new Application()
    const graph = await openDatabase('graph', application.place)
    expect(graph.prepare('SELECT * FROM edges').all()).toEqual([])
    graph.close()
    const { code, hint } = await refusalOf(openDatabase(application.place))
    expect([code, hint]).toEqual(['USAGE', expect.stringContaining('openDatabase("settings")')])
  })

  it('needs no manifest for a single one', async () => {
    const application = new Application({ notes: { '001_create_notes': table('notes') } })
    application.remove('whimbrel.json')
    const options = { ...application.place, url: 'sqlite:data/my notes.db', migrations: 'notes' }
    const notes = await openDatabase(options)
    expect(notes.name).toBe(`${application.folder}/data/my notes.db`)
    expect(notes.prepare('SELECT * FROM notes').all()).toEqual([])
    notes.close()
  })
})
