import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { problemsOf, useManifestFolder } from './manifest-folder.ts'

const database = { url: 'a.db', migrations: 'a' }

describe('a manifest that cannot be used', () => {
  const folder = useManifestFolder()
  const told = async (content: string | object) => {
    const error = await folder.refuse(content)
    expect(error.code).toBe('MANIFEST_INVALID')
    expect(error.details.file).toBe(folder.path('manifest.json'))
    return problemsOf(error).map((problem) => problem.replaceAll(`${folder.path('manifest.json')}:`, ''))
  }

  it.each([
    ['', '1:1: the manifest is empty. Run "whimbrel init", or write { "databases"'],
    ['\n // nothing\n', '1:1: the manifest is empty'],
    ['[]', '1:1: the manifest is a list; it must be an object'],
    ['null', '1:1: the manifest is null; it must be an object'],
    ['"text"', '1:1: the manifest is "text"; it must be an object'],
    ['databases:\n  a: x', '1:1: this is not JSON. Write { "databases"'],
    ['/* open', '1:1: this is not JSON'],
    ['{\n  "databases": {', '2:17: the manifest cannot be read: a closing } is missing'],
    [
      '{\n  databases: {} }',
      '2:3: the manifest cannot be read: something here is not JSON; keys and texts stand in double',
    ],
    ['{ "a": 1 "b": 2 }', '1:10: the manifest cannot be read: a comma is missing'],
    ['{ "a": }', '1:8: the manifest cannot be read: a value is missing'],
    ['{ "a" 1 }', '1:7: the manifest cannot be read: a colon is missing'],
    ['{ "a": "x }', '1:8: the manifest cannot be read: a text is not closed with a double quote'],
    ['{ "a": "\\x" }', '1:8: the manifest cannot be read: a backslash in a text is not followed'],
    ['{} {}', '1:4: the manifest cannot be read: something follows after the closing }'],
  ])('is refused when it reads %j', async (content, start) => {
    expect(await told(content)).toEqual([expect.stringContaining(start)])
  })

  it('tells each unknown key with the key that was meant', async () => {
    const problems = await told({
      relase: 'atomic',
      databases: {
        a: { ...database, laout: 'paired', pragmas: { jornal_mode: 'WAL' }, backup: { kep: 3 } },
        b: { ...database, url: 'b.db', colour: 'blue' },
      },
      environments: { production: { protect: true, databases: { a: { uri: 'x.db' } } } },
      layout: 'paired',
    })
    expect(problems).toEqual([
      '2:3: "relase" is not a key of the manifest (and 7 more problems). Did you mean "release"?',
      '7:7: "laout" is not a key of databases.a. Did you mean "layout"?',
      '9:9: "jornal_mode" is not a pragma that a manifest can set, in databases.a.pragmas. Did you mean "journal_mode"?',
      '12:9: "kep" is not a key of databases.a.backup. Did you mean "keep"?',
      expect.stringMatching(
        /^18:7: "colour" is not a key of databases.b\. Remove it\. Known here: url, migrations, /,
      ),
      '23:7: "protect" is not a key of environments.production. Did you mean "protected"?',
      '26:11: "uri" is not a key of environments.production.databases.a. Did you mean "url"?',
      '31:3: "layout" is not a key of the manifest. "layout" belongs to one database: move it to where that database is',
    ])
  })

  it('refuses pragmas that would change data or hide damage', async () => {
    for (const pragma of ['user_version', 'writable_schema', 'locking_mode']) {
      const [problem] = await told({ databases: { a: { ...database, pragmas: { [pragma]: 1 } } } })
      expect(problem).toContain(`"${pragma}" is not a pragma that a manifest can set`)
    }
  })

  it('refuses a pragma value that SQLite would silently ignore', async () => {
    const pragmas = { journal_mode: 'WALL', foreign_keys: 'maybe', busy_timeout: '5s', synchronous: null }
    expect(await told({ databases: { a: { ...database, pragmas } } })).toEqual([
      expect.stringContaining(
        'databases.a.pragmas.synchronous is null; it must be text, a number, true or false',
      ),
    ])
    expect(
      await told({ databases: { a: { ...database, pragmas: { ...pragmas, synchronous: 1 } } } }),
    ).toEqual([
      expect.stringContaining('databases.a.pragmas.journal_mode is "WALL"; it must be one of WAL, DELETE'),
      expect.stringContaining(
        'databases.a.pragmas.foreign_keys is "maybe"; it must be true or false, "on" or "off"',
      ),
      expect.stringContaining('databases.a.pragmas.busy_timeout is "5s"; it must be a whole number'),
    ])
  })

  it('refuses a pattern that names nothing, or a kind of thing that there is not', async () => {
    const ignore = ['', 'tabel:x', 'table:', 'column:legacy', 'column:users.', 'fine_*', 7]
    const problems = await told({ databases: { a: { ...database, drift: { ignore } } } })
    expect(problems).toHaveLength(6)
    expect(problems[1]).toContain(
      'databases.a.drift.ignore[1] is "tabel:x"; it must be a name, or "table:NAME", "index:NAME"',
    )
    expect(problems[5]).toContain(
      'databases.a.drift.ignore[6] is the number 7; it must be the text of a pattern. Write for instance "tmp_*"',
    )
    expect(await told({ databases: { a: { ...database, drift: { ignore: 'fts_*' } } } })).toEqual([
      expect.stringContaining('databases.a.drift.ignore is "fts_*"; it must be a list of patterns'),
    ])
    expect(await told({ databases: { a: { ...database, drift: { ignored: [] } } } })).toEqual([
      expect.stringContaining('"ignored" is not a key of databases.a.drift. Did you mean "ignore"?'),
    ])
  })

  it('refuses pragmas for a server', async () => {
    const [problem] = await told({
      databases: { a: { url: 'postgres://db/a', migrations: 'a', pragmas: {} } },
    })
    expect(problem).toContain('databases.a.pragmas is for SQLite, and "a" is postgres')
  })

  it('refuses a key that is there twice, which JSON.parse would not notice', async () => {
    const text =
      '{ "databases": {\n"a": { "url": "a.db", "migrations": "a" },\n"a": { "url": "b.db", "migrations": "b" } } }'
    expect(await told(text)).toEqual([
      '3:1: databases has the key "a" twice, first in line 2. Rename one of the two, or remove it',
    ])
    const twice = '{ "databases": { "a": { "url": "a.db",\n"url": "b.db", "migrations": "a" } } }'
    expect(await told(twice)).toEqual([
      expect.stringContaining('2:1: databases.a has the key "url" twice, first in line 1'),
    ])
  })

  it('refuses __proto__ wherever it stands', async () => {
    const text =
      '{ "__proto__": {}, "databases": { "__proto__": {}, "a": { "url": "a.db", "migrations": "a", "__proto__": 1, "pragmas": { "__proto__": 1 } } } }'
    expect(await told(text)).toEqual(
      ['the manifest', 'databases', 'databases.a', 'databases.a.pragmas'].map((where) =>
        expect.stringContaining(`"__proto__" is not a key of ${where}`),
      ),
    )
    expect({}).not.toHaveProperty('url')
  })

  it('refuses names that could not be typed or would not fit a path', async () => {
    for (const name of ['9lives', 'a b', '', '-x', 'a/b', 'ä', 'a.b']) {
      const [problem] = await told({ databases: { [name]: database } })
      expect(problem).toContain(`${JSON.stringify(name)} cannot be the name of a database`)
    }
    const [problem] = await told({ databases: { a: database }, environments: { 'a b': {} } })
    expect(problem).toContain('"a b" cannot be the name of an environment')
  })

  it('refuses a manifest without a database', async () => {
    expect(await told({})).toEqual([
      '1:1: the manifest has no "databases". Add "databases": { "app": { "url": "sqlite:app.db", "migrations": "app" } }',
    ])
    expect(await told({ databases: {} })).toEqual([
      expect.stringContaining('2:16: databases is empty; it must name at least one database'),
    ])
  })

  it('refuses a database without its two keys', async () => {
    expect(await told({ databases: { a: {} } })).toEqual([
      '3:10: databases.a has no "url" (and 1 more problem). Add "url": "sqlite:app.db"',
      '3:10: databases.a has no "migrations". Add "migrations": "app"',
    ])
  })

  it('refuses values of the wrong kind with one that fits', async () => {
    const problems = await told({
      databases: {
        a: {
          url: 5,
          migrations: ['a', 5],
          layout: true,
          table: '',
          pragmas: [],
          transaction: 'bach',
          backup: 'yes',
        },
        b: null,
        c: { ...database, lockTimeout: 30, backup: { keep: 1.5, before: 'sometimes', directory: 1 } },
        d: { ...database, lockTimeout: '30' },
      },
      environments: { production: { protected: 'yes', databases: [] }, staging: 1 },
      release: 'atomik',
    })
    expect(problems.map((problem) => problem.replace(/^\d+:\d+: /, ''))).toEqual([
      'databases.a.url is the number 5; it must be text (and 16 more problems). Write for instance "url": "sqlite:app.db"',
      'databases.a.migrations is a list; it must be the path of a folder, or a list of at least one such path. Write for instance "migrations": "app"',
      'databases.a.layout is true; it must be "single-file" or "directory" or "paired". Write for instance "layout": "single-file"',
      'databases.a.table is empty; it must be text, not empty and without NUL characters. Write for instance "table": "schema_migrations"',
      'databases.a.pragmas is a list; it must be an object of pragmas and their values. Write for instance "pragmas": { "busy_timeout": 5000 }',
      'databases.a.transaction is "bach"; it must be "batch" or "each" or "all". Did you mean "batch"?',
      'databases.a.backup is "yes"; it must be an object with "directory", "keep" and "before". Write for instance "backup": { "keep": 30 }',
      'databases.b is null; it must be an object with "url" and "migrations". Write for instance "b": { "url": "sqlite:app.db", "migrations": "app" }',
      'databases.c.lockTimeout is the number 30; it must be a whole number with ms, s or m, such as 500ms, 30s or 2m, in quotes. Write for instance "lockTimeout": "30s"',
      'databases.c.backup.keep is the number 1.5; it must be a whole number of backups, 1 to 1,000,000. Write for instance "keep": 30',
      'databases.c.backup.before is "sometimes"; it must be "destructive" or "always" or "never". Write for instance "before": "destructive"',
      'databases.c.backup.directory is the number 1; it must be text. Write for instance "directory": "backups"',
      'databases.d.lockTimeout is "30"; it must be a whole number with ms, s or m, such as 500ms, 30s or 2m. Write for instance "lockTimeout": "30s"',
      'environments.production.protected is "yes"; it must be true or false. Write for instance "protected": true',
      'environments.production.databases is a list; it must be an object of databases. Write for instance "databases": { "app": { "url": "sqlite:app.db" } }',
      'environments.staging is the number 1; it must be an object with "protected" and "databases". Write for instance "staging": { "protected": true }',
      'release is "atomik"; it must be "atomic" or "independent". Did you mean "atomic"?',
    ])
  })

  it('refuses NUL in a table name and a timer of more than 24 days', async () => {
    expect(await told({ databases: { a: { ...database, table: 'a\0b' } } })).toEqual([
      expect.stringContaining('without NUL'),
    ])
    expect(await told({ databases: { a: { ...database, lockTimeout: '99999m' } } })).toEqual([
      expect.stringContaining('databases.a.lockTimeout is "99999m", which is not a duration'),
    ])
  })

  it('refuses an environment that changes a database which does not exist, selected or not', async () => {
    const content = {
      databases: { settings: database },
      environments: { test: { databases: { setings: {}, users: {} } } },
    }
    expect(await told(content)).toEqual([
      expect.stringMatching(
        /environments\.test\.databases changes "setings", but there is no database of that name \(and 1 more problem\)\. Did you mean "settings"\?/,
      ),
      expect.stringContaining(
        'changes "users", but there is no database of that name. Add it to "databases" first',
      ),
    ])
  })

  it('tells an empty url, a folder and an unknown driver at their places', async () => {
    expect(await told({ databases: { a: { url: '', migrations: 'a' } } })).toEqual([
      expect.stringContaining('4:14: databases.a.url is empty'),
    ])
    expect(await told({ databases: { a: { url: ' ', migrations: 'a' } } })).toEqual([
      expect.stringContaining('4:14: databases.a.url cannot be used: the database url is empty'),
    ])
    expect(await told({ databases: { a: { url: 'data/', migrations: 'a' } } })).toEqual([
      expect.stringContaining(
        '4:14: databases.a.url cannot be used: the database url "data/" names a folder',
      ),
    ])
    const error = await folder.refuse({ databases: { a: { url: 'postgre://db/a', migrations: 'a' } } })
    expect(error).toMatchObject({ code: 'DRIVER_UNKNOWN', details: { line: 4, column: 14, database: 'a' } })
    expect(error.hint).toContain('Did you mean postgres://?')
  })

  it('tells what is wrong with one database although another has no proper form', async () => {
    const content = {
      databases: { a: { ...database, colour: 1, layout: '${A}' }, b: { url: '${B_URL}', migrations: 'b' } },
      environments: { test: { databases: { b: { tabel: 'x' } } } },
    }
    expect(problemsOf(await folder.refuse(content))).toEqual([
      expect.stringContaining('"colour" is not a key'),
      expect.stringContaining('database "b" needs the variable B_URL'),
      expect.stringContaining('"tabel" is not a key'),
    ])
    expect(problemsOf(await folder.refuse(content, { environment: 'test' }))).toHaveLength(2)
    expect((await folder.refuse(content, { environment: 'none' })).code).toBe('MANIFEST_INVALID')
  })

  it('refuses nesting that would exhaust the parser, in time', async () => {
    const deep = 100_000
    expect(await told(`{ "a": ${'['.repeat(deep)}${']'.repeat(deep)} }`)).toEqual([
      expect.stringContaining('1:39: the manifest is nested more than 32 levels deep'),
    ])
    expect(await told('{"a":'.repeat(deep))).toEqual([
      expect.stringContaining('nested more than 32 levels deep'),
    ])
  })

  it('stops telling after a hundred problems', async () => {
    const junk = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, 1]))
    const error = await folder.refuse({ ...junk, databases: { a: junk } })
    expect(error.message).toContain('(and at least 99 more problems)')
    expect(problemsOf(error)).toHaveLength(100)
    const twice = `{ ${'"a": 1, '.repeat(50_000)} }`
    expect(problemsOf(await folder.refuse(twice))).toHaveLength(100)
  })

  it('refuses backups where they do not belong', async () => {
    const backup = (directory: string, more = {}) => ({ ...database, backup: { directory, ...more } })
    const problems = await told({
      databases: {
        a: backup('a'),
        b: { ...backup('a/old'), url: 'b.db' },
        c: { ...backup('./c.db'), url: 'c.db' },
        d: { ...backup('a-backups'), url: 'd.db' },
        e: { ...database, url: 'postgres://db/e', backup: { directory: 'a' } },
      },
    })
    const where = 'which is inside the folder of the migrations'
    const give = 'Give a folder of its own, such as backups'
    expect(problems.map((problem) => problem.replace(/^\d+:\d+: /, ''))).toEqual([
      `databases.a.backup.directory is "a", ${where} (and 3 more problems). ${give}`,
      `databases.b.backup.directory is "a/old", ${where}. ${give}`,
      `databases.c.backup.directory is "./c.db", which is the database itself. ${give}`,
      `databases.e.backup.directory is "a", ${where}. ${give}`,
    ])
  })

  it.each([0, -1, 1_000_001, 1e30, 1.5])('refuses to keep %d backups', async (keep) => {
    const [problem] = await told({ databases: { a: { ...database, backup: { keep } } } })
    expect(problem).toContain('databases.a.backup.keep is the number')
    expect(problem).toContain('it must be a whole number of backups, 1 to 1,000,000')
  })

  it('refuses an age and a size that mean nothing', async () => {
    const of = (backup: object) => told({ databases: { a: { ...database, backup } } })
    expect(await of({ maxAge: '90' })).toEqual([expect.stringContaining('maxAge is "90"; it must be')])
    expect(await of({ maxSize: '20GiB' })).toEqual([
      expect.stringContaining('maxSize is "20GiB"; it must be'),
    ])
    expect(await of({ maxAge: '0d' })).toEqual([
      expect.stringContaining('maxAge is "0d", which is not an age'),
    ])
  })

  it('counts lines and columns as an editor does', async () => {
    expect(await told('\uFEFF{\r\n\t"databases": {},\r"x": 1 }')).toEqual([
      expect.stringMatching(/^2:15: databases is empty/),
      expect.stringMatching(/^3:1: "x" is not a key/),
    ])
  })

  it('ends every text with a manifest or a MigrateError that has a hint', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '"',
        '"databases"',
        '"a"',
        '"url"',
        '/*',
        '//',
        '\n',
        '\\',
        '${',
        '1',
        'null',
      ),
      fc.string({ maxLength: 3 }),
    )
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        const error = await folder.refuse(content)
        expect(error.hint).not.toBe('')
      }),
      { numRuns: 200 },
    )
  })
})
