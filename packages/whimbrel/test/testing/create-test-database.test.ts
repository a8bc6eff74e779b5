import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { bundleSource, codeSource, makeBundle, sqliteDialect } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from '../../src/testing/index.ts'
import { notes, TestFolders } from './test-migrations.ts'

const folders = new TestFolders()
const open: TestDatabase[] = []

afterEach(async () => {
  for (const database of open.splice(0)) await database.close()
})

async function make(options: Partial<TestDatabaseOptions> = {}): Promise<TestDatabase> {
  const migrations =
    'migrations' in options || 'manifest' in options ? {} : { migrations: folders.write(notes) }
  const database = await createTestDatabase({
    cache: folders.cache,
    ...migrations,
    ...options,
  } as TestDatabaseOptions)
  open.push(database)
  return database
}

const objects = ({ handle }: TestDatabase) =>
  handle
    .prepare(
      "SELECT name FROM sqlite_schema WHERE name NOT LIKE '%migrations%' AND name NOT LIKE 'sqlite_%' AND sql <> '' ORDER BY name",
    )
    .pluck()
    .all()

const applied = ({ handle }: TestDatabase) =>
  handle.prepare('SELECT id FROM schema_migrations ORDER BY version').pluck().all()

describe.each([
  ['as a file', { inMemory: false }],
  ['in memory', { inMemory: true }],
])('createTestDatabase %s', (_, kind) => {
  it('gives a database at head with an open handle', async () => {
    const database = await make(kind)
    expect(objects(database)).toEqual(['notes', 'notes_rank', 'ranked'])
    expect(applied(database)).toEqual(Object.keys(notes))
    expect(database.handle.pragma('foreign_keys', { simple: true })).toBe(1)
    database.handle.prepare("INSERT INTO notes (body) VALUES ('a')").run()
    expect(database.handle.prepare('SELECT body FROM ranked').pluck().all()).toEqual(['a'])
  })

  it('gives a database at a named migration', async () => {
    expect(applied(await make({ ...kind, to: '2' }))).toEqual(['001_create_notes', '002_add_rank'])
    expect(applied(await make({ ...kind, to: '001_create_notes' }))).toEqual(['001_create_notes'])
  })

  it('gives each test a database of its own', async () => {
    const [first, second] = [await make(kind), await make(kind)]
    first.handle.exec("INSERT INTO notes (body) VALUES ('a'); DROP VIEW ranked")
    expect(second.handle.prepare('SELECT count(*) FROM ranked').pluck().get()).toBe(0)
  })

  it('gives a session on the same connection, and a runner that goes on from there', async () => {
    const database = await make({ ...kind, to: '2' })
    const session = await database.session()
    await session.execute("INSERT INTO notes (body) VALUES ('a')")
    await session.close()
    expect(database.handle.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(1)
    const report = await database.runner.up()
    expect([report.outcome, report.after]).toEqual(['migrated', '003_ranked'])
    expect(objects(database)).toContain('ranked')
  })

  it('makes an empty database where there is no migration', async () => {
    expect(objects(await make({ ...kind, migrations: folders.write({}, 'none') }))).toEqual([])
  })

  it('closes the handle, once and for all', async () => {
    const database = await make(kind)
    await database.close()
    await database.close()
    expect(database.handle.open).toBe(false)
  })

  it('takes the migrations and the table of a manifest', async () => {
    folders.write(notes, 'app')
    const manifest = join(folders.root, 'manifest.json')
    writeFileSync(
      manifest,
      '{ "databases": { "app": { "url": "app.db", "migrations": "app", "table": "steps" } } }',
    )
    const { table, handle } = await make({ ...kind, manifest })
    expect([table, handle.prepare('SELECT count(*) FROM steps').pluck().get()]).toEqual(['steps', 3])
    expect(existsSync(join(folders.root, 'app.db'))).toBe(false)
  })
})

describe('the migrations of a test database', () => {
  it('may be any source, and of a bundle have the image of its folder', async () => {
    const migrations = folders.write(notes)
    const source = folderSource({ directory: migrations })
    const bundle = await makeBundle('manifest.json', [
      { name: 'app', source, layout: 'single-file', dialect: sqliteDialect },
    ])
    const [fromFolder, fromBundle] = [
      await make({ migrations }),
      await make({ migrations: bundleSource(bundle, 'app') }),
    ]
    expect(applied(fromBundle)).toEqual(Object.keys(notes))
    expect(readdirSync(folders.cache.directory)).toHaveLength(1)
    const runOf = ({ handle }: TestDatabase) => handle.prepare('SELECT run_id FROM schema_migrations').get()
    expect(runOf(fromBundle)).toEqual(runOf(fromFolder))
  })

  it('may be code: of SQL and operations an image is kept, and functions run every time', async () => {
    const runOf = ({ handle }: TestDatabase) =>
      handle.prepare('SELECT DISTINCT run_id FROM schema_migrations').pluck().get()
    const data = codeSource([{ id: '001_a', up: 'CREATE TABLE a (x)', down: 'DROP TABLE a' }])
    expect(runOf(await make({ migrations: data }))).toBe(runOf(await make({ migrations: data })))
    let name = 'first'
    const code = codeSource([{ id: '001_a', up: (session) => session.execute(`CREATE TABLE ${name} (x)`) }])
    expect(objects(await make({ migrations: code }))).toEqual(['first'])
    name = 'second'
    expect(objects(await make({ migrations: code, inMemory: true }))).toEqual(['second'])
  })

  it('may stand in several folders, each of which counts', async () => {
    folders.write(notes, 'app')
    folders.write({ '010_tags': ['CREATE TABLE tags (a);'] }, 'module')
    const manifest = join(folders.root, 'manifest.json')
    writeFileSync(
      manifest,
      '{ "databases": { "app": { "url": "app.db", "migrations": ["app", "module"] } } }',
    )
    expect(objects(await make({ manifest }))).toEqual(['notes', 'notes_rank', 'ranked', 'tags'])
    folders.write({ '010_tags': ['CREATE TABLE tabs (a);'] }, 'module')
    expect(objects(await make({ manifest }))).toEqual(['notes', 'notes_rank', 'ranked', 'tabs'])
  })
})

describe('the file of a test database', () => {
  const filesOf = ({ path }: TestDatabase) =>
    readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)))

  it('is gone after close, with all that belongs to it', async () => {
    const database = await make({ to: '2' })
    await database.runner.up()
    database.handle.prepare("INSERT INTO notes (body) VALUES ('a')").run()
    // The database, its log with an index, and the lock of the run.
    expect(filesOf(database).length).toBeGreaterThan(3)
    await database.close()
    expect(filesOf(database)).toEqual([])
  })

  it('is for nobody else', async () => {
    const { path } = await make()
    expect([path, `${path}-wal`].map((file) => statSync(file).mode & 0o77)).toEqual([0, 0])
  })

  it('is gone at the end of a block that uses it', async () => {
    let path: string
    {
      await using database = await make()
      path = database.path
      expect(existsSync(path)).toBe(true)
    }
    expect(existsSync(path)).toBe(false)
  })

  it('has the pragmas that were asked for, and no need to survive a loss of power', async () => {
    const read = ({ handle }: TestDatabase, name: string) => handle.pragma(name, { simple: true })
    const plain = await make()
    expect([read(plain, 'journal_mode'), read(plain, 'synchronous')]).toEqual(['wal', 0])
    const other = await make({ pragmas: { journal_mode: 'DELETE', Page_Size: 8192, synchronous: 'FULL' } })
    expect(['journal_mode', 'page_size', 'synchronous'].map((name) => read(other, name))).toEqual([
      'delete',
      8192,
      2,
    ])
  })
})

