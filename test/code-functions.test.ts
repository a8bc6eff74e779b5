import { join } from 'node:path'
import { checkMigrations, drift, lint } from '@whimbrel/checks'
import {
  type CodeMigration,
  type CodeSession,
  codeSource,
  type MigrateError,
  type Plan,
  type Source,
  type Step,
  sqliteDialect,
} from '@whimbrel/core'
import { impactOf, safeguard } from '@whimbrel/rollback-manager'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { Fixture } from './fixture.ts'

const base: CodeMigration = {
  id: '001_base',
  up: `CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT NOT NULL, slug TEXT);
       CREATE TABLE rings (bird INTEGER NOT NULL REFERENCES birds (id) ON DELETE CASCADE, code TEXT);
       CREATE TABLE log (text TEXT);
       INSERT INTO birds (name) VALUES ('Whimbrel'), ('Great Knot');
       INSERT INTO rings VALUES (1, 'A7'), (2, 'B9');
       INSERT INTO log VALUES ('kept')`,
  down: 'DROP TABLE log; DROP TABLE rings; DROP TABLE birds',
}

const withCode = (up: CodeMigration['up'], more: Partial<CodeMigration> = {}) =>
  codeSource([base, { id: '002_code', up, ...more } as CodeMigration])

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('nothing was refused'),
    (error: MigrateError) => error,
  )

async function fillSlugs(session: CodeSession): Promise<void> {
  const birds = await session.query<{ id: number; name: string }>(
    'SELECT id, name FROM birds WHERE slug IS NULL',
  )
  for (const { id, name } of birds) {
    const slug = name.toLowerCase().replaceAll(' ', '-')
    await session.execute('UPDATE birds SET slug = ? WHERE id = ?', [slug, id])
  }
}

