import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { exampleAttempt, exampleMigration, temporaryDatabase } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { sql, trackedDatabase } from './tracked-database.ts'

const users = exampleMigration('001_create_users', { engine: 'sqlite' })

describe('the tracking tables', () => {
  it('begin with the columns that users of such tables expect', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    const columns = await database.session.query(
      'SELECT name, type, "notnull", pk FROM pragma_table_info(\'schema_migrations\')',
    )
    expect(columns.slice(0, 5)).toEqual([
      { name: 'version', type: 'INTEGER', notnull: 0, pk: 1 },
      { name: 'name', type: 'TEXT', notnull: 1, pk: 0 },
      { name: 'applied_at', type: 'TEXT', notnull: 1, pk: 0 },
      { name: 'checksum', type: 'TEXT', notnull: 1, pk: 0 },
      { name: 'execution_time_ms', type: 'NUMERIC', notnull: 1, pk: 0 },
    ])
  })

  it('hold one row per applied migration, with its SQL last', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    const [row = {}] = await database.session.query('SELECT * FROM schema_migrations')
    expect(Object.keys(row).slice(-2)).toEqual(['up_sql', 'down_sql'])
    expect(row).toEqual({
      version: 1,
      name: 'create_users',
      applied_at: '2026-11-20T10:11:12.345Z',
      checksum: users.checksum,
      execution_time_ms: 12.5,
      id: '001_create_users',
      sequence: 1,
      down_checksum: users.downChecksum,
      fingerprint: users.fingerprint,
      state: 'applied',
      direction: 'up',
      progress: null,
      run_id: 'run-1',
      applied_by: 'ada@example',
      tool_version: '1.2.3',
      metadata: '{"engine":"sqlite"}',
      trace: null,
      up_sql: sql.up,
      down_sql: sql.down,
    })
  })

  it('hold one row per attempt in the history', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    await database.down(users)
    const rows = await database.session.query(
      'SELECT sequence, version, id, action, outcome FROM schema_migrations_history',
    )
    expect(rows).toEqual([
      { sequence: 1, version: 1, id: users.id, action: 'up', outcome: 'applied' },
      { sequence: 2, version: 1, id: users.id, action: 'down', outcome: 'reverted' },
    ])
  })

  it('are only those two', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    const names = (await database.schema()).map((row) => Object.values(row)[0])
    const expected = [
      'schema_migrations',
      'schema_migrations_history',
      'sqlite_autoindex_schema_migrations_1',
    ]
    expect(names.toSorted()).toEqual([...expected, 'sqlite_sequence'])
  })

  it('take any name, even one that looks like SQL', async () => {
    const table = 'x"; DROP TABLE users; --'
    await using database = await trackedDatabase({ table })
    await database.run('CREATE TABLE users (id)')
    await database.up(users)
    await database.down(users)
    expect(await database.tracker.applied(database.session)).toEqual([])
    const tables = await database.session.query(
      "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid",
    )
    const names = ['users', table, 'sqlite_sequence', `${table}_history`]
    expect(tables.map((row) => Object.values(row)[0]).toSorted()).toEqual(names.toSorted())
  })

  it('keep two trackers of one database apart', async () => {
    await using database = await trackedDatabase({ table: 'first' })
    const second = sqlVersionTracker({ table: 'second' })
    await database.up(users)
    expect(await second.applied(database.session)).toEqual([])
    await second.prepare(database.session)
    expect(await database.tracker.applied(database.session)).toHaveLength(1)
  })

  it('never give a place in the order twice, also when the newest records are gone', async () => {
    await using database = await trackedDatabase()
    await database.up(users)
    await database.down(users)
    await database.run('DELETE FROM schema_migrations_history')
    await database.up(users)
    expect((await database.tracker.applied(database.session))[0]?.sequence).toBe(3)
  })

  it('are not written by reading, down to the bytes of the file', async () => {
    await using place = await temporaryDatabase()
    const driver = sqliteDriver({ path: place.database, pragmas: { journal_mode: 'DELETE' } })
    const tracker = sqlVersionTracker()
    const writing = await driver.session('write')
    await writing.execute('CREATE TABLE users (id)')
    await writing.close()
    const digest = async () =>
      createHash('sha256')
        .update(await readFile(place.database))
        .digest('hex')
    const before = await digest()
    const session = await driver.session('read')
    expect(await tracker.applied(session)).toEqual([])
    expect(await tracker.history(session)).toEqual([])
    expect(await tracker.kept(session, '1')).toBeUndefined()
    await driver.close()
    expect(await digest()).toBe(before)
  })

  it('cannot be prepared in a session for reading', async () => {
    await using place = await temporaryDatabase()
    const driver = sqliteDriver({ path: place.database })
    await (await driver.session('write')).close()
    const session = await driver.session('read')
    await expect(sqlVersionTracker().prepare(session)).rejects.toMatchObject({ code: 'DATABASE_READ_ONLY' })
    await driver.close()
  })

  it.each(['abc', '-1', '1.5', '', '1234567890123456789'])('refuse "%s" as a version', async (version) => {
    await using database = await trackedDatabase()
    await database.tracker.prepare(database.session)
    const attempt = exampleAttempt({ ...users, version })
    const finished = database.tracker.finish(database.session, attempt, { durationMs: 1, sql })
    await expect(finished).rejects.toMatchObject({ code: 'USAGE' })
    await expect(database.tracker.kept(database.session, version)).rejects.toMatchObject({ code: 'USAGE' })
  })
})
