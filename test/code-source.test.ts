import {
  addColumn,
  alterColumn,
  type CodeMigration,
  codeSource,
  combinedSource,
  createIndex,
  createTable,
  dropIndex,
  dropTable,
  execute,
  type MigrateError,
  reverse,
  type Source,
  sqliteDialect,
} from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { describe, expect, it } from 'vitest'
import { Fixture, migration } from './fixture.ts'

async function parsed(source: Source) {
  const { entries, problems } = await source.list()
  expect(problems).toEqual([])
  return Promise.all(entries.map(async (entry) => (await entry.read()).parse(sqliteDialect)))
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('nothing was refused'),
    (error: MigrateError) => error,
  )

const up = `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE TRIGGER t AFTER INSERT ON users BEGIN UPDATE users SET name = ';' WHERE name IS NULL; END;
-- done`
const down = 'DROP TABLE users;'

describe('the same SQL in a file and in code', () => {
  const header = `-- Description: Who there is
-- Author: "me" \\ you
-- Date: 2026-11-26
-- Depends-On: ?ontology:2, 2
-- Environments: development, staging
-- Foreign-Keys: on
-- Expect-Loss: sessions, tokens
-- Engine: sqlite`
  const written: CodeMigration = {
    id: '003_users',
    up,
    down,
    description: 'Who there is',
    author: '"me" \\ you',
    date: '2026-11-26',
    dependsOn: ['?ontology:2', '2'],
    environments: ['development', 'staging'],
    foreignKeys: true,
    expectLoss: ['sessions', 'tokens'],
    engine: 'sqlite',
  }
  const last: CodeMigration = {
    id: '0010_last',
    up: 'VACUUM',
    irreversible: 'It "cannot"',
    transactional: false,
  }
  const files = {
    '003_users': migration(up, down, header),
    '2_first': migration('', ''),
    '0010_last': migration('VACUUM', '', '-- Irreversible: It "cannot"\n-- Transaction: none'),
  }

  it('gives the same ids, order, checksums and metadata', async () => {
    const fixture = new Fixture(files)
    const known = async (source: Source) =>
      (await parsed(source)).map(
        ({ migration: { file: _, fingerprint: __, ...rest }, up: script, warnings }) => ({
          ...rest,
          statements: script.statements.map(({ start, end }) => script.sql.slice(start, end)),
          warnings,
        }),
      )
    const inCode = await known(codeSource([last, written, { id: '2_first', up: '' }]))
    expect(inCode).toEqual(await known(folderSource({ directory: fixture.migrations })))
    expect(inCode.map(({ id }) => id)).toEqual(['2_first', '003_users', '0010_last'])
  })

  it('is the same migration for a database', async () => {
    const fixture = new Fixture({ '001_users': migration(up, down) })
    await fixture.up({ source: codeSource([{ id: '001_users', up, down }]) })
    expect((await fixture.up()).outcome).toBe('up-to-date')
    await fixture.down()
    expect(fixture.objects()).toEqual([])
    const changed = codeSource([{ id: '001_users', up: `${up}\nSELECT 1`, down }])
    await fixture.up()
    expect(await refusal(fixture.up({ source: changed }))).toMatchObject({ code: 'CHECKSUM_CHANGED' })
  })

  it('reads header comments of the SQL like those of a file, and refuses what is said twice', async () => {
    const [one] = await parsed(codeSource([{ id: '001_a', up: '-- Author: me\nSELECT 1', description: 'x' }]))
    expect(one?.migration).toMatchObject({ author: 'me', description: 'x' })
    const fixture = new Fixture()
    const source = codeSource([{ id: '001_a', up: '-- Author: me\nSELECT 1', author: 'you' }])
    expect(await refusal(fixture.up({ source }))).toMatchObject({
      code: 'MIGRATION_HEADER',
      message: expect.stringContaining('code/001_a/up, line 1: Author is given a second time'),
    })
  })

  it('has a fingerprint that changes with everything that is said', async () => {
    const variants: readonly CodeMigration[] = [
      { id: '001_a', up: 'SELECT 1' },
      { id: '001_a', up: 'SELECT  1' },
      { id: '001_a', up: 'SELECT 1', down: '' },
      { id: '001_a', up: 'SELECT 1', author: 'me' },
      { id: '001_a', up: [execute('SELECT 1')] },
      { id: '001_a', up: () => {} },
      { id: '001_a', up: () => Promise.resolve() },
      { id: '001_a', up: () => {}, revision: '2' },
    ]
    const fingerprints = variants.map(async (one) => {
      const [entry] = (await codeSource([one]).list()).entries
      return (await entry?.read())?.fingerprint
    })
    expect(new Set(await Promise.all(fingerprints)).size).toBe(variants.length)
  })

  it('names the migration and its direction where a statement fails', async () => {
    const source = codeSource([{ id: '001_a', up: 'SELECT 1;\nSELECT nowhere' }], { label: 'app' })
    expect((await refusal(new Fixture().up({ source }))).message).toMatch(
      /^001_a failed at app\/001_a\/up:2 /,
    )
  })
})