describe('a migration that is code', () => {
  it('works with the rows of its database, up and down', async () => {
    const fixture = new Fixture()
    const source = withCode(fillSlugs, { down: (session) => session.execute('UPDATE birds SET slug = NULL') })
    const report = await fixture.up({ source })
    expect(fixture.rows('SELECT slug FROM birds')).toEqual([{ slug: 'whimbrel' }, { slug: 'great-knot' }])
    expect(report.steps.map(({ id, rowsChanged }) => [id, rowsChanged])).toEqual([
      ['001_base', 5],
      ['002_code', 2],
    ])
    await fixture.down({}, { source })
    expect(fixture.rows('SELECT count(slug) AS slugs FROM birds')).toEqual([{ slugs: 0 }])
    expect(await fixture.applied()).toEqual(['001_base'])
  })

  it('is undone as a whole when it throws, and its step alone', async () => {
    const fixture = new Fixture()
    const source = withCode(async (session) => {
      await session.execute("INSERT INTO log VALUES ('half')")
      throw new TypeError('slugs are not ready')
    })
    expect(await refusal(fixture.up({ source }))).toMatchObject({
      code: 'CODE_FAILED',
      message: 'The up of 002_code, which is code, failed: slugs are not ready',
      details: { migration: '002_code', direction: 'up' },
      cause: expect.any(TypeError),
    })
    expect(fixture.rows('SELECT text FROM log')).toEqual([{ text: 'kept' }])
    expect(await fixture.applied()).toEqual(['001_base'])
  })

  it('tells what the engine refused under its own code', async () => {
    const source = withCode((session) => session.execute('INSERT INTO nowhere VALUES (1)'))
    expect(await refusal(new Fixture().up({ source }))).toMatchObject({
      code: 'STATEMENT_FAILED',
      message: expect.stringContaining('no such table'),
      details: { migration: '002_code' },
    })
  })

  it.each([
    'BEGIN',
    'COMMIT',
    'ROLLBACK',
    'SAVEPOINT a',
    "ATTACH 'b.db' AS b",
    'VACUUM',
    'PRAGMA foreign_keys = OFF',
    'DELETE FROM schema_migrations',
    'CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM schema_migrations_history; END',
  ])('may not execute %s', async (sql) => {
    const fixture = new Fixture()
    const error = await refusal(fixture.up({ source: withCode((session) => session.execute(sql)) }))
    expect(error).toMatchObject({ code: 'CODE_FAILED', cause: { code: 'MIGRATION_FORBIDDEN' } })
    expect(await fixture.applied()).toEqual(['001_base'])
  })

  it('may read the tables of the tool, and undo a part of its own work', async () => {
    const fixture = new Fixture()
    const source = withCode(async (session) => {
      const [row] = await session.query<{ count: number }>('SELECT count(*) AS count FROM schema_migrations')
      const work = session.transaction(async () => {
        await session.execute("INSERT INTO log VALUES ('undone')")
        throw new Error('no')
      })
      await work.catch(() => undefined)
      await session.execute('INSERT INTO log VALUES (?)', [`${row?.count} before`])
    })
    await fixture.up({ source: codeSource([base]) })
    await fixture.up({ source })
    expect(fixture.rows('SELECT text FROM log')).toEqual([{ text: 'kept' }, { text: '1 before' }])
  })

  it('that breaks a foreign key is undone, wherever it does', async () => {
    const fixture = new Fixture()
    const source = withCode(async (session) => {
      await session.query('SELECT * FROM rings')
      await session.execute('INSERT INTO log VALUES (?)', ['x'])
      await session.execute('DELETE FROM birds WHERE id = 2')
    })
    expect(await refusal(fixture.up({ source }))).toMatchObject({
      code: 'FOREIGN_KEYS_VIOLATED',
      message: '002_code breaks foreign keys: 1 row of rings without a row in birds',
    })
    expect(fixture.rows('SELECT count(*) AS birds FROM birds')).toEqual([{ birds: 2 }])
  })

  it('that deletes rows of a table that it never names is undone, unless it says so', async () => {
    const remove = (session: CodeSession) => session.execute('DELETE FROM birds WHERE id = ?', [2])
    const fixture = new Fixture()
    const source = withCode(remove, { foreignKeys: true })
    expect(await refusal(fixture.up({ source }))).toMatchObject({
      code: 'ROWS_LOST',
      message: '002_code deleted 1 row of the table rings, which it never names',
    })
    await fixture.up({ source: withCode(remove, { foreignKeys: true, expectLoss: 'rings' }) })
    expect(fixture.rows('SELECT code FROM rings')).toEqual([{ code: 'A7' }])
  })

  it('may delete them where it names the table itself, before or after', async () => {
    for (const order of [0, 1]) {
      const statements = ['DELETE FROM birds WHERE id = 2', "DELETE FROM rings WHERE code = 'B9'"]
      if (order === 1) statements.reverse()
      const fixture = new Fixture()
      const source = withCode(
        async (session) => {
          for (const statement of statements) await session.execute(statement)
        },
        { foreignKeys: true },
      )
      await fixture.up({ source })
      expect(fixture.rows('SELECT code FROM rings')).toEqual([{ code: 'A7' }])
    }
  })

  it('may rebuild a table, statement by statement', async () => {
    const rebuild = async (session: CodeSession) => {
      await session.execute(
        "CREATE TABLE new_birds (id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name <> ''))",
      )
      const birds = await session.query<{ id: number; name: string }>('SELECT id, name FROM birds')
      for (const { id, name } of birds)
        await session.execute('INSERT INTO new_birds VALUES (?, ?)', [id, name])
      await session.execute('DROP TABLE birds')
      await session.execute('ALTER TABLE new_birds RENAME TO birds')
    }
    const fixture = new Fixture()
    await fixture.up({ source: withCode(rebuild) })
    expect(fixture.rows('SELECT count(*) AS n FROM rings JOIN birds ON birds.id = rings.bird')).toEqual([
      { n: 2 },
    ])
    const loses = withCode(async (session) => {
      await session.execute('CREATE TABLE new_birds (id INTEGER PRIMARY KEY, name TEXT)')
      await session.execute('INSERT INTO new_birds SELECT id, name FROM birds WHERE id = ?', [1])
      await session.execute('DROP TABLE birds')
      await session.execute('ALTER TABLE new_birds RENAME TO birds')
    })
    const other = new Fixture()
    expect(await refusal(other.up({ source: loses }))).toMatchObject({ code: 'FOREIGN_KEYS_VIOLATED' })
    const drops = withCode((session) => session.execute('DROP TABLE birds'))
    expect(await refusal(other.up({ source: drops }))).toMatchObject({
      code: 'FOREIGN_KEYS_VIOLATED',
      details: { dangling: [{ table: 'rings', parent: 'birds' }] },
    })
    expect(other.rows('SELECT count(*) AS birds FROM birds')).toEqual([{ birds: 2 }])
  })

  it('does not lose rows by the trigger of a table that it names', async () => {
    const fixture = new Fixture()
    const trigger = 'CREATE TRIGGER t AFTER UPDATE ON birds BEGIN DELETE FROM log; END'
    const source = codeSource([
      base,
      { id: '0015_trigger', up: trigger },
      { id: '0016_code', up: (session) => session.execute('UPDATE birds SET slug = ?', ['x']) },
    ])
    expect(await refusal(fixture.up({ source }))).toMatchObject({
      code: 'ROWS_LOST',
      message: '0016_code deleted 1 row of the table log, which it never names',
    })
  })

  it('may leave children without a parent for a while', async () => {
    const fixture = new Fixture()
    const source = withCode(async (session) => {
      await session.execute("INSERT INTO rings VALUES (3, 'C1')")
      await session.execute("INSERT INTO birds (id, name) VALUES (3, 'Dunlin')")
    })
    expect((await fixture.up({ source })).outcome).toBe('migrated')
  })
})

