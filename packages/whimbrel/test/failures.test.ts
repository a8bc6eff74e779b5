import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { describe, expect, it } from 'vitest'
import { type MigrateOptions, migrate, openDatabase, openDatabases, status } from '../src/index.ts'
import { Application, migration, refusalOf, table, threeDatabases } from './application.ts'

/** Options that a compiler would refuse. */
const wrong = (options: object) => options as MigrateOptions

describe('a migration that fails', () => {
  const failing = migration('CREATE TABLE fine (id);\nINSERT INTO nowhere VALUES (1);')

  it('rejects with its id and its database, and leaves all databases as they were', async () => {
    const application = new Application()
    await migrate(application.place)
    for (const name of ['settings', 'graph', 'ontology'])
      application.write(`${name}/003_more.sql`, table('more'))
    application.write('graph/003_more.sql', failing)
    const { code, message, hint, details } = await refusalOf(openDatabases(application.place))
    expect(code).toBe('STATEMENT_FAILED')
    expect(message).toMatch(/^graph: 003_more failed at .*graph\/003_more\.sql:4/)
    expect(hint).not.toBe('')
    expect(details).toMatchObject({ database: 'graph', migration: '003_more', line: 4, statement: 2 })
    for (const [name, files] of Object.entries(threeDatabases)) {
      expect(application.applied(name)).toEqual(Object.keys(files))
      expect(application.tables(name)).not.toContain('more')
    }
  })

  it('leaves no handle and no lock: others write and delete at once', async () => {
    const application = new Application()
    application.write('graph/003_more.sql', failing)
    await refusalOf(openDatabases(application.place))
    expect(application.openFiles()).toEqual([])
    for (const name of Object.keys(threeDatabases)) {
      const owner = { host: 'test', pid: process.pid, command: 'test', since: new Date().toISOString() }
      const driver = sqliteDriver({ path: application.path(name) })
      const lock = await driver.lock(owner, { timeoutMs: 0 })
      await lock.release()
      if (await driver.exists())
        application.with(name, (database) => database.exec('BEGIN EXCLUSIVE; COMMIT'))
      application.remove(`data/${name}.db`)
    }
    application.remove('data')
    application.remove('graph/003_more.sql')
    const opened = await openDatabases(application.place)
    opened.close()
  })

  it('keeps what came before it where the release is independent', async () => {
    const application = new Application(threeDatabases, { top: { release: 'independent' } })
    application.write('graph/003_more.sql', failing)
    const { details } = await refusalOf(migrate(application.place))
    expect(details).toMatchObject({ database: 'graph', migration: '003_more' })
    expect(application.applied('settings')).toEqual(['001_create_users', '002_create_roles'])
    expect(application.applied('graph')).toEqual(['001_create_nodes', '002_create_edges'])
  })
})

describe('a hook', () => {
  it('is told its database, and undoes all of them when it throws', async () => {
    const application = new Application()
    const told: string[] = []
    const { code, details } = await refusalOf(
      migrate({
        ...application.place,
        hooks: {
          before: ({ database, step }) => {
            told.push(`${database} ${step.id}`)
            if (database === 'ontology') throw new Error('not today')
          },
        },
      }),
    )
    expect([code, details.database, details.migration]).toEqual([
      'HOOK_FAILED',
      'ontology',
      '001_create_terms',
    ])
    expect(told).toContain('settings 002_create_roles')
    for (const name of Object.keys(threeDatabases)) expect(application.tables(name)).toEqual([])
  })
})