describe('dependencies', () => {
  const table = (name: string) => ({ up: `CREATE TABLE ${name} (id)`, down: `DROP TABLE ${name}` })

  it('reach from code into a folder and back', async () => {
    const fixture = new Fixture({ '002_b': migration(table('b').up, '', '-- Depends-On: 3') })
    const source = combinedSource([
      folderSource({ directory: fixture.migrations }),
      codeSource([
        { id: '001_a', ...table('a'), dependsOn: '002_b' },
        { id: '003_c', ...table('c') },
      ]),
    ])
    await fixture.up({ source })
    expect(await fixture.applied()).toEqual(['003_c', '002_b', '001_a'])
  })
})

describe('a migration in code that makes no sense is refused at once, by its id', () => {
  const good = { id: '001_a', up: 'SELECT 1' }

  it.each<readonly [what: string, given: unknown, code: string, message: string]>([
    ['no list', good, 'USAGE', 'codeSource needs a list of migrations'],
    ['no object', [null], 'USAGE', 'Migration 1 of the list has no "id"'],
    ['no id', [{ up: 'SELECT 1' }], 'USAGE', 'Migration 1 of the list has no "id"'],
    ['a bad id', [{ id: 'a', up: '' }], 'MIGRATION_NAME', 'a is not a name for a migration'],
    [
      'no up',
      [{ id: '001_a' }],
      'USAGE',
      '001_a has no "up": it must be SQL, a list of operations, or a function',
    ],
    ['an up that is none', [{ id: '001_a', up: 7 }], 'USAGE', '"up" of 001_a does not fit'],
    ['a misspelt key', [{ ...good, donw: '' }], 'USAGE', '001_a has the key "donw"'],
    [
      'a list that is none',
      [{ ...good, environments: [1] }],
      'USAGE',
      '"environments" of 001_a does not fit',
    ],
    ['a text of two lines', [{ ...good, author: 'a\nb' }], 'USAGE', '"author" of 001_a does not fit'],
    ['a bad dependency', [{ ...good, dependsOn: '?a b' }], 'USAGE', '"dependsOn" of 001_a'],
    ['a revision of SQL', [{ ...good, revision: '2' }], 'USAGE', '001_a has a "revision" and no code'],
    [
      'code outside a transaction',
      [{ id: '001_a', up: () => {}, transactional: false }],
      'USAGE',
      '001_a is code, which cannot run outside a transaction',
    ],
    [
      'the same version twice',
      [good, { id: '01_b', up: '' }],
      'MIGRATION_DUPLICATE',
      '001_a and 01_b have the same version, 1',
    ],
    [
      'the same migration twice',
      [good, good],
      'MIGRATION_DUPLICATE',
      '001_a and 001_a have the same version',
    ],
    ['no operation', [{ id: '001_a', up: [7] }], 'USAGE', '001_a has something that is no operation'],
    [
      'an unknown operation',
      [{ id: '001_a', up: [{ operation: 'dropTabel' }] }],
      'USAGE',
      '001_a has the operation "dropTabel"',
    ],
    [
      'a table without columns',
      [{ id: '001_a', up: [createTable('t', {})] }],
      'USAGE',
      '"columns" of createTable of t in 001_a does not fit: it must be an object of at least one column',
    ],
    [
      'a misspelt key of a column',
      [{ id: '001_a', up: [createTable('t', { a: { type: 'TEXT', notnull: true } as never })] }],
      'USAGE',
      'The column a of createTable of t in 001_a has the key "notnull"',
    ],
    [
      'a unique column that is added',
      [{ id: '001_a', up: [addColumn('t', 'c', { type: 'TEXT', unique: true } as never)] }],
      'USAGE',
      'The column c of addColumn of t.c in 001_a has the key "unique"',
    ],
    [
      'a column whose place JavaScript changes',
      [{ id: '001_a', up: [createTable('t', { 7: 'TEXT' })] }],
      'USAGE',
      'createTable of t in 001_a has a column called 7',
    ],
    [
      'a foreign key that is none',
      [
        {
          id: '001_a',
          up: [createTable('t', { a: 'TEXT' }, { foreignKeys: [{ columns: ['a'] } as never] })],
        },
      ],
      'USAGE',
      'A foreign key of createTable of t in 001_a has no "references"',
    ],
    [
      'an index of nothing',
      [{ id: '001_a', up: [createIndex('i', { on: 't', columns: [] })] }],
      'USAGE',
      '"columns" of createIndex of i in 001_a does not fit: it must be a list of at least one column',
    ],
    ['a name with a NUL', [{ id: '001_a', up: [dropTable('a\0b')] }], 'USAGE', '"table" of dropTable'],
  ])('%s', (_, given, code, message) => {
    expect(() => codeSource(given as readonly CodeMigration[])).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })

  it('and tells of all of them, with suggestions', () => {
    const wrong = [{ ...good, donw: '' }, { id: '2' }] as readonly unknown[]
    expect(() => codeSource(wrong as readonly CodeMigration[])).toThrow(
      expect.objectContaining({
        hint: 'Did you mean "down"?',
        details: expect.objectContaining({
          migration: '001_a',
          findings: [expect.objectContaining({ code: 'USAGE' }), expect.objectContaining({ code: 'USAGE' })],
        }),
      }),
    )
    expect(() => codeSource([], { lable: 'x' } as never)).toThrow('codeSource has no option "lable"')
  })

  it('code beside SQL whose header asks for no transaction is refused before anything runs', async () => {
    const fixture = new Fixture()
    const source = codeSource([{ id: '001_a', up: '-- Transaction: none\nVACUUM', down: () => {} }])
    expect(await refusal(fixture.up({ source }))).toMatchObject({
      code: 'USAGE',
      message: '001_a is code, which cannot run outside a transaction',
    })
    expect(fixture.bytes()).toBeUndefined()
  })

  it('SQL that is refused in a file is refused in code before anything runs', async () => {
    const fixture = new Fixture()
    const source = codeSource([
      { id: '001_a', up: 'CREATE TABLE a (id)' },
      { id: '002_b', up: [execute('COMMIT')] },
      { id: '003_c', up: 'DELETE FROM schema_migrations' },
    ])
    const error = await refusal(fixture.up({ source }))
    expect(error).toMatchObject({ code: 'MIGRATION_FORBIDDEN', details: { migration: '002_b' } })
    expect(error.details.findings).toHaveLength(2)
    expect(fixture.bytes()).toBeUndefined()
  })
})

