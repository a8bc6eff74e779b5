import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDirectory, type DriftOptions, drift, fileReplayCache, type ReplayCache } from '@whimbrel/checks'
import type { Driver, SchemaChange } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { Fixture, migration, temporaryFolder } from './fixture.ts'

const files = {
  '001_users': migration(
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'nobody'); CREATE INDEX by_name ON users (name);",
    'DROP TABLE users;',
  ),
  '002_posts': migration(
    "CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id)); INSERT INTO users (name) VALUES ('ada');",
    'DROP TABLE posts;',
  ),
  '003_rename': migration(
    'ALTER TABLE posts RENAME TO articles; ALTER TABLE articles ADD COLUMN title TEXT; CREATE VIEW titles AS SELECT title FROM articles;',
    'DROP VIEW titles; ALTER TABLE articles DROP COLUMN title; ALTER TABLE articles RENAME TO posts;',
  ),
}

const line = ({ change, kind, name, table }: SchemaChange) =>
  `${change} ${kind} ${kind === 'column' ? `${table}.` : ''}${name}`

/** A migrated database, and what drift says of it. */
async function migrated(texts: Record<string, string> = files) {
  const fixture = new Fixture(texts)
  await fixture.up()
  const ask = (options: Partial<DriftOptions> = {}) =>
    drift({
      driver: sqliteDriver({ path: fixture.path }),
      tracker: sqlVersionTracker(),
      source: folderSource({ directory: fixture.migrations }),
      ...options,
    })
  const linesOf = async (options: Partial<DriftOptions> = {}) => (await ask(options)).changes.map(line)
  return { fixture, ask, linesOf }
}