describe('what makes no sense', () => {
  it.each([
    [{ databses: ['settings'] }, 'openDatabases has no option "databses"', 'Did you mean "databases"?'],
    [{ mode: 'chekc' }, 'There is no mode "chekc"', 'Did you mean "check"?'],
    [{ baseline: 'latest' }, '"baseline" was given for the mode migrate', 'mode: "baseline"'],
    [{ mode: 'baseline' }, 'The mode baseline needs to know up to which migration', '"latest"'],
    [{ mode: 'baseline', baseline: {} }, '"baseline" does not say up to which migration', '"latest"'],
    [{ mode: 'baseline', baseline: 3 }, '"baseline" does not say up to which migration', '"latest"'],
    [{ databases: [] }, 'The option "databases" of openDatabases is not a list of names', "['settings']"],
    [{ databases: 'settings' }, 'The option "databases" of openDatabases is not a list of names', 'at least'],
    [{ consent: 'yes' }, 'The option "consent" of openDatabases is not true or false', 'leave it out'],
    [{ onEvent: true }, 'The option "onEvent" of openDatabases is not a function', 'leave it out'],
    [
      { signal: new AbortController() },
      'The option "signal" of openDatabases is not an AbortSignal',
      '.signal',
    ],
    [{ signal: null }, 'The option "signal" of openDatabases is not an AbortSignal', '.signal'],
    [{ lockTimeout: -1 }, '"lockTimeout" is -1, which is no time to wait', '"30s"'],
    [{ lockTimeout: 'soon' }, '"lockTimeout" is "soon", which is not a duration', '30s'],
    [{ url: 'a.db' }, '"url" was given without "migrations"', 'folder'],
    [{ migrations: 'm' }, '"migrations" was given without "url"', 'url: "sqlite:data/notes.db"'],
    [{ url: 'a.db', migrations: 'm', manifest: 'b' }, '"url" and "manifest" contradict each other', 'Give'],
    [{ manifest: 'a', bundle: {} }, '"manifest" and "bundle" contradict each other', 'Give'],
  ])('is refused before anything is read: %j', async (options, message, hint) => {
    // A folder that is not there would be noticed first.
    const found = await refusalOf(openDatabases(wrong({ ...options, directory: '/nowhere/at/all' })))
    expect([found.code, found.message]).toEqual(['USAGE', message])
    expect(found.hint).toContain(hint)
  })

  it('is refused for every call in its own words', async () => {
    expect((await refusalOf(migrate(wrong({ foo: 1 })))).message).toBe('migrate has no option "foo"')
    expect((await refusalOf(openDatabase(wrong({ foo: 1 })))).message).toBe(
      'openDatabase has no option "foo"',
    )
    expect((await refusalOf(openDatabase('a', wrong({ databases: ['a'] })))).code).toBe('USAGE')
    expect((await refusalOf(status(wrong({ mode: 'check' })))).message).toBe('status has no option "mode"')
    expect((await refusalOf(openDatabases(null as never))).code).toBe('USAGE')
    expect(
      (await refusalOf(migrate({ ...new Application().place, hooks: { befor() {} } as never }))).message,
    ).toBe('There is no hook "befor"')
  })

  it('suggests the database that was meant, before one is opened', async () => {
    const application = new Application()
    const before = application.snapshot()
    const given = [
      { databases: ['setings'] },
      { sources: { setings: [] } },
      { mode: 'baseline', baseline: { setings: '1' } },
    ]
    for (const options of given) {
      const { code, hint } = await refusalOf(openDatabases(wrong({ ...application.place, ...options })))
      expect([code, hint]).toEqual(['DATABASE_UNKNOWN', expect.stringContaining('Did you mean "settings"?')])
    }
    expect((await refusalOf(openDatabase('setings', application.place))).code).toBe('DATABASE_UNKNOWN')
    expect(application.snapshot()).toEqual(before)
  })

  it('names the manifest that is missing, broken, or of another environment', async () => {
    const application = new Application()
    application.remove('whimbrel.json')
    const missing = await refusalOf(openDatabases({ ...application.place, manifest: 'whimbrel.json' }))
    expect(missing.code).toBe('MANIFEST_NOT_FOUND')
    expect(missing.message).toContain(
      `${application.folder}/whimbrel.json, which the option "manifest" names`,
    )
    expect(missing.hint).toContain('name one with the option "manifest"')
    application.write('whimbrel.json', '{ "databases": ')
    const broken = await refusalOf(openDatabases(application.place))
    expect([broken.code, broken.details.line]).toEqual(['MANIFEST_INVALID', 1])
    const other = new Application(threeDatabases, { top: { environments: { production: {} } } })
    const unknown = await refusalOf(openDatabases({ ...other.place, environment: 'prodution' }))
    expect([unknown.code, unknown.hint]).toEqual([
      'ENVIRONMENT_UNKNOWN',
      expect.stringContaining('Did you mean "production"?'),
    ])
  })

  it('names the folder of migrations that is not there, and makes no database', async () => {
    const application = new Application()
    application.remove('ontology')
    const before = application.snapshot()
    const { code, message } = await refusalOf(openDatabases(application.place))
    expect([code, message]).toEqual(['SOURCE_MISSING', expect.stringMatching(/^ontology: .*ontology/)])
    expect(application.snapshot()).toEqual(before)
  })
})