describe('the reverse of what has none', () => {
  it.each([
    ['dropTable of t', [dropTable('t')]],
    ['dropIndex of i', [createTable('t', { a: 'TEXT' }), dropIndex('i')]],
    ['alterColumn of t.a', [alterColumn('t', 'a', { type: 'INTEGER' })]],
    ['execute', [execute('SELECT 1')]],
  ])('is refused at run time: %s', (name, operations) => {
    const migrations = [{ id: '001_a', up: operations, down: reverse }] as readonly unknown[]
    expect(() => codeSource(migrations as readonly CodeMigration[])).toThrow(
      expect.objectContaining({
        code: 'IRREVERSIBLE',
        message: `001_a cannot be reversed by itself: ${name} does not say what was there before`,
        details: expect.objectContaining({ migration: '001_a' }),
      }),
    )
  })

  it('is refused by the compiler and at run time', () => {
    const two = [createTable('t', { a: 'TEXT' }), dropIndex('i')]
    const attempts: readonly (() => Source)[] = [
      // @ts-expect-error: what a dropped table was, nobody says.
      () => codeSource([{ id: '001_a', up: [dropTable('t')], down: reverse }]),
      // @ts-expect-error: the type that it had, nobody says.
      () => codeSource([{ id: '001_a', up: [alterColumn('t', 'c', { type: 'TEXT' })], down: reverse }]),
      // @ts-expect-error: one of several is enough.
      () => codeSource([{ id: '001_a', up: two, down: reverse }]),
      // @ts-expect-error: SQL is not understood.
      () => codeSource([{ id: '001_a', up: [execute('SELECT 1')], down: reverse }]),
      // @ts-expect-error: nor is it as a text.
      () => codeSource([{ id: '001_a', up: 'SELECT 1', down: reverse }]),
      // @ts-expect-error: nor is a function.
      () => codeSource([{ id: '001_a', up: async () => {}, down: reverse }]),
    ]
    for (const attempt of attempts) expect(attempt).toThrow(expect.objectContaining({ code: 'IRREVERSIBLE' }))
  })

  it('misspelt keys and columns are compile errors, too', () => {
    // @ts-expect-error: there is no such key.
    expect(() => codeSource([{ id: '001_a', up: '', donw: '' }])).toThrow('donw')
    // @ts-expect-error: a column that is added cannot be a key.
    expect(addColumn('t', 'c', { type: 'TEXT', primaryKey: true })).toBeDefined()
  })
})
