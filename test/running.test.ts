import { type RunEvent, reportOf } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { Fixture, migration } from './fixture.ts'

const three = {
  '001_users': migration('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);', 'DROP TABLE users;'),
  '002_broken': migration(
    "CREATE TABLE roles (id INTEGER PRIMARY KEY);\nINSERT INTO users (name) VALUES ('a');\nINSERT INTO nowhere VALUES (1);",
    'DROP TABLE roles;',
  ),
  '003_late': migration('CREATE TABLE late (id INTEGER PRIMARY KEY);', 'DROP TABLE late;'),
}
const fixed = migration('CREATE TABLE roles (id INTEGER PRIMARY KEY);', 'DROP TABLE roles;')

async function failure(running: Promise<unknown>) {
  const error = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ name: 'MigrateError' })
  return {
    error: error as Error & { code: string; hint: string; details: Record<string, unknown> },
    report: reportOf(error),
  }
}

describe('a run whose second of three migrations fails', () => {
  it('keeps the first, undoes the second entirely and does not attempt the third', async () => {
    const fixture = new Fixture(three)
    const { error, report } = await failure(fixture.up())
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', exitCode: 1 })
    expect(report?.steps.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['001_users', 'applied'],
      ['002_broken', 'failed'],
      ['003_late', 'not-run'],
    ])
    expect(report).toMatchObject({ outcome: 'failed', before: null, after: '001_users' })
    expect(fixture.objects()).toEqual(['users'])
    expect(fixture.rows('SELECT * FROM users')).toEqual([])
    expect(await fixture.applied()).toEqual(['001_users'])
  })

  it('names file, line, statement number and the words of the engine', async () => {
    const fixture = new Fixture(three)
    const { error } = await failure(fixture.up())
    expect(error.message).toMatch(
      /002_broken failed at .*002_broken\.sql:5 \(statement 3 of 3\): no such table: (main\.)?nowhere/,
    )
    expect(error.details).toMatchObject({ migration: '002_broken', line: 5, statement: 3 })
    expect(error.hint).not.toBe('')
  })

  it.each(['each', 'batch'] as const)('keeps the first in mode %s', async (transaction) => {
    const fixture = new Fixture(three)
    await failure(fixture.up({ transaction }))
    expect(fixture.objects()).toEqual(['users'])
  })

  it('leaves the database as before where all or nothing is asked for', async () => {
    const fixture = new Fixture(three)
    const { report } = await failure(fixture.up({ transaction: 'all' }))
    expect(report).toMatchObject({ outcome: 'undone', before: null, after: null })
    expect(report?.steps.map(({ outcome }) => outcome)).toEqual(['undone', 'failed', 'not-run'])
    expect(fixture.objects()).toEqual([])
    expect(await fixture.applied()).toEqual([])
  })

  it('goes on from there when the file is corrected', async () => {
    const fixture = new Fixture(three)
    await failure(fixture.up())
    fixture.write({ '002_broken': fixed })
    const report = await fixture.up()
    expect(report).toMatchObject({ outcome: 'migrated', before: '001_users', after: '003_late' })
    expect(report.steps.map(({ id }) => id)).toEqual(['002_broken', '003_late'])
  })

  it('keeps one current row and the full history of a migration that failed three times', async () => {
    const fixture = new Fixture(three)
    for (let time = 0; time < 3; time += 1) await failure(fixture.up())
    fixture.write({ '002_broken': fixed })
    await fixture.up()
    expect(await fixture.applied()).toEqual(['001_users', '002_broken', '003_late'])
    const attempts = fixture.rows<{ outcome: string; reason: string | null }>(
      "SELECT outcome, reason FROM schema_migrations_history WHERE id = '002_broken' ORDER BY sequence",
    )
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'applied'])
    expect(attempts[0]?.reason).toContain('nowhere')
  })
})