describe('a database on a server', () => {
  const urls = ['postgres://ann:secret@127.0.0.1:1/app', 'mysql://ann:secret@127.0.0.1:1/app']

  it.each(urls)('is not opened as a handle, and nothing is migrated before that is said: %s', async (url) => {
    const application = new Application()
    const manifest = JSON.parse(application.read('whimbrel.json'))
    manifest.databases.graph.url = url
    application.write('whimbrel.json', JSON.stringify(manifest))
    const before = application.snapshot()
    const shown = url.replace('secret', '***')
    for (const call of [openDatabases(application.place), openDatabase('graph', application.place)]) {
      const error = await refusalOf(call)
      expect(error).toMatchObject({ code: 'USAGE', details: { database: 'graph' } })
      expect(error.message).toBe(
        `"graph" is on a server (${shown}), and handles are opened of SQLite files only`,
      )
      expect(error.hint).toContain('Call migrate(), which works on every engine')
    }
    const { hint } = await refusalOf(openDatabases(application.place))
    expect(hint).toContain("openDatabases({ databases: ['settings', 'ontology'] })")
    expect(application.snapshot()).toEqual(before)
    const { settings, close } = await openDatabases({ ...application.place, databases: ['settings'] })
    expect(settings.prepare('SELECT * FROM users').all()).toEqual([])
    close()
  })

  it('is not opened without a manifest, either', async () => {
    const application = new Application()
    const call = openDatabase({ url: urls[0], migrations: 'graph', directory: application.folder, env: {} })
    expect((await refusalOf(call)).message).toMatch(/^The database is on a server/)
  })
})

describe('a database that cannot be used', () => {
  it('is named where it is no database, and the others stay as they are', async () => {
    const application = new Application()
    application.write('data/ontology.db', 'this is no database at all, whatever its name says of it')
    const before = application.snapshot()
    const { code, details } = await refusalOf(openDatabases(application.place))
    expect([code, details.database]).toEqual(['DATABASE_INVALID', 'ontology'])
    expect(application.snapshot()).toEqual(before)
    expect(application.openFiles()).toEqual([])
  })

  it('names who holds its lock when the time is over', async () => {
    const application = new Application()
    await migrate(application.place)
    application.write('graph/003_more.sql', table('more'))
    const owner = { host: 'marsh', pid: 4711, command: 'nightly job', since: new Date().toISOString() }
    const lock = await sqliteDriver({ path: application.path('graph') }).lock(owner, { timeoutMs: 0 })
    const waiting: string[] = []
    const { code, message, details } = await refusalOf(
      openDatabases({
        ...application.place,
        lockTimeout: '50ms',
        onEvent: (event) => {
          if (event.type === 'lock-waiting') waiting.push(`${event.database}: ${event.holder?.command}`)
        },
      }),
    )
    expect([code, details.database]).toEqual(['LOCK_TIMEOUT', 'graph'])
    expect(message).toMatch(/nightly job.*4711.*marsh/)
    expect(waiting).toEqual(['graph: nightly job'])
    await lock.release()
    expect(application.openFiles()).toEqual([])
  })

  it('leaves none open when the last one does not take a pragma', async () => {
    const application = new Application()
    await migrate(application.place)
    const manifest = JSON.parse(application.read('whimbrel.json'))
    manifest.databases.ontology.pragmas = { max_page_count: 1 }
    application.write('whimbrel.json', JSON.stringify(manifest))
    const { code, message, details } = await refusalOf(openDatabases(application.place))
    expect([code, details.database]).toEqual(['DATABASE_UNREACHABLE', 'ontology'])
    expect(message).toContain('max_page_count = 1')
    expect(application.openFiles()).toEqual([])
  })

  it('is not opened for somebody who stopped the start when it was migrated', async () => {
    const application = new Application()
    const stop = new AbortController()
    const { code, hint } = await refusalOf(
      openDatabases({
        ...application.place,
        databases: ['settings'],
        signal: stop.signal,
        onEvent: ({ type }) => {
          if (type === 'run-finished') stop.abort()
        },
      }),
    )
    expect([code, hint]).toEqual(['INTERRUPTED', 'Start again: there is nothing left to migrate'])
    expect(application.applied('settings')).toEqual(['001_create_users', '002_create_roles'])
    expect(application.openFiles()).toEqual([])
  })

  it('stays as it is when somebody stops the start', async () => {
    const application = new Application()
    const stop = new AbortController()
    const { code } = await refusalOf(
      openDatabases({
        ...application.place,
        signal: stop.signal,
        onEvent: ({ type }) => {
          if (type === 'step-started') stop.abort()
        },
      }),
    )
    expect(code).toBe('INTERRUPTED')
    expect(application.openFiles()).toEqual([])
  })

  it('is told without its password where its server does not answer', async () => {
    const application = new Application(
      { notes: { '001_create_notes': table('notes') } },
      { entry: { url: 'postgres://ada:secret@127.0.0.1:1/notes' } },
    )
    const { code, message, details } = await refusalOf(migrate(application.place))
    expect([code, details.database]).toEqual(['DATABASE_UNREACHABLE', 'notes'])
    expect(message).not.toContain('secret')
  })
})