describe('the session of a migration that is code', () => {
  it('ends with it: what is used later is refused', async () => {
    let kept: CodeSession | undefined
    const fixture = new Fixture()
    await fixture.up({
      source: withCode((session) => {
        kept = session
      }),
    })
    for (const use of [kept?.execute('SELECT 1'), kept?.query('SELECT 1'), kept?.transaction(async () => {})])
      expect(await refusal(use as Promise<unknown>)).toMatchObject({
        code: 'USAGE',
        message: 'The up of 002_code, which is code, used its session after it had ended',
      })
  })

  it('does not end well while something is still going on', async () => {
    const fixture = new Fixture()
    const source = withCode((session) => {
      const open = session.transaction(async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        await session.execute("INSERT INTO log VALUES ('late')")
      })
      open.catch(() => undefined)
    })
    expect(await refusal(fixture.up({ source }))).toMatchObject({
      code: 'CODE_FAILED',
      message: expect.stringContaining('returned before everything that it began with its session had ended'),
    })
    expect(fixture.rows('SELECT text FROM log')).toEqual([{ text: 'kept' }])
  })

  it('does not end well when it awaits nothing, whether that would have failed or not', async () => {
    for (const sql of ["INSERT INTO log VALUES ('late')", 'INSERT INTO nowhere VALUES (1)', 'COMMIT']) {
      const fixture = new Fixture()
      const source = withCode((session) => {
        for (const _ of [1, 2, 3]) void session.execute(sql)
      })
      expect(await refusal(fixture.up({ source }))).toMatchObject({ code: 'CODE_FAILED' })
      expect(fixture.rows('SELECT text FROM log')).toEqual([{ text: 'kept' }])
    }
  })

  it('is refused when somebody asked to stop', async () => {
    const signal = { aborted: false }
    const fixture = new Fixture()
    const source = withCode(async (session) => {
      signal.aborted = true
      await session.execute("INSERT INTO log VALUES ('late')")
    })
    expect(await refusal(fixture.up({ source, signal }))).toMatchObject({ code: 'INTERRUPTED' })
    expect(fixture.rows('SELECT text FROM log')).toEqual([{ text: 'kept' }])
  })
})

describe('the checksum of code', () => {
  it('is over the id and the revision: another text of the same function is the same migration', async () => {
    const fixture = new Fixture()
    await fixture.up({ source: withCode(fillSlugs) })
    expect((await fixture.up({ source: withCode(async (s) => fillSlugs(s)) })).outcome).toBe('up-to-date')
    expect((await fixture.up({ source: withCode(fillSlugs, { revision: '1' }) })).outcome).toBe('up-to-date')
    expect(await refusal(fixture.up({ source: withCode(fillSlugs, { revision: '2' }) }))).toMatchObject({
      code: 'CHECKSUM_CHANGED',
      details: { migration: '002_code', section: 'up' },
    })
    expect(await refusal(fixture.up({ source: withCode('UPDATE birds SET slug = name') }))).toMatchObject({
      code: 'CHECKSUM_CHANGED',
    })
  })

  it('has a down that only the source knows', async () => {
    const fixture = new Fixture()
    await fixture.up({ source: withCode(fillSlugs, { down: fillSlugs }) })
    const without = codeSource([base])
    expect(await refusal(fixture.down({}, { source: without }))).toMatchObject({
      code: 'IRREVERSIBLE',
      message:
        'The down of 002_code is code, which cannot be kept in the database, and it is not in the source',
      hint: 'Do this with the release that has the migration in its code',
    })
    expect(await fixture.applied()).toEqual(['001_base', '002_code'])
  })

  it('keeps a down that is SQL', async () => {
    const fixture = new Fixture()
    await fixture.up({ source: withCode(fillSlugs, { down: 'UPDATE birds SET slug = NULL' }) })
    await fixture.down({}, { source: codeSource([base]) })
    expect(await fixture.applied()).toEqual(['001_base'])
  })
})