describe('up', () => {
  it('takes the first n pending migrations, and those up to a target', async () => {
    const fixture = new Fixture({ ...three, '002_broken': fixed })
    await fixture.runner().up({ steps: 1 })
    expect(await fixture.applied()).toEqual(['001_users'])
    await fixture.runner().up({ to: '2' })
    expect(await fixture.applied()).toEqual(['001_users', '002_broken'])
  })

  it('changes nothing for an unknown target', async () => {
    const fixture = new Fixture(three)
    const { error } = await failure(fixture.runner().up({ to: '009_nowhere' }))
    expect(error).toMatchObject({ code: 'MIGRATION_UNKNOWN', exitCode: 2 })
    expect(fixture.bytes()).toBeUndefined()
  })

  it('says that there is nothing to do the second time, and touches no byte', async () => {
    const fixture = new Fixture({ '001_users': three['001_users'] })
    await fixture.up()
    const before = fixture.bytes()
    expect(await fixture.up()).toMatchObject({ outcome: 'up-to-date', steps: [], after: '001_users' })
    expect(fixture.bytes()?.equals(before as Buffer)).toBe(true)
  })

  it('records an empty migration and marks it empty before', async () => {
    const fixture = new Fixture({ '001_nothing': migration('-- nothing to do', '') })
    expect((await fixture.runner().status()).plan.steps).toMatchObject([
      { migration: { empty: true, reversible: false } },
    ])
    await fixture.up()
    expect(await fixture.applied()).toEqual(['001_nothing'])
  })

  it('runs trigger bodies, CASE … END, semicolons in strings and comments, and a CTE', async () => {
    const up = `
CREATE TABLE a (id INTEGER PRIMARY KEY, kind TEXT); -- one; two
CREATE TABLE log (line TEXT);
/* a; b; */
CREATE TRIGGER a_log AFTER INSERT ON a BEGIN
  INSERT INTO log SELECT CASE WHEN NEW.kind = 'x;y' THEN 'semi;colon' ELSE 'other' END;
  UPDATE a SET kind = CASE kind WHEN 'x;y' THEN 'done' ELSE kind END WHERE id = NEW.id;
END;
INSERT INTO a (kind) VALUES ('x;y'), ('it''s; fine');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) INSERT INTO a (kind) SELECT 'n' || i FROM n`
    const fixture = new Fixture({ '001_all': migration(up) })
    await fixture.up()
    expect(fixture.rows('SELECT kind FROM a ORDER BY id')).toEqual(
      ['done', "it's; fine", 'n1', 'n2', 'n3'].map((kind) => ({ kind })),
    )
    expect(fixture.rows('SELECT count(*) AS n FROM log')).toEqual([{ n: 5 }])
  })

  it('undoes nothing and says so when a whole run is planned but a later file is broken', async () => {
    const fixture = new Fixture({ '001_users': three['001_users'], '002_odd': 'CREATE TABLE x (id);' })
    const { error } = await failure(fixture.up())
    expect(error).toMatchObject({ code: 'MIGRATION_MARKER', exitCode: 2 })
    expect(fixture.bytes()).toBeUndefined()
  })

  it('refuses a migration that touches a tracking table, also one with a name of its own', async () => {
    const up = 'DROP TABLE "my_table_history";'
    const fixture = new Fixture({ '001_x': migration(up) })
    const { error } = await failure(fixture.up({ tracker: sqlVersionTracker({ table: 'my_table' }) }))
    expect(error).toMatchObject({ code: 'MIGRATION_FORBIDDEN', exitCode: 2 })
    expect(fixture.bytes()).toBeUndefined()
  })

  it('says that the transaction is gone, and that all of it is undone, when a conflict rolls everything back', async () => {
    const fixture = new Fixture({
      '001_users': migration('CREATE TABLE users (id INTEGER PRIMARY KEY);'),
      '002_conflict': migration('INSERT INTO users VALUES (1);\nINSERT OR ROLLBACK INTO users VALUES (1);'),
    })
    const { error, report } = await failure(fixture.up())
    expect(error.message).toContain('UNIQUE constraint failed')
    expect(report?.steps.map(({ outcome }) => outcome)).toEqual(['undone', 'failed'])
    expect(await fixture.applied()).toEqual([])
    expect(fixture.rows('SELECT outcome FROM schema_migrations_history')).toEqual([{ outcome: 'failed' }])
  })

  it('leaves the connection options of one migration out of the next', async () => {
    const fixture = new Fixture({
      '001_legacy': migration('PRAGMA legacy_alter_table = ON; CREATE TABLE a (id INTEGER PRIMARY KEY);'),
      '002_rename': migration(
        'CREATE VIEW v AS SELECT id FROM a; ALTER TABLE a RENAME TO b; CREATE TABLE seen AS SELECT * FROM v;',
      ),
    })
    await fixture.up()
    expect(fixture.objects()).toEqual(['b', 'seen', 'v'])
  })
})

