import { type Bundle, makeBundle, sqliteDialect } from '@whimbrel/core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  codeSource,
  createTable,
  folderSource,
  type Handle,
  migrate,
  openDatabase,
  openDatabases,
  reverse,
} from '../src/index.ts'
import { Application, refusalOf, table } from './application.ts'

const url = (name: string) => `sqlite:data/\${PREFIX:-}${name}.db`

const manifest = JSON.stringify({
  databases: {
    settings: { url: url('settings'), migrations: 'settings' },
    ontology: { url: url('ontology'), migrations: 'ontology' },
  },
})

/** As a module in TypeScript says it. */
interface NamedBundle extends Bundle {
  readonly databases: { readonly [Name in 'settings' | 'ontology']: Bundle['databases'][string] }
}

async function bundleOf({ folder }: Application) {
  const parts = (['settings', 'ontology'] as const).map((name) => ({
    name,
    source: folderSource({ directory: `${folder}/${name}` }),
    layout: 'single-file' as const,
    dialect: sqliteDialect,
  }))
  const bundle = await makeBundle(manifest, parts)
  return bundle as NamedBundle
}

describe('a bundle', () => {
  it('takes the place of manifest and folders, with the same records, and its names are known', async () => {
    const application = new Application()
    const bundle = await bundleOf(application)
    await migrate({ ...application.place, databases: ['settings'] })
    for (const path of ['whimbrel.json', 'settings', 'ontology', 'graph']) application.remove(path)
    using opened = await openDatabases({ ...application.place, bundle })
    expectTypeOf(opened.ontology).toEqualTypeOf<Handle>()
    // @ts-expect-error: that one is not in the bundle
    expect(opened.graph).toBeUndefined()
    expect(opened.report.databases).toMatchObject([
      { name: 'settings', outcome: 'up-to-date', after: '002_create_roles' },
      { name: 'ontology', outcome: 'migrated', after: '001_create_terms' },
    ])
    const picked = await openDatabases({ ...application.place, bundle, databases: ['settings'] })
    expectTypeOf(picked.settings).toEqualTypeOf<Handle>()
    picked.close()
    // @ts-expect-error: a name that is not in the bundle
    const refused = openDatabases({ ...application.place, bundle, databases: ['graph'] })
    expect((await refusalOf(refused)).code).toBe('DATABASE_UNKNOWN')
  })

  it('fills its variables in where it runs, and leads its paths from the directory', async () => {
    const application = new Application()
    const bundle = await bundleOf(application)
    const settings = await openDatabase('settings', {
      directory: application.folder,
      env: { PREFIX: 'my-' },
      bundle,
    })
    expect(settings.name).toBe(application.path('my-settings'))
    settings.close()
  })

  it('is refused where it is none, or was edited', async () => {
    const application = new Application()
    const bundle = await bundleOf(application)
    const wrong: readonly unknown[] = [
      null,
      'a',
      {},
      { ...bundle, whimbrel: 2 },
      { ...bundle, databases: {} },
    ]
    const before = application.snapshot()
    for (const each of wrong) {
      const call = openDatabases({ ...application.place, bundle: each as typeof bundle })
      expect((await refusalOf(call)).code).toMatch(/^(BUNDLE_INVALID|DATABASE_UNKNOWN)$/)
    }
    expect(application.snapshot()).toEqual(before)
  })
})

describe('migrations in code', () => {
  it('run beside those of a folder, for the database that they are given for', async () => {
    const application = new Application()
    const settings = codeSource([{ id: '003_seed', up: 'INSERT INTO users VALUES (7)' }])
    using opened = await openDatabases({
      ...application.place,
      databases: ['settings', 'ontology'],
      sources: { settings },
    })
    expect(opened.settings.prepare('SELECT id FROM users').pluck().all()).toEqual([7])
    expect(opened.report.databases.map(({ after }) => after)).toEqual(['003_seed', '001_create_terms'])
    opened.close()
    const without = await refusalOf(openDatabases(application.place))
    expect([without.code, without.details.database]).toEqual(['DATABASE_AHEAD', 'settings'])
  })

  it('are all there is for one database without a manifest', async () => {
    const application = new Application({ notes: { '001_create_notes': table('notes') } })
    const migrations = codeSource([
      { id: '001_create_birds', up: 'CREATE TABLE birds (name TEXT)', down: 'DROP TABLE birds' },
    ])
    const birds = await openDatabase({ ...application.place, url: 'data/birds.db', migrations })
    expect(birds.prepare('SELECT * FROM birds').all()).toEqual([])
    birds.close()
    expect(application.applied('birds')).toEqual(['001_create_birds'])
  })

  it('are written with what the one package exports', async () => {
    const application = new Application()
    const columns = { id: { type: 'INTEGER', primaryKey: true }, body: { type: 'TEXT' } } as const
    const source = codeSource([{ id: '900_notes', up: [createTable('notes', columns)], down: reverse }])
    using opened = await openDatabases({ ...application.place, sources: { settings: source } })
    opened.settings?.exec("INSERT INTO notes (body) VALUES ('one')")
    expect(opened.settings?.prepare('SELECT body FROM notes').pluck().all()).toEqual(['one'])
  })
})