describe('the options of createTestDatabase', () => {
  it.each([
    [{ migration: 'x' }, 'createTestDatabase has no option "migration"', 'Did you mean "migrations"?'],
    [{ inMemroy: true }, 'createTestDatabase has no option "inMemroy"', 'Did you mean "inMemory"?'],
    [{ to: 2 }, '"to" is a number, not a text', 'Give the id of a migration, or its version as a text'],
    [
      { pragmas: { jurnal_mode: 'WAL' } },
      '"jurnal_mode" is no pragma that can be configured',
      'Did you mean "journal_mode"?',
    ],
    [{ cache: { dirctory: 'x' } }, 'cache has no option "dirctory"', 'Did you mean "directory"?'],
    [{ cache: { maxBytes: -1 } }, 'maxBytes is -1', 'Give a whole number of bytes, 0 or more'],
    [
      { cache: { directory: '' } },
      'The folder of the cache is not a path',
      'Give "directory" as a text, or leave it out',
    ],
    [
      { database: 'app' },
      '"database" cannot be given together with "migrations"',
      'It belongs to "manifest"',
    ],
    [
      { manifest: 'm.json' },
      'Both "migrations" and "manifest" were given',
      'Give the one that the test is about',
    ],
    [
      { migrations: undefined },
      'There are no migrations to test',
      'Give "migrations", a folder for instance, or "manifest"',
    ],
    [
      { migrations: 7 },
      '"migrations" is neither a folder nor a source',
      'Give the path of a folder, as a text',
    ],
    [{ inMemory: 'no' }, '"inMemory" is a string, not a boolean', 'Give true or false'],
    [
      { migrations: undefined, manifest: {} },
      '"manifest" is of the type object, not a text',
      'Give the path of the manifest',
    ],
    [
      { layout: 'singel-file' },
      'There is no layout "singel-file"',
      'Choose one of single-file, directory, paired',
    ],
    [{ table: '' }, 'The name of the tracking table is empty', 'Leave "table" out, or give it a name'],
  ])('are refused before anything is read: %j', async (wrong, message, hint) => {
    const options = { migrations: '/there/is/nothing', ...wrong } as unknown as TestDatabaseOptions
    await expect(createTestDatabase(options)).rejects.toMatchObject({ code: 'USAGE', message, hint })
  })

  it('do not compile where they are misspelt or contradict each other', () => {
    const fine: TestDatabaseOptions = { migrations: 'x', to: '1', cache: false, pragmas: { cache_size: 5 } }
    // @ts-expect-error migrations come from one place
    const both: TestDatabaseOptions = { migrations: 'x', manifest: 'y' }
    // @ts-expect-error the manifest says it
    const table: TestDatabaseOptions = { manifest: 'y', table: 't' }
    // @ts-expect-error a word that there is not
    const word: TestDatabaseOptions = { migrations: 'x', inMemroy: true }
    // @ts-expect-error a version is a text
    const version: TestDatabaseOptions = { migrations: 'x', to: 10 }
    expect([fine, both, table, word, version]).toHaveLength(5)
  })

  it('are no options at all', async () => {
    const missing = undefined as unknown as TestDatabaseOptions
    await expect(createTestDatabase(missing)).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('name one database of a manifest', async () => {
    folders.write(notes, 'app')
    const manifest = join(folders.root, 'manifest.json')
    const entry = (url: string) => ({ url, migrations: 'app' })
    writeFileSync(manifest, JSON.stringify({ databases: { app: entry('a.db'), log: entry('b.db') } }))
    await expect(make({ manifest })).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'Give "database", one of: app, log',
    })
    await expect(make({ manifest, database: 'apq' })).rejects.toMatchObject({ code: 'DATABASE_UNKNOWN' })
    expect(applied(await make({ manifest, database: 'log' }))).toEqual(Object.keys(notes))
  })

  it('name a migration that there is', async () => {
    await expect(make({ to: '002_add_rnak' })).rejects.toMatchObject({
      code: 'MIGRATION_UNKNOWN',
      hint: expect.stringContaining('Did you mean 002_add_rank?'),
    })
  })

  it('name a folder that there is', async () => {
    await expect(make({ migrations: join(folders.root, 'nowhere') })).rejects.toMatchObject({
      code: 'SOURCE_MISSING',
    })
  })
})