describe('a table rebuild', () => {
  const parent = migration(`
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 'a'), (2, 'b');
INSERT INTO child VALUES (10, 1), (11, 1), (12, 2);`)
  const rebuild = `
CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO parent_new (id, name) SELECT id, name FROM parent;
DROP TABLE parent;
ALTER TABLE parent_new RENAME TO parent;`

  it('loses no child row of a parent with cascading children', async () => {
    const fixture = new Fixture({ '001_parent': parent, '002_rebuild': migration(rebuild) })
    await fixture.up()
    expect(fixture.rows('SELECT count(*) AS n FROM child')).toEqual([{ n: 3 }])
    expect(fixture.rows('PRAGMA foreign_key_check')).toEqual([])
  })

  it('is undone when it leaves a child without its parent, and names both tables', async () => {
    const wrong = rebuild.replace('FROM parent;', 'FROM parent WHERE id = 1;')
    const fixture = new Fixture({ '001_parent': parent, '002_rebuild': migration(wrong) })
    const { error } = await failure(fixture.up())
    expect(error).toMatchObject({ code: 'FOREIGN_KEYS_VIOLATED', exitCode: 1 })
    expect(error.message).toMatch(/1 row of child without a row in parent/)
    expect(fixture.rows('SELECT count(*) AS n FROM parent')).toEqual([{ n: 2 }])
    expect(await fixture.applied()).toEqual(['001_parent'])
  })

  it('is undone when the old table is renamed away first, which leaves children pointing at nothing', async () => {
    const wrong = `
ALTER TABLE parent RENAME TO parent_old;
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO parent (id, name) SELECT id, name FROM parent_old;
DROP TABLE parent_old;`
    const fixture = new Fixture({ '001_parent': parent, '002_rebuild': migration(wrong) })
    const { error } = await failure(fixture.up())
    expect(error).toMatchObject({ code: 'FOREIGN_KEYS_VIOLATED' })
    expect(error.message).toContain('parent_old')
    expect(fixture.rows('SELECT count(*) AS n FROM child')).toEqual([{ n: 3 }])
  })

  it('counts only new violations', async () => {
    const fixture = new Fixture({ '001_parent': parent })
    await fixture.up()
    fixture.exec('PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (99, 99)')
    fixture.write({ '002_more': migration("INSERT INTO parent VALUES (3, 'c')") })
    expect(await fixture.up()).toMatchObject({ outcome: 'migrated' })
  })

  it('is undone, with the table and the number of rows, when enforced foreign keys delete children', async () => {
    const drop = 'DELETE FROM parent WHERE id = 1;'
    const fixture = new Fixture({
      '001_parent': parent,
      '002_drop': migration(drop, '', '-- Foreign-Keys: on'),
    })
    const { error } = await failure(fixture.up())
    expect(error).toMatchObject({ code: 'ROWS_LOST', exitCode: 1 })
    expect(error.message).toContain('deleted 2 rows of the table child, which it never names')
    expect(error.hint).toContain('-- Expect-Loss: child')
    expect(fixture.rows('SELECT count(*) AS n FROM child')).toEqual([{ n: 3 }])
  })

  it('is let through when the header declares the loss', async () => {
    const header = '-- Foreign-Keys: on\n-- Expect-Loss: child'
    const fixture = new Fixture({
      '001_parent': parent,
      '002_drop': migration('DELETE FROM parent WHERE id = 1;', '', header),
    })
    await fixture.up()
    expect(fixture.rows('SELECT count(*) AS n FROM child')).toEqual([{ n: 1 }])
  })

  it('is undone when a trigger deletes rows of a table that the migration does not name', async () => {
    const tables = `
CREATE TABLE item (id INTEGER PRIMARY KEY); CREATE TABLE note (item_id INTEGER);
CREATE TRIGGER item_gone AFTER DELETE ON item BEGIN DELETE FROM note WHERE item_id = OLD.id; END;
INSERT INTO item VALUES (1), (2); INSERT INTO note VALUES (1), (1), (2);`
    const fixture = new Fixture({
      '001_tables': migration(tables),
      '002_clean': migration('DELETE FROM item WHERE id = 1'),
    })
    const { error } = await failure(fixture.up())
    expect(error.message).toContain('2 rows of the table note')
    fixture.write({
      '002_clean': migration(
        'DELETE FROM item WHERE id = 1; -- and the rows of note',
        '',
        '-- Expect-Loss: note',
      ),
    })
    await fixture.up()
    expect(fixture.rows('SELECT count(*) AS n FROM note')).toEqual([{ n: 1 }])
  })
})

