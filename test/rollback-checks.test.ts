import type { RunEvent } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const table = (name: string) =>
  migration(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY);`, `DROP TABLE ${name};`)

describe('a down that leaves a damaged database is undone', () => {
  const base = migration(
    'CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE log (line TEXT);',
    'DROP TABLE log;\nDROP TABLE a;',
  )

  it.each([
    [
      'a view that no longer compiles',
      'ALTER TABLE a ADD COLUMN extra TEXT;\nCREATE VIEW v AS SELECT extra FROM a;',
      'PRAGMA legacy_alter_table = ON;\nALTER TABLE a RENAME COLUMN extra TO other;\nDROP VIEW v;\nCREATE VIEW v AS SELECT extra FROM a;',
      /the view v broken \(no such column: (a\.)?extra\)/,
    ],
    [
      'a view on a table that is gone',
      'CREATE TABLE b (id);\nCREATE VIEW v AS SELECT id FROM b;',
      'DROP TABLE b;',
      /the view v broken/,
    ],
    [
      'a trigger that no longer compiles',
      'CREATE TABLE b (id);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES (1); END;',
      'DROP TABLE b;',
      /the trigger t broken/,
    ],
  ])('because of %s', async (_, up, down, message) => {
    const fixture = new Fixture({ '001_base': base, '002_x': migration(up, down) })
    await fixture.up()
    const objects = fixture.objects()
    const { error, report } = await failure(fixture.down())
    expect(error).toMatchObject({ code: 'INTEGRITY_BROKEN', exitCode: 1 })
    expect(error.message).toMatch(/^Rolling 002_x back leaves /)
    expect(error.message).toMatch(message)
    expect(report).toMatchObject({ after: '002_x', steps: [{ outcome: 'failed' }] })
    expect(fixture.objects()).toEqual(objects)
    expect(await fixture.applied()).toEqual(['001_base', '002_x'])
  })

  it('because of rows whose parent it deletes', async () => {
    const fixture = new Fixture({
      '001_base': migration(
        'CREATE TABLE parent (id INTEGER PRIMARY KEY);\nCREATE TABLE child (parent_id REFERENCES parent (id));',
      ),
      '002_rows': migration(
        'INSERT INTO parent VALUES (1);\nINSERT INTO child VALUES (1);',
        'DELETE FROM parent WHERE id = 1;',
      ),
    })
    await fixture.up()
    const { error } = await failure(fixture.down())
    expect(error).toMatchObject({ exitCode: 1 })
    expect(error.message).toMatch(/1 row of child|child broken/)
    expect(fixture.rows('SELECT * FROM parent')).toEqual([{ id: 1 }])
    expect(await fixture.applied()).toEqual(['001_base', '002_rows'])
  })

  it('but not because of a view or a trigger that was broken before', async () => {
    const fixture = new Fixture({ '001_base': base, '002_b': table('b') })
    await fixture.up()
    fixture.exec(`
      CREATE VIEW broken AS SELECT nowhere FROM not_there;
      CREATE TRIGGER broken_too AFTER INSERT ON log BEGIN INSERT INTO not_there VALUES (1); END;`)
    expect(await fixture.down()).toMatchObject({ outcome: 'rolled-back' })
    expect(fixture.objects()).toEqual(['a', 'broken', 'broken_too', 'log'])
  })

  it.each([
    ['of a table that the down names', 'ALTER TABLE child DROP COLUMN more;'],
    ['of a table that it does not name', 'DROP TABLE other;'],
  ])('but not because of rows %s that had no parent before', async (_, down) => {
    const fixture = new Fixture({
      '001_family': migration(
        'CREATE TABLE parent (id INTEGER PRIMARY KEY);\nCREATE TABLE child (id INTEGER PRIMARY KEY, parent_id REFERENCES parent (id));',
      ),
      '002_more': migration('ALTER TABLE child ADD COLUMN more TEXT;\nCREATE TABLE other (id);', down),
    })
    await fixture.up()
    fixture.exec('PRAGMA foreign_keys = OFF; INSERT INTO child (id, parent_id) VALUES (1, 99), (2, 98)')
    expect(await fixture.down()).toMatchObject({ outcome: 'rolled-back' })
    expect(fixture.rows('SELECT count(*) AS n FROM child')).toEqual([{ n: 2 }])
  })

  it('in the middle of several: those before it stay rolled back', async () => {
    const fixture = new Fixture({
      '001_base': base,
      '002_view': migration('CREATE TABLE b (id);\nCREATE VIEW v AS SELECT id FROM b;', 'DROP TABLE b;'),
      '003_c': table('c'),
    })
    await fixture.up()
    const { error, report } = await failure(fixture.down({ all: true }))
    expect(error).toMatchObject({ code: 'INTEGRITY_BROKEN' })
    expect(report?.steps.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['003_c', 'reverted'],
      ['002_view', 'failed'],
      ['001_base', 'not-run'],
    ])
    expect(await fixture.applied()).toEqual(['001_base', '002_view'])
    expect(fixture.objects()).toEqual(['a', 'b', 'log', 'v'])
  })
})

describe('a down that fails', () => {
  const files = {
    '001_a': table('a'),
    '002_b': migration('CREATE TABLE b (id);', 'DROP TABLE b;\nDROP TABLE nowhere;'),
    '003_c': table('c'),
    '004_d': table('d'),
  }

  it('in the middle of a rollback keeps those before it, is undone itself, and says so', async () => {
    const fixture = new Fixture(files)
    await fixture.up()
    const events: RunEvent[] = []
    const { error, report } = await failure(
      fixture.down({ all: true }, { onEvent: (event) => events.push(event) }),
    )
    expect(error).toMatchObject({
      code: 'STATEMENT_FAILED',
      exitCode: 1,
      details: { migration: '002_b', line: 6, statement: 2 },
    })
    expect(error.message).toMatch(
      /^002_b failed at .*002_b\.sql:6 \(statement 2 of 2\): no such table: nowhere$/,
    )
    expect(report).toMatchObject({ outcome: 'failed', before: '004_d', after: '002_b' })
    expect(report?.steps.map(({ outcome }) => outcome)).toEqual(['reverted', 'reverted', 'failed', 'not-run'])
    expect(await fixture.applied()).toEqual(['001_a', '002_b'])
    expect(fixture.objects()).toEqual(['a', 'b'])
    const committed = events.flatMap((event) =>
      event.type === 'committed' ? event.steps.map(({ id }) => id) : [],
    )
    expect(committed).toEqual(['004_d', '003_c'])
  })

  it('undoes the whole rollback where all or nothing is asked for', async () => {
    const fixture = new Fixture(files)
    await fixture.up()
    const { report } = await failure(fixture.down({ all: true }, { transaction: 'all' }))
    expect(report).toMatchObject({ outcome: 'undone', after: '004_d' })
    expect(fixture.objects()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('stays in the history with its reason and its duration', async () => {
    const fixture = new Fixture(files)
    await fixture.up()
    await failure(fixture.down({ to: '1' }))
    const rows = fixture.rows<{ id: string; action: string; outcome: string; reason: string | null }>(
      "SELECT id, action, outcome, reason, execution_time_ms AS ms FROM schema_migrations_history WHERE action = 'down' ORDER BY sequence",
    )
    expect(rows).toMatchObject([
      { id: '004_d', outcome: 'reverted', reason: null },
      { id: '003_c', outcome: 'reverted', reason: null },
      { id: '002_b', outcome: 'failed', reason: expect.stringContaining('no such table: nowhere') },
    ])
  })

  it('by ending the transaction undoes the whole rollback, and says so', async () => {
    const fixture = new Fixture({
      '001_a': table('a'),
      '002_b': migration(
        'CREATE TABLE b (id INTEGER PRIMARY KEY);\nINSERT INTO b VALUES (1);',
        'INSERT OR ROLLBACK INTO b VALUES (1);\nDROP TABLE b;',
      ),
      '003_c': table('c'),
    })
    await fixture.up()
    const { error, report } = await failure(fixture.down({ all: true }))
    expect(error.message).toContain('UNIQUE constraint failed')
    expect(report?.steps.map(({ outcome }) => outcome)).toEqual(['undone', 'failed', 'not-run'])
    expect(report).toMatchObject({ after: '003_c' })
    expect(await fixture.applied()).toEqual(['001_a', '002_b', '003_c'])
    expect(fixture.objects()).toEqual(['a', 'b', 'c'])
  })

  it('outside a transaction is in doubt as a down, and blocks what comes next', async () => {
    const none = migration(
      'CREATE TABLE b (id);',
      'DROP TABLE b;\nDROP TABLE nowhere;',
      '-- Transaction: none',
    )
    const fixture = new Fixture({ '001_a': table('a'), '002_b': none })
    await fixture.up()
    const { error } = await failure(fixture.down())
    expect(error.message).toMatch(/in doubt/)
    const { findings } = await fixture.runner().status()
    expect(findings).toMatchObject([{ code: 'IN_DOUBT', migration: '002_b', details: { direction: 'down' } }])
    expect((await failure(fixture.down())).error).toMatchObject({ code: 'IN_DOUBT', exitCode: 3 })
    expect((await failure(fixture.up())).error).toMatchObject({ code: 'IN_DOUBT', exitCode: 3 })
  })
})