describe('drift', () => {
  it('finds nothing in a database that only migrations changed', async () => {
    const { ask, fixture } = await migrated()
    expect(await ask()).toEqual({ exists: true, applied: 3, changes: [], ignored: 0, findings: [] })
    await fixture.down()
    expect(await ask()).toMatchObject({ applied: 2, changes: [], findings: [] })
    await fixture.up()
    expect(await ask()).toMatchObject({ applied: 3, changes: [], findings: [] })
  })

  it('shows every change that was made outside of it, from what migrations give to what there is', async () => {
    const { ask, fixture } = await migrated()
    fixture.exec(
      "DROP INDEX by_name; ALTER TABLE users ADD COLUMN legacy TEXT DEFAULT 'x'; CREATE TABLE tmp_1 (a); DROP VIEW titles; CREATE VIEW titles AS SELECT id FROM articles; ALTER TABLE articles DROP COLUMN title",
    )
    const { changes, findings } = await ask()
    expect(changes.map(line)).toEqual([
      'removed index by_name',
      'removed column articles.title',
      'added table tmp_1',
      'added column users.legacy',
      'changed view titles',
    ])
    expect(changes[3]).toMatchObject({ table: 'users', after: "legacy TEXT DEFAULT 'x'" })
    expect(changes[4]).toMatchObject({
      before: 'CREATE VIEW titles AS SELECT title FROM articles',
      after: 'CREATE VIEW titles AS SELECT id FROM articles',
    })
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'DRIFT',
        message: expect.stringContaining('differs in 5 places'),
        hint: expect.stringContaining('Write a migration'),
      }),
    ])
  })

  it('counts a table of its own kind as outside where nothing was ever migrated', async () => {
    const fixture = new Fixture()
    fixture.exec('CREATE TABLE t (a)')
    const report = await drift({ driver: sqliteDriver({ path: fixture.path }), tracker: sqlVersionTracker() })
    expect(report).toMatchObject({ applied: 0, changes: [{ change: 'added', name: 't' }] })
  })

  it('says of a file that is not there that it does not exist, and makes none', async () => {
    const fixture = new Fixture()
    const report = await drift({ driver: sqliteDriver({ path: fixture.path }), tracker: sqlVersionTracker() })
    expect(report).toEqual({ exists: false, applied: 0, changes: [], ignored: 0, findings: [] })
    expect(existsSync(fixture.path)).toBe(false)
  })

  it('needs no files: the SQL of what is applied is kept in the database', async () => {
    const { ask, fixture } = await migrated()
    for (const id of Object.keys(files)) fixture.remove(id)
    fixture.exec('CREATE TABLE extra (a)')
    expect(await ask()).toMatchObject({ changes: [{ name: 'extra' }] })
  })

  it('touches no byte of the database and leaves nothing beside it', async () => {
    const { ask, fixture } = await migrated()
    fixture.exec('CREATE TABLE extra (a); PRAGMA journal_mode = DELETE')
    const before = [readdirSync(fixture.folder), readFileSync(fixture.path)]
    chmodSync(fixture.path, 0o444)
    await ask()
    chmodSync(fixture.path, 0o644)
    expect([readdirSync(fixture.folder), readFileSync(fixture.path)]).toEqual(before)
  })

  it('replays migrations outside a transaction, foreign keys on, pragmas and statements without a meaning here', async () => {
    const { ask } = await migrated({
      ...files,
      '004_none': migration(
        'PRAGMA journal_mode = DELETE; VACUUM; CREATE TABLE v (a);',
        '',
        '-- Transaction: none',
      ),
      '005_keys': migration('CREATE TABLE w (a REFERENCES users); DROP TABLE v;', '', '-- Foreign-Keys: on'),
      '006_legacy': migration(
        'PRAGMA legacy_alter_table = ON; ALTER TABLE users RENAME TO people; CREATE TABLE users (id INTEGER PRIMARY KEY);',
      ),
      '007_rows': migration(
        'WITH n AS (SELECT 1 AS id) INSERT INTO users SELECT id FROM n; CREATE TABLE copy AS SELECT * FROM people; UPDATE users SET id = 7; DELETE FROM users;',
        '',
        '-- Expect-Loss: users',
      ),
    })
    expect(await ask()).toMatchObject({ applied: 7, changes: [], findings: [] })
  })

  it('ignores what the patterns name, and no more', async () => {
    const { ask, linesOf, fixture } = await migrated()
    fixture.exec(
      'CREATE TABLE tmp_1 (a); CREATE INDEX tmp_1_a ON tmp_1 (a); ALTER TABLE users ADD COLUMN legacy; CREATE INDEX by_id ON users (id); CREATE VIEW tmp_view AS SELECT 1',
    )
    expect(await linesOf({ ignore: ['table:TMP_*'] })).toEqual([
      'added column users.legacy',
      'added index by_id',
      'added view tmp_view',
    ])
    expect(await linesOf({ ignore: ['tmp_*', 'index:by_*', 'nothing_like_this'] })).toEqual([
      'added column users.legacy',
    ])
    expect(await linesOf({ ignore: ['*'] })).toEqual([])
    expect(await ask({ ignore: ['tmp_*', 'column:users.legacy', 'by_id'] })).toMatchObject({
      changes: [],
      ignored: 5,
      findings: [],
    })
    expect(await linesOf({ ignore: ['users.legacy', 'column:users.leg', 'view:by_id'] })).toHaveLength(5)
  })

  it.each([
    ['', 'names nothing'],
    ['table:', 'names nothing'],
    ['tabel:x', 'is about a "tabel"'],
    ['column:legacy', 'does not say of which table'],
  ])('refuses the pattern "%s"', async (pattern, problem) => {
    const { ask } = await migrated({})
    const { error } = await failure(ask({ ignore: [pattern] }))
    expect(error).toMatchObject({ code: 'USAGE', message: expect.stringContaining(problem) })
  })

  it('says which migration cannot be replayed, and that the comparison is incomplete', async () => {
    const { ask, fixture } = await migrated()
    fixture.exec('UPDATE schema_migrations SET up_sql = NULL WHERE version = 2')
    expect(await ask()).toMatchObject({ changes: [], findings: [] })
    fixture.remove('002_posts')
    const { findings } = await ask()
    expect(findings.map(({ code, migration }) => [code, migration])).toEqual([
      ['REPLAY_INCOMPLETE', '002_posts'],
      ['REPLAY_INCOMPLETE', '003_rename'],
      ['DRIFT', undefined],
    ])
    expect(findings[0]?.message).toContain('its SQL was not kept, and no file has the checksum of its record')
    expect(findings[1]?.message).toContain('003_rename cannot be replayed')
  })

  it('takes neither kept SQL nor a file that is not what was applied', async () => {
    const { ask, fixture } = await migrated()
    fixture.exec("UPDATE schema_migrations SET up_sql = 'CREATE TABLE articles (id)' WHERE version = 3")
    expect(await ask()).toMatchObject({ changes: [], findings: [] })
    fixture.write({ '003_rename': migration('CREATE TABLE other (id);') })
    expect((await ask()).findings[0]).toMatchObject({ code: 'REPLAY_INCOMPLETE', migration: '003_rename' })
  })

  it('says of an imported record that nobody knows what was run', async () => {
    const { ask, fixture } = await migrated()
    fixture.exec("UPDATE schema_migrations SET checksum = 'abc', up_sql = NULL WHERE version = 3")
    expect((await ask()).findings[0]).toMatchObject({
      code: 'REPLAY_INCOMPLETE',
      message: expect.stringContaining('imported with a checksum that cannot be compared'),
      hint: expect.stringContaining('whimbrel accept 003_rename'),
    })
  })

  it('says which record is in doubt, and counts the statements of it that are known to have run', async () => {
    const { ask, fixture } = await migrated({
      ...files,
      '004_two': migration(
        'CREATE TABLE one (a); CREATE TABLE two (a);',
        'DROP TABLE two; DROP TABLE one;',
        '-- Transaction: none',
      ),
    })
    const doubt = (direction: string, progress: number) =>
      fixture.exec(
        `UPDATE schema_migrations SET state = 'in-doubt', direction = '${direction}', progress = ${progress} WHERE version = 4`,
      )
    doubt('up', 1)
    expect(await ask()).toMatchObject({
      changes: [{ change: 'added', name: 'two' }],
      findings: [{ code: 'IN_DOUBT', migration: '004_two' }, { code: 'DRIFT' }],
    })
    doubt('down', 1)
    fixture.exec('DROP TABLE two')
    expect(await ask()).toMatchObject({ changes: [], findings: [{ code: 'IN_DOUBT' }] })
  })

  it('refuses a driver that cannot open a scratch database', async () => {
    const { ask, fixture } = await migrated()
    const without = requiredOf(sqliteDriver({ path: fixture.path }))
    expect((await failure(ask({ driver: without }))).error.code).toBe('ENGINE_UNSUPPORTED')
  })
})

