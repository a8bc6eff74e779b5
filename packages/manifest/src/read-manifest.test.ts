import { linkSync, mkdirSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { problemsOf, refusal, useManifestFolder } from '../test/manifest-folder.ts'
import { parseManifest, readManifest } from './read-manifest.ts'

const example = {
  $schema: './manifest.schema.json',
  databases: {
    settings: { url: 'sqlite:../data/settings.db', migrations: 'settings' },
    knowledge_graph: { url: 'sqlite:../data/knowledge_graph.db', migrations: 'knowledge_graph' },
    ontology: { url: 'sqlite:../data/ontology.db', migrations: 'ontology' },
  },
  environments: {
    production: { protected: true, databases: { settings: { url: '${SETTINGS_URL}' } } },
    staging: {},
  },
}

describe('readManifest', () => {
  const folder = useManifestFolder()
  const one = async (database: object, env: Record<string, string> = {}) => {
    const content = { databases: { a: { url: 'a.db', migrations: 'a', ...database } } }
    const { databases } = await folder.read(content, { env })
    return databases[0] ?? expect.fail('no database was read')
  }

  it('fills in every default and makes paths absolute', async () => {
    const path = folder.write('databases/manifest.json', example)
    const manifest = await readManifest(path, { env: {} })
    expect(manifest).toMatchObject({
      path,
      directory: folder.path('databases'),
      protected: false,
      release: 'atomic',
    })
    expect(manifest).not.toHaveProperty('environment')
    expect(manifest.databases.map(({ name }) => name)).toEqual(['settings', 'knowledge_graph', 'ontology'])
    expect(manifest.databases[0]).toEqual({
      name: 'settings',
      engine: 'sqlite',
      url: `sqlite:${folder.path('data/settings.db')}`,
      displayUrl: `sqlite:${folder.path('data/settings.db')}`,
      path: folder.path('data/settings.db'),
      migrations: [folder.path('databases/settings')],
      layout: 'single-file',
      table: 'schema_migrations',
      pragmas: { journal_mode: 'WAL', foreign_keys: 'on', busy_timeout: 5000, synchronous: 'NORMAL' },
      driftIgnore: [],
      backup: { directory: folder.path('databases/backups/settings'), keep: 30, before: 'destructive' },
    })
  })

  it('carries what a database says for itself', async () => {
    const entry = await one({
      layout: 'paired',
      table: 'changes',
      pragmas: { journal_mode: 'delete', foreign_keys: false, cache_size: -2000 },
      transaction: 'all',
      backup: { directory: 'kept', keep: 3, before: 'always' },
      drift: { ignore: ['fts_*', 'column:users.legacy'] },
      lockTimeout: '2m',
      schema: 'tables',
    })
    expect(entry).toMatchObject({
      layout: 'paired',
      table: 'changes',
      transaction: 'all',
      backup: { directory: folder.path('kept'), keep: 3, before: 'always' },
      driftIgnore: ['fts_*', 'column:users.legacy'],
      lockTimeoutMs: 120_000,
      schema: folder.path('tables'),
    })
    expect(entry.pragmas).toEqual({
      journal_mode: 'DELETE',
      foreign_keys: 'off',
      busy_timeout: 5000,
      synchronous: 'NORMAL',
      cache_size: -2000,
    })
  })

  it('fills in the parts of a backup that are left out', async () => {
    expect((await one({ backup: {} })).backup).toEqual({
      directory: folder.path('backups/a'),
      keep: 30,
      before: 'destructive',
    })
  })

  it('backs up every database, whether it says so or not, but those in memory', async () => {
    const backup = { directory: folder.path('backups/a'), keep: 30, before: 'destructive' }
    expect((await one({})).backup).toEqual(backup)
    expect((await one({ url: ':memory:' })).backup).toBeUndefined()
    expect((await one({ url: 'postgres://db/shop' })).backup).toEqual(backup)
    expect((await one({ url: 'mysql://db/shop', backup: { keep: 3 } })).backup).toEqual({
      ...backup,
      keep: 3,
    })
  })

  it('reads how old and how large backups may become', async () => {
    const { backup } = await one({ backup: { maxAge: '90d', maxSize: '20GB' } })
    expect(backup).toMatchObject({ maxAgeMs: 7_776_000_000, maxBytes: 20_000_000_000 })
  })

  it('puts no backups among the migrations where nobody says where they go', async () => {
    expect((await one({ migrations: '.' })).backup?.directory).toMatch(/-backups[\\/]a$/)
  })

  it('reads several folders of migrations, each with its variables', async () => {
    const entry = (migrations: readonly string[], env = {}) =>
      folder.read({ databases: { a: { url: 'a.db', migrations } } }, { env })
    const { databases } = await entry(['a', '${SHARED}'], { SHARED: '../shared' })
    expect(databases[0]?.migrations).toEqual([folder.path('a'), folder.path('../shared')])
    await expect(entry(['a', './a'])).rejects.toThrow('databases.a.migrations names the folder')
    await expect(entry([])).rejects.toThrow('a list of at least one such path')
    await expect(entry(['a', ''])).rejects.toThrow('databases.a.migrations[1] is empty; it must be text')
    await expect(entry(['a', '${SHARED}'])).rejects.toThrow('needs the variable SHARED for its migrations[1]')
  })

  it('lets an environment put other folders in the place of all of them', async () => {
    const content = {
      databases: { a: { url: 'a.db', migrations: ['a', 'b'] } },
      environments: { trial: { databases: { a: { migrations: 'c' } } } },
    }
    const { databases } = await folder.read(content, { environment: 'trial' })
    expect(databases[0]?.migrations).toEqual([folder.path('c')])
  })

  it('puts no backups into any of several folders of migrations', async () => {
    expect((await one({ migrations: ['a', '.'] })).backup?.directory).toMatch(/-backups[\\/]a$/)
    await expect(one({ migrations: ['a', 'b'], backup: { directory: 'b/kept' } })).rejects.toThrow(
      'inside the folder of the migrations',
    )
  })

  it('is the same from a text, with the folder that the caller names', async () => {
    const options = { env: { SETTINGS_URL: 'x.db' }, environment: 'production' }
    const fromFile = await folder.read(example, options)
    const directory = folder.path()
    const fromText = await parseManifest(JSON.stringify(example), { ...options, directory, file: 'bundle' })
    expect(fromText).toEqual({ ...fromFile, path: 'bundle', directory: fromFile.directory })
    const refused = await refusal(parseManifest('{', { directory, env: {}, file: 'bundle' }))
    expect(refused).toMatchObject({ code: 'MANIFEST_INVALID', details: { file: 'bundle' } })
  })

  it('reads comments, trailing commas and a byte-order mark', async () => {
    const { databases, release } = await folder.read(
      '\uFEFF// ours\r\n{ "databases": { /* one */ "a": { "url": "a.db", "migrations": "a", }, }, "release": "independent", }',
    )
    expect(databases[0]?.path).toBe(folder.path('a.db'))
    expect(release).toBe('independent')
  })

  it('carries any table name as it is', async () => {
    for (const table of ['x"; DROP TABLE users; --', ' ', 'naïve \u{1F4A5}', "it's\n", '__proto__']) {
      expect((await one({ table })).table).toBe(table)
    }
  })

  it('reads databases that are named like what every object has', async () => {
    const database = (url: string) => ({ url, migrations: 'm' })
    const { databases } = await folder.read({
      databases: { constructor: database('a.db'), toString: database('b.db'), backup: database('c.db') },
      environments: { valueOf: { databases: { constructor: { table: 't' } } } },
    })
    expect(databases.map(({ name }) => name)).toEqual(['constructor', 'toString', 'backup'])
  })

  describe('variables', () => {
    it('fills them in wherever a text stands', async () => {
      const env = { DIR: 'data', MODE: 'each', MS: '250', WAIT: '5s', LAYOUT: 'directory' }
      const entry = await one(
        {
          url: 'sqlite:${DIR}/${NAME:-app}.db',
          layout: '${LAYOUT}',
          transaction: '${MODE}',
          lockTimeout: '${WAIT}',
          pragmas: { busy_timeout: '${MS}' },
        },
        env,
      )
      expect(entry).toMatchObject({
        path: folder.path('data/app.db'),
        layout: 'directory',
        transaction: 'each',
        lockTimeoutMs: 5000,
        pragmas: { busy_timeout: 250 },
      })
      const content = { databases: { a: { url: 'a.db', migrations: 'a' } }, release: '${RELEASE}' }
      expect((await folder.read(content, { env: { RELEASE: 'independent' } })).release).toBe('independent')
    })

    it('names variable, database and place of one that is not set', async () => {
      const error = await folder.refuse({ databases: { a: { url: '${A_URL}', migrations: 'a' } } })
      expect(error).toMatchObject({ code: 'MANIFEST_VARIABLE', exitCode: 2 })
      expect(error.message).toBe(
        `${folder.path('manifest.json')}:4:14: database "a" needs the variable A_URL for its url, and it is not set`,
      )
      expect(error.hint).toBe('Set A_URL, or write ${A_URL:-default} in the manifest')
      expect(error.details).toMatchObject({
        file: folder.path('manifest.json'),
        line: 4,
        column: 14,
        path: 'databases.a.url',
        variable: 'A_URL',
        database: 'a',
      })
    })

    it('says when a variable leaves a text empty', async () => {
      const content = { databases: { a: { url: '${A_URL}', migrations: 'a' } } }
      const error = await folder.refuse(content, { env: { A_URL: '' } })
      expect(error.code).toBe('MANIFEST_VARIABLE')
      expect(error.message).toMatch(/databases\.a\.url is empty once A_URL is filled in$/)
    })

    it('checks what came out of a variable like what was written', async () => {
      const content = {
        databases: { a: { url: 'a.db', migrations: 'a', layout: '${L}', lockTimeout: '${T}' } },
      }
      const error = await folder.refuse(content, { env: { L: 'singel-file', T: '${T}' } })
      expect(problemsOf(error)).toEqual([
        expect.stringContaining('databases.a.layout is "singel-file"'),
        expect.stringContaining('databases.a.lockTimeout is "${T}", which is not a duration'),
      ])
      expect(error.hint).toBe('Did you mean "single-file"?')
    })

    it('refuses a ${ that is not closed', async () => {
      const error = await folder.refuse({ databases: { a: { url: '${A_URL', migrations: 'a' } } })
      expect(error.code).toBe('MANIFEST_INVALID')
      expect(error.message).toContain('databases.a.url has a ${ that is not followed by a name and }')
    })
  })

  describe('environments', () => {
    it('applies the selected one over the databases', async () => {
      const env = { SETTINGS_URL: 'postgres://app:secret@db/settings' }
      const manifest = await folder.read(example, { env, environment: 'production' })
      expect(manifest).toMatchObject({ environment: 'production', protected: true })
      expect(manifest.databases[0]).toMatchObject({
        engine: 'postgres',
        url: env.SETTINGS_URL,
        displayUrl: 'postgres://app:***@db/settings',
        migrations: [folder.path('settings')],
        pragmas: {},
      })
      expect(manifest.databases[1]?.engine).toBe('sqlite')
    })

    it('asks for no variable of an environment that is not selected, nor of a value that it replaces', async () => {
      expect((await folder.read(example)).databases).toHaveLength(3)
      const content = {
        databases: { a: { url: '${A_URL}', migrations: 'a' } },
        environments: { test: { databases: { a: { url: ':memory:' } } } },
      }
      expect((await folder.read(content, { environment: 'test' })).databases[0]?.path).toBe(':memory:')
    })

    it('changes single pragmas and parts of a backup, and keeps the others', async () => {
      const content = {
        databases: {
          a: {
            url: 'a.db',
            migrations: 'a',
            pragmas: { cache_size: 5, synchronous: 'FULL' },
            backup: { keep: 3 },
          },
        },
        environments: {
          big: { databases: { a: { pragmas: { cache_size: 9 }, backup: { before: 'always' } } } },
        },
      }
      const { databases } = await folder.read(content, { environment: 'big' })
      expect(databases[0]?.pragmas).toMatchObject({ cache_size: 9, synchronous: 'FULL' })
      expect(databases[0]?.backup).toMatchObject({ keep: 3, before: 'always' })
    })

    it('accepts one that changes nothing', async () => {
      expect(await folder.read(example, { environment: 'staging' })).toMatchObject({
        environment: 'staging',
        protected: false,
      })
    })

    it('lists the known ones and suggests the nearest for an unknown one', async () => {
      const error = await folder.refuse(example, { environment: 'prodution' })
      expect(error).toMatchObject({ code: 'ENVIRONMENT_UNKNOWN', exitCode: 2 })
      expect(error.message).toBe(
        `The manifest ${folder.path('manifest.json')} has no environment "prodution"`,
      )
      expect(error.hint).toBe('Did you mean "production"? Known: production, staging')
      expect((await folder.refuse(example, { environment: 'x' })).hint).toBe('Known: production, staging')
    })

    it('never takes an empty name for no environment', async () => {
      expect((await folder.refuse(example, { environment: '' })).code).toBe('ENVIRONMENT_UNKNOWN')
    })

    it('says how to add the first one', async () => {
      const error = await folder.refuse({ databases: example.databases }, { environment: 'constructor' })
      expect(error.hint).toBe('Add "environments": { "constructor": {} } to the manifest, or select none')
    })
  })

  describe('two databases at one place', () => {
    const pair = (first: string, second: string, table = 'schema_migrations') => ({
      databases: { a: { url: first, migrations: 'a' }, b: { url: second, migrations: 'b', table } },
    })

    it('refuses one file in two spellings', async () => {
      const error = await folder.refuse(pair('a.db', 'sqlite:./x/../a.db'))
      expect(error.code).toBe('MANIFEST_INVALID')
      expect(error.message).toContain(
        `databases.b.url is the same file as database "a": sqlite:${folder.path('a.db')}`,
      )
      expect(error.hint).toContain('a place of its own')
    })

    it('refuses one file behind links, whether it is there yet or not', async () => {
      mkdirSync(folder.path('data'))
      symlinkSync('data', folder.path('linked'))
      expect((await folder.refuse(pair('data/a.db', 'linked/a.db'))).message).toContain('the same file')
      expect((await folder.refuse(pair('data/new/a.db', 'linked/new/a.db'))).message).toContain(
        'the same file',
      )
      folder.write('data/a.db', '')
      symlinkSync('data/a.db', folder.path('b.db'))
      linkSync(folder.path('data/a.db'), folder.path('c.db'))
      expect((await folder.refuse(pair('data/a.db', 'b.db'))).message).toContain('the same file')
      expect((await folder.refuse(pair('data/a.db', 'c.db'))).message).toContain('the same file')
    })

    it('refuses one table of one server database, whoever logs in with whatever password', async () => {
      const error = await folder.refuse(pair('postgres://u:one@DB/x', 'postgresql://u:two@db:5432/x'))
      expect(error.message).toContain('is the same server database and the same table as database "a"')
      expect(error.message).not.toMatch(/one|two/)
    })

    it('allows another table, another schema, and databases in memory', async () => {
      const two = async (content: object) => expect((await folder.read(content)).databases).toHaveLength(2)
      await two(pair('postgres://u@db/x', 'postgres://u@db/x', 'other'))
      await two(pair('postgres://u@db/x?schema=a', 'postgres://u@db/x?schema=b'))
      await two(pair(':memory:', ':memory:'))
      await two(pair('a.db', 'b.db'))
    })

    it('looks at the places of the selected environment', async () => {
      const content = {
        ...pair('a.db', 'b.db'),
        environments: { one: { databases: { b: { url: 'a.db' } } } },
      }
      expect((await folder.read(content)).databases).toHaveLength(2)
      const error = await folder.refuse(content, { environment: 'one' })
      expect(error.message).toContain('environments.one.databases.b.url is the same file')
    })
  })

  it('ends with a MigrateError for a manifest that is not there', async () => {
    const error = await refusal(readManifest(folder.path('none/manifest.json'), { env: {} }))
    expect(error).toMatchObject({ code: 'MANIFEST_NOT_FOUND', exitCode: 2 })
    expect(error.hint).toContain('whimbrel init')
  })
})