describe('a migration that fails', () => {
  it('is named, and leaves no file and no image', async () => {
    const migrations = folders.write({ ...notes, '004_wrong': ['INSERT INTO nots VALUES (1);'] })
    await expect(make({ migrations })).rejects.toMatchObject({
      code: 'STATEMENT_FAILED',
      details: { migration: '004_wrong' },
    })
    expect(existsSync(folders.cache.directory)).toBe(false)
  })
})

describe('the image of a migrated database', () => {
  const images = () => (existsSync(folders.cache.directory) ? readdirSync(folders.cache.directory) : [])
  const runIds = ({ handle }: TestDatabase) =>
    handle.prepare('SELECT DISTINCT run_id FROM schema_migrations').pluck().all()

  it('is kept, and the migrations are not run again', async () => {
    const migrations = folders.write(notes)
    const first = await make({ migrations })
    expect(images()).toHaveLength(1)
    expect(runIds(await make({ migrations }))).toEqual(runIds(first))
  })

  it('is another one for other content, another target, another table, another kind of file', async () => {
    await make()
    await make({ to: '2' })
    await make({ table: 'steps' })
    await make({ inMemory: true })
    await make({ pragmas: { page_size: 8192 } })
    await make({ environment: 'production' })
    expect(images()).toHaveLength(6)
    await make({ to: '002_add' })
    await make({ pragmas: { busy_timeout: 10, PAGE_SIZE: 8192 } })
    expect(images()).toHaveLength(6)
  })

  it('is not that of a migration that was edited since, even at once and to the same length', async () => {
    const changed = (name: string) => folders.write({ '001_a': [`CREATE TABLE ${name} (a);`] })
    expect(objects(await make({ migrations: changed('aaa') }))).toEqual(['aaa'])
    expect(objects(await make({ migrations: changed('bbb') }))).toEqual(['bbb'])
    expect(objects(await make({ migrations: changed('ccc') }))).toEqual(['ccc'])
  })

  it('is made once where several tests ask for it at the same time', async () => {
    const migrations = folders.write(notes)
    const databases = await Promise.all(Array.from({ length: 5 }, () => make({ migrations })))
    expect(new Set(databases.flatMap(runIds)).size).toBe(1)
  })

  it('is not kept where the migrations change while they run', async () => {
    const before = folderSource({
      directory: folders.write({ '001_a': ['CREATE TABLE aaa (x);'] }, 'before'),
    })
    const after = folderSource({ directory: folders.write({ '001_a': ['CREATE TABLE bbb (x);'] }, 'after') })
    let looks = 0
    const list = () => {
      looks += 1
      return looks === 1 ? before.list() : after.list()
    }
    const migrations = { location: 'a moving folder', list }
    await expect(make({ migrations })).rejects.toMatchObject({
      code: 'STATE_MOVED',
      message: 'The migrations of a moving folder changed while they were run',
    })
    expect(images()).toEqual([])
    expect(objects(await make({ migrations }))).toEqual(['bbb'])
  })

  it('is not kept, and not used, with cache: false', async () => {
    const migrations = folders.write(notes)
    const first = await make({ migrations, cache: false })
    expect(images()).toEqual([])
    expect(runIds(await make({ migrations, cache: false }))).not.toEqual(runIds(first))
  })

  it('cannot be kept in a folder that is none, and that is said', async () => {
    const file = join(folders.root, 'file')
    writeFileSync(file, '')
    await expect(make({ cache: { directory: join(file, 'cache') } })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('Nothing can be kept in the cache'),
    })
  })
})