describe('a plan with code', () => {
  it('shows that it is code', async () => {
    const fixture = new Fixture()
    const started: string[] = []
    await fixture.up({
      source: withCode(fillSlugs),
      onEvent: (event) => {
        if (event.type === 'statement-started')
          started.push(`${event.step.id} ${event.statement}/${event.statements}`)
      },
    })
    expect(started.at(-1)).toBe('002_code 1/1')
    const [, entry] = (await withCode(fillSlugs).list()).entries
    const { up } = (await entry?.read())?.parse(sqliteDialect) ?? {}
    expect(up?.statements.map(({ start, end }) => up.sql.slice(start, end))).toEqual(['(code)'])
  })

  it('runs behind the safeguard that keeps what would be lost', async () => {
    const fixture = new Fixture()
    const source = withCode(fillSlugs, { down: fillSlugs })
    const parts = { driver: sqliteDriver({ path: fixture.path }), tracker: sqlVersionTracker() }
    const guard = safeguard({ ...parts, database: 'app', directory: join(fixture.folder, 'backups') })
    await fixture.up({ source, safeguard: guard })
    await fixture.down({}, { source, safeguard: guard })
    expect(await fixture.applied()).toEqual(['001_base'])
  })
})

describe('checks of migrations with code', () => {
  const makes = withCode((session) => session.execute('CREATE TABLE made (id INTEGER PRIMARY KEY)'), {
    down: (session) => session.execute('DROP TABLE made'),
  })

  it('check takes code up, down and up again, and sees what its down leaves', async () => {
    const options = { driver: sqliteDriver({ path: ':memory:' }) }
    const outcomes = async (source: Source) =>
      (await checkMigrations({ ...options, source })).migrations.map(({ outcome, findings }) => [
        outcome,
        ...findings.map(({ code }) => code),
      ])
    expect(await outcomes(makes)).toEqual([['cycled'], ['cycled']])
    const leaves = withCode((session) => session.execute('CREATE TABLE made (id)'), { down: () => {} })
    expect((await outcomes(leaves))[1]).toContain('DOWN_LEAVES')
  })

  it('drift replays code from the source, and says where it cannot', async () => {
    const fixture = new Fixture()
    await fixture.up({ source: makes })
    const parts = { driver: sqliteDriver({ path: fixture.path }), tracker: sqlVersionTracker() }
    expect(await drift({ ...parts, source: makes })).toMatchObject({ changes: [], findings: [] })
    const { findings } = await drift({ ...parts, source: codeSource([base]) })
    expect(findings[0]).toMatchObject({ code: 'REPLAY_INCOMPLETE', migration: '002_code' })
  })

  it('lint does not take code for SQL', async () => {
    const fixture = new Fixture()
    await fixture.up({ source: codeSource([base]) })
    const parts = { driver: sqliteDriver({ path: fixture.path }), tracker: sqlVersionTracker() }
    const { findings } = await lint({ ...parts, source: makes })
    expect(findings.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('a rollback says of code that what it takes away is not known before', async () => {
    const fixture = new Fixture()
    await fixture.up({ source: makes })
    const driver = sqliteDriver({ path: fixture.path })
    const session = await driver.session('read')
    const [entry] = (await makes.list()).entries.slice(1)
    const parsed = (await entry?.read())?.parse(sqliteDialect)
    if (parsed?.down === undefined) throw new Error('no down')
    const { down, migration } = parsed
    const step = { id: migration.id, direction: 'down', migration } as Step
    const plan = { steps: [step] } as unknown as Plan
    const context = {
      driver,
      session,
      trackingTables: sqlVersionTracker().tables,
      scriptOf: async () => down,
    }
    expect((await impactOf(plan, context)).steps).toMatchObject([
      { untried: 'it is code, and what it takes away is known when it has run' },
    ])
    await session.close()
  })
})