/** The required methods of a driver, without its optional roles. */
function requiredOf(driver: Driver): Driver {
  return {
    dialect: driver.dialect,
    location: driver.location,
    exists: () => driver.exists(),
    session: (mode) => driver.session(mode),
    lock: (owner, options) => driver.lock(owner, options),
    close: () => driver.close(),
  }
}

describe('the cache of drift', () => {
  /** A cache in a folder that says what it was asked for. */
  function watched(directory = join(temporaryFolder(), 'deep', 'cache')) {
    const cache = fileReplayCache(directory)
    const seen = { hits: 0, misses: 0, written: 0 }
    const watching: ReplayCache = {
      async read(key) {
        const text = await cache.read(key)
        if (text === undefined) seen.misses += 1
        else seen.hits += 1
        return text
      },
      write(key, text) {
        seen.written += 1
        return cache.write(key, text)
      },
    }
    const only = () => join(directory, readdirSync(directory)[0] ?? '')
    return { directory, cache: watching, seen, only }
  }

  it('gives the same answer as a replay, without reading the SQL', async () => {
    const { ask, fixture } = await migrated()
    fixture.exec('ALTER TABLE users ADD COLUMN legacy')
    const { cache, seen } = watched()
    const first = await ask({ cache })
    const unread = { ...sqlVersionTracker(), kept: () => Promise.reject(new Error('read')) }
    const tracker = Object.assign(sqlVersionTracker(), { kept: unread.kept })
    expect(await ask({ cache, tracker })).toEqual(first)
    expect(seen).toEqual({ hits: 1, misses: 1, written: 1 })
  })

  it('is asked anew after every migration, and never for other SQL', async () => {
    const { ask, fixture } = await migrated()
    const { cache, seen } = watched()
    await ask({ cache })
    await fixture.down()
    expect(await ask({ cache })).toMatchObject({ changes: [], applied: 2 })
    fixture.write({ '003_rename': migration('CREATE TABLE other (id);') })
    await fixture.up()
    expect(await ask({ cache })).toMatchObject({ changes: [], applied: 3 })
    expect(seen).toEqual({ hits: 0, misses: 3, written: 3 })
  })

  it('keeps nothing of what is incomplete or in doubt', async () => {
    const { ask, fixture } = await migrated()
    fixture.exec('UPDATE schema_migrations SET up_sql = NULL WHERE version = 1')
    fixture.remove('001_users')
    const { cache, seen } = watched()
    expect((await ask({ cache })).findings[0]?.code).toBe('REPLAY_INCOMPLETE')
    fixture.exec(
      "UPDATE schema_migrations SET state = 'in-doubt', direction = 'up', progress = 0 WHERE version = 3",
    )
    await ask({ cache })
    expect(seen.written).toBe(0)
  })

  it.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['changed in one letter', (text: string) => text.replace('articles', 'articleX')],
    ['empty', () => ''],
    ['something else', () => '{"objects":[]}'],
  ])('does not believe a file that is %s, and writes it again', async (_, damage) => {
    const { ask } = await migrated()
    const { cache, only, seen } = watched()
    await ask({ cache })
    const sound = readFileSync(only(), 'utf8')
    writeFileSync(only(), damage(sound))
    expect(await ask({ cache })).toMatchObject({ changes: [], findings: [] })
    expect(readFileSync(only(), 'utf8')).toBe(sound)
    expect(seen).toEqual({ hits: 0, misses: 2, written: 2 })
  })

  it('is no error where its folder cannot be made or is a file', async () => {
    const { ask } = await migrated()
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    for (const directory of [file, join(file, 'below'), '/proc/none'])
      expect(await ask({ cache: fileReplayCache(directory) })).toMatchObject({ changes: [], findings: [] })
  })

  it('keeps few files, the newest ones, and leaves no draft', async () => {
    const { cache, directory } = watched()
    for (let number = 0; number < 30; number += 1) await cache.write(`key ${number}`, `text ${number}`)
    expect(readdirSync(directory)).toHaveLength(24)
    expect(await cache.read('key 29')).toBe('text 29')
    expect(readdirSync(directory).every((name) => name.endsWith('.json'))).toBe(true)
  })

  it('lies where the environment says, and in the home folder otherwise', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: '/var/cache/me', HOME: '/home/me' })).toBe(
      '/var/cache/me/whimbrel',
    )
    expect(cacheDirectory({ XDG_CACHE_HOME: 'relative', HOME: '/home/me' })).toBe('/home/me/.cache/whimbrel')
    expect(cacheDirectory({ HOME: '' })).toBeUndefined()
  })
})
