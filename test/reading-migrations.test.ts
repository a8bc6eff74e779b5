import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MigrateError } from '@whimbrel/core'
import { folderSource, type Layout } from '@whimbrel/core/fs'
import { describe, expect, it } from 'vitest'
import { Fixture, migration, writeFiles } from './fixture.ts'

const good = migration('CREATE TABLE users (id INTEGER PRIMARY KEY);', 'DROP TABLE users;')

async function refusal(fixture: Fixture): Promise<MigrateError> {
  const error = await fixture.up().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ name: 'MigrateError', exitCode: 2 })
  return error as MigrateError
}

const up = '-- === UP MIGRATION ==='
const down = '-- === DOWN MIGRATION ==='

/** Name, file, code of the error. */
const wrong: readonly (readonly [what: string, name: string, text: string, code: string])[] = [
  ['without a DOWN marker', '002_b.sql', `${up}\nSELECT 1;`, 'MIGRATION_MARKER'],
  ['with two UP markers', '002_b.sql', `${up}\n${up}\n${down}\n`, 'MIGRATION_MARKER'],
  ['with the markers in the wrong order', '002_b.sql', `${down}\n${up}\n`, 'MIGRATION_MARKER'],
  ['with a marker only in a string', '002_b.sql', `${up}\nSELECT '\n${down}\n';`, 'MIGRATION_MARKER'],
  ['with a marker only in a comment', '002_b.sql', `${up}\n/*\n${down}\n*/`, 'MIGRATION_MARKER'],
  ['with a name that does not fit', '002-b.sql', good, 'MIGRATION_NAME'],
  ['of a version that exists', '01_b.sql', good, 'MIGRATION_DUPLICATE'],
  ['of another layout', '002_b.up.sql', 'SELECT 1;', 'MIGRATION_LAYOUT'],
  ['with a NUL', '002_b.sql', migration('SELECT 1;\0'), 'MIGRATION_SQL'],
  ['with a comment that never ends', '002_b.sql', `${migration('SELECT 1;')}/* `, 'MIGRATION_SQL'],
  ['with a parameter', '002_b.sql', migration('INSERT INTO users VALUES (:id);'), 'MIGRATION_SQL'],
  [
    'with a value that a header key cannot have',
    '002_b.sql',
    migration('', '', '-- Transaction: off'),
    'MIGRATION_HEADER',
  ],
]

const forbidden = [
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT a',
  "ATTACH 'b.db' AS b",
  'DETACH b',
  'VACUUM',
  'PRAGMA journal_mode = MEMORY',
  'PRAGMA foreign_keys = OFF',
]

describe('before the first migration runs, up refuses the whole folder for one file', () => {
  it.each(wrong)('%s', async (_, name, text, code) => {
    const fixture = new Fixture({ '001_users': good })
    writeFiles(fixture.migrations, { [name]: text })
    const error = await refusal(fixture)
    expect(error.code).toBe(code)
    expect(`${error.message} ${error.details.file}`).toContain(name.replace('.sql', ''))
    expect(existsSync(fixture.path)).toBe(false)
  })

  it('that is not UTF-8', async () => {
    const fixture = new Fixture({ '001_users': good })
    const text = Buffer.from(migration("SELECT 'ä';"), 'latin1')
    writeFileSync(join(fixture.migrations, '002_b.sql'), text)
    expect(await refusal(fixture)).toMatchObject({ code: 'MIGRATION_ENCODING', details: { line: 3 } })
    expect(existsSync(fixture.path)).toBe(false)
  })

  it('that cannot be read', async () => {
    const fixture = new Fixture({ '001_users': good })
    symlinkSync('nowhere.sql', join(fixture.migrations, '002_b.sql'))
    expect((await refusal(fixture)).code).toBe('MIGRATION_UNREADABLE')
    expect(existsSync(fixture.path)).toBe(false)
  })

  it.each(forbidden)('with %s, in either direction', async (statement) => {
    for (const text of [migration(`SELECT 1;\n${statement};`), migration('SELECT 1;', `${statement};`)]) {
      const fixture = new Fixture({ '001_users': good, '002_b': text })
      const error = await refusal(fixture)
      expect(error.code).toBe('MIGRATION_FORBIDDEN')
      expect(error.details).toMatchObject({ migration: '002_b', file: join(fixture.migrations, '002_b.sql') })
      expect(existsSync(fixture.path)).toBe(false)
    }
  })
})

describe('a folder in each layout', () => {
  const [create, drop] = ['CREATE TABLE users (id INTEGER PRIMARY KEY);', 'DROP TABLE users;']
  const folders: readonly (readonly [Layout, string, Record<string, string>])[] = [
    ['single-file', '002_b', { '002_b.sql': migration(create, drop) }],
    [
      'directory',
      '2024-01-15-120000_a',
      { '2024-01-15-120000_a/up.sql': create, '2024-01-15-120000_a/down.sql': drop },
    ],
    ['paired', '1764673549_c', { '1764673549_c.sql': create, '1764673549_c_down.sql': drop }],
  ]
  it.each(folders)('migrates up and down: %s', async (layout, id, files) => {
    const fixture = new Fixture()
    writeFiles(fixture.migrations, files)
    const source = folderSource({ directory: fixture.migrations, layout })
    expect((await fixture.up({ source })).steps).toMatchObject([{ id, outcome: 'applied' }])
    expect(fixture.objects()).toEqual(['users'])
    await fixture.down({}, { source })
    expect(fixture.objects()).toEqual([])
  })
})

describe('a file that was applied', () => {
  it('may change its line endings, comments and spaces, and nothing is pending or found', async () => {
    const fixture = new Fixture({ '001_users': good })
    await fixture.up()
    const changed = `\uFEFF-- by me\n${good.replace('users (', 'users\n  ( -- all\n')}`.replaceAll(
      '\n',
      '\r\n',
    )
    fixture.write({ '001_users': changed })
    const { findings, plan } = await fixture.runner().status()
    expect([findings, plan.steps]).toEqual([[], []])
    expect((await fixture.up()).outcome).toBe('up-to-date')
  })

  it('stops up when one token of its SQL changes', async () => {
    const fixture = new Fixture({ '001_users': good })
    await fixture.up()
    fixture.write({ '001_users': good.replace('INTEGER', 'integer') })
    await expect(fixture.up()).rejects.toMatchObject({ code: 'CHECKSUM_CHANGED', exitCode: 3 })
  })
})