describe('a migration outside a transaction', () => {
  const none = '-- Transaction: none'
  const files = {
    '001_a': migration('CREATE TABLE a (id INTEGER PRIMARY KEY);'),
    '002_none': migration('CREATE TABLE b (id INTEGER);\nINSERT INTO nowhere VALUES (1);\nVACUUM;', '', none),
    '003_c': migration('CREATE TABLE c (id INTEGER);'),
  }

  it('runs what cannot be in a transaction', async () => {
    const fixture = new Fixture({ ...files, '002_none': migration('VACUUM;', '', none) })
    const report = await fixture.up()
    expect(report.steps.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied'])
  })

  it('is in doubt after a failure, is shown, and blocks the next run', async () => {
    const fixture = new Fixture(files)
    const { error, report } = await failure(fixture.up())
    expect(error.message).toMatch(/002_none failed at .*:4 \(statement 2 of 3\).*in doubt/)
    expect(report?.steps.map(({ outcome }) => outcome)).toEqual(['applied', 'failed', 'not-run'])
    const status = await fixture.runner().status()
    expect(status.findings).toMatchObject([{ code: 'IN_DOUBT', migration: '002_none' }])
    expect(status.findings[0]?.message).toContain('(1 of its statements did)')
    const { error: blocked } = await failure(fixture.up())
    expect(blocked).toMatchObject({ code: 'IN_DOUBT', exitCode: 3 })
    expect(fixture.objects()).toEqual(['a', 'b'])
  })

  it('is refused where one transaction for all was asked for', async () => {
    const fixture = new Fixture(files)
    const { error } = await failure(fixture.up({ transaction: 'all' }))
    expect(error).toMatchObject({ code: 'USAGE' })
    expect(error.message).toContain('002_none')
    expect(fixture.bytes()).toBeUndefined()
  })
})

describe('a record that cannot be written', () => {
  it('undoes the whole transaction and names the migration, in the error and in the history', async () => {
    const fixture = new Fixture({ '001_users': three['001_users'] })
    await fixture.up()
    fixture.exec(
      "CREATE TRIGGER no_third BEFORE INSERT ON schema_migrations WHEN NEW.version = 3 BEGIN SELECT RAISE(ABORT, 'no more'); END",
    )
    fixture.write({ '002_b': fixed, '003_late': three['003_late'] })
    const { error, report } = await failure(fixture.up())
    expect(error.message).toMatch(/^The record of 003_late could not be written: .*no more/)
    expect(report?.steps.map(({ outcome }) => outcome)).toEqual(['undone', 'failed'])
    expect(await fixture.applied()).toEqual(['001_users'])
    const [last] = fixture.rows(
      'SELECT id, outcome FROM schema_migrations_history ORDER BY sequence DESC LIMIT 1',
    )
    expect(last).toEqual({ id: '003_late', outcome: 'failed' })
  })
})

describe('a run of large migrations', () => {
  it('writes records on the way, so that the SQL of all is not held until the end', async () => {
    const large = (name: string) =>
      migration(`CREATE TABLE ${name} (id INTEGER); /* ${'x'.repeat(700_000)} */`)
    const fixture = new Fixture({ '001_a': large('a'), '002_b': large('b'), '003_c': large('c') })
    const tracker = sqlVersionTracker()
    const log: string[] = []
    const finish = tracker.finish.bind(tracker)
    tracker.finish = (session, attempt, outcome) => {
      log.push(`record ${attempt.migration.id}`)
      return finish(session, attempt, outcome)
    }
    const onEvent = (event: RunEvent) => {
      if (event.type === 'step-started') log.push(`start ${event.step.id}`)
    }
    await fixture.up({ tracker, onEvent })
    expect(log.indexOf('record 001_a')).toBeLessThan(log.indexOf('start 003_c'))
    expect(await fixture.applied()).toEqual(['001_a', '002_b', '003_c'])
  })
})

describe('a run that is asked to stop', () => {
  it('undoes the running migration, keeps the ones before, and can go on later', async () => {
    const fixture = new Fixture({
      '001_a': migration('CREATE TABLE a (id INTEGER);'),
      '002_b': migration('CREATE TABLE b (id INTEGER);\nCREATE TABLE b2 (id INTEGER);'),
    })
    const signal = { aborted: false }
    const onEvent = (event: RunEvent) => {
      if (event.type === 'statement-started' && event.step.id === '002_b')
        signal.aborted = event.statement === 1
    }
    const { error, report } = await failure(fixture.up({ signal, onEvent }))
    expect(error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 })
    expect(report?.steps.map(({ outcome }) => outcome)).toEqual(['applied', 'failed'])
    expect(fixture.objects()).toEqual(['a'])
    await fixture.up()
    expect(fixture.objects()).toEqual(['a', 'b', 'b2'])
  })
})

describe('a database in memory', () => {
  it('migrates and stays open for the application', async () => {
    const fixture = new Fixture({ '001_users': three['001_users'] })
    const driver = sqliteDriver({ path: ':memory:' })
    await fixture.up({ driver })
    expect(await fixture.up({ driver })).toMatchObject({ outcome: 'up-to-date' })
    await driver.close()
  })
})
