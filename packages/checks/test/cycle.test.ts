import { fileURLToPath } from 'node:url'
import { MigrateError } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { describe, expect, it } from 'vitest'
import { check, found, type MigrationText, sourceOf } from './migration-texts.ts'

const users: MigrationText = {
  up: 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER);',
  down: 'DROP TABLE users;',
}

/** Findings of a second migration, after one that creates the table users. */
const afterUsers = (up: string, down: string, header = '') =>
  found({ '001_users': users, '002_next': { up, down, header } })

describe('check', () => {
  it.each(['settings', 'knowledge_graph', 'ontology'])(
    'finds nothing in the example database %s: up and down restore its schema and its rows',
    async (name) => {
      const directory = fileURLToPath(new URL(`../../../databases/${name}`, import.meta.url))
      const others = new Map([['settings', [{ id: '007_create_physics_profiles', version: '7' }]]])
      const { migrations } = await check(folderSource({ directory }), { name, others })
      expect(migrations.flatMap(({ findings }) => findings)).toEqual([])
      expect(new Set(migrations.map(({ outcome }) => outcome))).toEqual(new Set(['cycled']))
    },
  )

  it('finds nothing where every down takes back what its up did', async () => {
    const { findings, notes } = await afterUsers(
      'ALTER TABLE users ADD COLUMN role TEXT; CREATE INDEX by_role ON users (role); CREATE VIEW v AS SELECT role FROM users;',
      'DROP VIEW v; DROP INDEX by_role; ALTER TABLE users DROP COLUMN role;',
    )
    expect([findings, notes]).toEqual([[], []])
  })
})

describe('a down that leaves something behind', () => {
  it.each([
    ['the table roles', 'CREATE TABLE roles (a)', 'DROP TABLE roles;'],
    [
      'the column users.role',
      'ALTER TABLE users ADD COLUMN role TEXT',
      'ALTER TABLE users DROP COLUMN role;',
    ],
    ['the index by_name on users', 'CREATE INDEX by_name ON users (name)', 'DROP INDEX by_name;'],
    ['the view names', 'CREATE VIEW names AS SELECT name FROM users', 'DROP VIEW names;'],
    [
      'the trigger t on users',
      'CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 1; END',
      'DROP TRIGGER t;',
    ],
  ])('is found: %s', async (object, up, drop) => {
    const { codes, messages, hints, findings } = await afterUsers(`${up};`, 'SELECT 1;')
    expect(codes).toEqual(['002_next DOWN_LEAVES'])
    expect(messages).toEqual([`The down of 002_next leaves ${object} behind`])
    expect(hints).toEqual([`Add to its down: ${drop}`])
    expect(findings[0]?.details?.file).toBe('002_next.sql')
  })

  it('tells of a table once, and not of all that belongs to it', async () => {
    const { messages } = await afterUsers(
      'CREATE TABLE roles (a); CREATE INDEX i ON roles (a); CREATE TRIGGER t AFTER INSERT ON roles BEGIN SELECT 1; END;',
      'SELECT 1;',
    )
    expect(messages).toEqual(['The down of 002_next leaves the table roles behind'])
  })

  it('names rows that an up wrote into a table that was there', async () => {
    const { codes, messages } = await afterUsers("INSERT INTO users VALUES (7, 'seed', 1);", 'SELECT 1;')
    expect(codes).toEqual(['002_next DOWN_CHANGES_ROWS'])
    expect(messages[0]).toBe(
      "After up and down of 002_next the rows of users differ: 1 left behind; the row id = 7 is new: (7, 'seed', 1) (3 before, 4 after)",
    )
  })
})

describe('a down that loses something', () => {
  it.each([
    ['the table users', 'SELECT 1', 'DROP TABLE users'],
    ['the column users.size', 'ALTER TABLE users DROP COLUMN size', 'SELECT 1'],
    ['the index by_name on users', 'DROP INDEX by_name', 'SELECT 1'],
    ['the view names', 'SELECT 1', 'DROP VIEW names'],
    ['the trigger t on users', 'DROP TRIGGER t', 'SELECT 1'],
  ])('is found: %s', async (object, up, down) => {
    const first = `${users.up} CREATE INDEX by_name ON users (name); CREATE VIEW names AS SELECT 1 AS name;
      CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 1; END;`
    const { codes, messages } = await found({
      '001_users': { up: first, down: 'DROP TABLE users; DROP VIEW names;' },
      '002_next': { up: `${up};`, down: `${down};` },
    })
    expect(codes).toEqual(['002_next DOWN_LOSES'])
    expect(messages).toEqual([`The down of 002_next does not bring ${object} back`])
  })

  it('is told with what to write', async () => {
    const { hints } = await afterUsers('ALTER TABLE users DROP COLUMN size;', 'SELECT 1;')
    expect(hints).toEqual(['Add to its down: ALTER TABLE users ADD COLUMN size INTEGER;'])
  })

  it('names the first row that is gone', async () => {
    const { codes, messages } = await afterUsers('SELECT 1;', 'DELETE FROM users WHERE id = 1002;')
    expect(codes).toEqual(['002_next DOWN_CHANGES_ROWS'])
    expect(messages[0]).toMatch(
      /1 lost; the row id = 1002 is gone: \(1002, 'name 2', 2\) \(3 before, 2 after\)$/,
    )
  })

  it('names the first value that is lost', async () => {
    const { messages } = await afterUsers(
      'ALTER TABLE users DROP COLUMN size;',
      'ALTER TABLE users ADD COLUMN size INTEGER;',
    )
    expect(messages[0]).toMatch(
      /2 changed; the row id = 1001 was \(1001, 'name 1', 1\), is \(1001, 'name 1', NULL\)/,
    )
  })

  it('does not count where the header declares it', async () => {
    const { findings, notes } = await afterUsers(
      'ALTER TABLE users DROP COLUMN size;',
      'ALTER TABLE users ADD COLUMN size INTEGER;',
      '-- Expect-Loss: users',
    )
    expect(findings).toEqual([])
    expect(notes).toEqual(['002_next: Its down does not give 2 rows of users back, as Expect-Loss says'])
  })

  it('counts where rows are left behind, whatever the header declares', async () => {
    const { codes } = await afterUsers(
      "INSERT INTO users VALUES (7, 'a', 1);",
      'SELECT 1;',
      '-- Expect-Loss: users',
    )
    expect(codes).toEqual(['002_next DOWN_CHANGES_ROWS'])
  })
})

describe('a down that changes something', () => {
  it('is found: an edited default', async () => {
    const { codes, messages, hints } = await found({
      '001_users': {
        up: "CREATE TABLE users (id INTEGER PRIMARY KEY, role TEXT DEFAULT 'user');",
        down: 'DROP TABLE users;',
      },
      '002_drop': {
        up: 'ALTER TABLE users DROP COLUMN role;',
        down: "ALTER TABLE users ADD COLUMN role TEXT DEFAULT 'nobody';",
      },
    })
    expect(codes).toEqual(['002_drop DOWN_CHANGES'])
    expect(messages[0]).toBe(
      "The down of 002_drop leaves the column users.role changed: it was role TEXT DEFAULT 'user', it is role TEXT DEFAULT 'nobody'",
    )
    expect(hints[0]).toBe("Let its down restore the column users.role as role TEXT DEFAULT 'user'")
  })

  it('is found: another index of the same name, another view, another trigger', async () => {
    const { messages } = await found({
      '001_users': {
        up: `${users.up} CREATE INDEX i ON users (name); CREATE VIEW v AS SELECT name FROM users;
          CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 1; END;`,
        down: 'DROP VIEW v; DROP TABLE users;',
      },
      '002_again': {
        up: 'DROP INDEX i; DROP VIEW v; DROP TRIGGER t;',
        down: `CREATE UNIQUE INDEX i ON users (name); CREATE VIEW v AS SELECT id FROM users;
          CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 2; END;`,
      },
    })
    expect(messages.map((message) => message.replace(/ changed: .*/, ''))).toEqual([
      'The down of 002_again leaves the index i on users',
      'The down of 002_again leaves the view v',
      'The down of 002_again leaves the trigger t on users',
    ])
  })

  it('is found: a rebuild that mixes up its columns', async () => {
    const { codes, messages } = await found({
      '001_points': {
        up: 'CREATE TABLE points (id INTEGER PRIMARY KEY, x REAL, y REAL);',
        down: 'DROP TABLE points;',
      },
      '002_strict': {
        up: `CREATE TABLE n (id INTEGER PRIMARY KEY, x REAL, y REAL) STRICT; INSERT INTO n SELECT id, x, y FROM points;
          DROP TABLE points; ALTER TABLE n RENAME TO points;`,
        down: `CREATE TABLE n (id INTEGER PRIMARY KEY, x REAL, y REAL); INSERT INTO n SELECT id, y, x + 1 FROM points;
          DROP TABLE points; ALTER TABLE n RENAME TO points;`,
      },
    })
    expect(codes).toEqual(['002_strict DOWN_CHANGES_ROWS'])
    expect(messages[0]).toContain('the row id = 1001 was (1001, 0.5, 0.5), is (1001, 0.5, 1.5)')
  })

  it('is found: rows of a table that the migration never names, written by a trigger', async () => {
    const { codes, messages } = await found({
      '001_users': {
        up: `${users.up} CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);
          CREATE TRIGGER t AFTER UPDATE ON users BEGIN INSERT INTO log (what) VALUES (new.name); END;`,
        down: 'DROP TABLE users; DROP TABLE log;',
      },
      '002_shout': {
        up: 'UPDATE users SET size = size + 1;',
        down: 'UPDATE users SET size = size - 1;',
      },
    })
    expect(codes).toEqual(['002_shout DOWN_CHANGES_ROWS'])
    expect(messages[0]).toContain('the rows of log differ')
  })
})

describe('rows', () => {
  it('that a migration writes and its down deletes again are fine', async () => {
    const { findings } = await afterUsers(
      "INSERT INTO users VALUES (7, 'seed', 1);",
      'DELETE FROM users WHERE id = 7;',
    )
    expect(findings).toEqual([])
  })

  it('in a new table go with it, which is fine', async () => {
    const { findings } = await afterUsers(
      'CREATE TABLE roles (user_id INTEGER NOT NULL REFERENCES users, name TEXT NOT NULL);',
      'DROP TABLE roles;',
    )
    expect(findings).toEqual([])
  })

  it('show a down that works on empty tables only', async () => {
    const { codes, messages } = await afterUsers(
      'ALTER TABLE users DROP COLUMN name;',
      'ALTER TABLE users ADD COLUMN name TEXT NOT NULL;',
    )
    expect(codes).toEqual(['002_next DOWN_FAILS'])
    expect(messages[0]).toMatch(
      /^The down of 002_next fails: 002_next failed at 002_next\.sql:5 \(statement 1 of 1\): Cannot add a NOT NULL column/,
    )
  })

  it('show a rebuild that has nothing to put into a required column', async () => {
    const { codes } = await afterUsers(
      'ALTER TABLE users DROP COLUMN name;',
      `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER); INSERT INTO n SELECT id, NULL, size FROM users;
        DROP TABLE users; ALTER TABLE n RENAME TO users;`,
    )
    expect(codes).toEqual(['002_next DOWN_FAILS'])
  })

  it('show a down that fails as soon as its own table is used', async () => {
    const { codes } = await afterUsers(
      `CREATE TABLE log (a INTEGER); CREATE TRIGGER keep BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'append-only'); END;`,
      'DELETE FROM log; DROP TABLE log;',
    )
    expect(codes).toEqual(['002_next DOWN_FAILS'])
  })

  it('show an up that works on empty tables only, and what comes after it is checked all the same', async () => {
    const { codes, hints, migrations } = await found({
      '001_users': users,
      '002_role': {
        up: 'ALTER TABLE users ADD COLUMN role TEXT NOT NULL;',
        down: 'ALTER TABLE users DROP COLUMN role;',
      },
      '003_left': { up: 'CREATE TABLE roles (a);', down: 'SELECT 1;' },
    })
    expect(codes).toEqual(['002_role UP_FAILS', '003_left DOWN_LEAVES'])
    expect(hints[0]).toMatch(/give a new NOT NULL column a default/)
    expect(migrations.map(({ outcome }) => outcome)).toEqual(['cycled', 'cycled', 'cycled'])
  })

  it('that new rules refuse are no mistake: the migration is checked without them', async () => {
    const { findings, notes } = await afterUsers(
      `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name GLOB '[A-Z]*'), size INTEGER);
        INSERT INTO n SELECT * FROM users; DROP TABLE users; ALTER TABLE n RENAME TO users;`,
      `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER); INSERT INTO n SELECT * FROM users;
        DROP TABLE users; ALTER TABLE n RENAME TO users;`,
    )
    expect(findings).toEqual([])
    expect(notes).toEqual([expect.stringMatching(/^002_next: Its up refuses rows .*CHECK constraint failed/)])
  })

  it('that only the new rules allow are no mistake either, and are mentioned', async () => {
    const { findings, notes } = await found({
      '001_t': { up: "CREATE TABLE t (kind TEXT NOT NULL CHECK (kind IN ('a')));", down: 'DROP TABLE t;' },
      '002_wider': {
        up: `CREATE TABLE n (kind TEXT NOT NULL CHECK (kind IN ('b', 'c'))); INSERT INTO n SELECT 'b' FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;`,
        down: `CREATE TABLE n (kind TEXT NOT NULL CHECK (kind IN ('a'))); INSERT INTO n SELECT iif(kind = 'b', 'a', kind) FROM t; DROP TABLE t;
          ALTER TABLE n RENAME TO t;`,
      },
    })
    expect(findings).toEqual([])
    expect(notes).toEqual([
      expect.stringMatching(/^002_wider: Its down refuses rows that only its new rules allow/),
    ])
  })

  it('that could not be made up are told of', async () => {
    const { notes } = await found({
      '001_never': {
        up: 'CREATE TABLE never (a INTEGER NOT NULL CHECK (a <> a));',
        down: 'DROP TABLE never;',
      },
    })
    expect(notes).toEqual([
      '001_never: No rows could be made up for never, so it stayed empty (CHECK constraint failed: a <> a)',
    ])
  })
})

describe('an up', () => {
  it('that fails is found with its place, and ends the check', async () => {
    const { codes, messages, migrations } = await found({
      '001_users': users,
      '002_typo': { up: 'SELECT 1;\nCREATE TABEL x (a);', down: 'SELECT 1;' },
      '003_more': users,
    })
    expect(codes).toEqual(['002_typo UP_FAILS'])
    expect(messages[0]).toMatch(/002_typo failed at 002_typo\.sql:4 \(statement 2 of 2\): near "TABEL"/)
    expect(migrations.map(({ outcome }) => outcome)).toEqual(['cycled', 'unchecked', 'unchecked'])
    expect(migrations[2]?.notes).toEqual(['002_typo failed, so nothing after it could be checked'])
  })

  it('that does not work a second time is found', async () => {
    const { codes } = await afterUsers(
      'CREATE TABLE IF NOT EXISTS temp.once (a UNIQUE); INSERT INTO once VALUES (1);',
      'SELECT 1;',
    )
    expect(codes).toEqual(['002_next UP_FAILS_AGAIN'])
  })

  it('that makes something else the second time is found', async () => {
    const { codes } = await afterUsers(
      'CREATE TEMP TABLE IF NOT EXISTS seen (a); ALTER TABLE users ADD COLUMN role;',
      'ALTER TABLE users DROP COLUMN role; CREATE TABLE other (a); DROP TABLE other;',
    )
    expect(codes).toEqual([])
  })

  it('that deletes rows of a table it never names is found, as in a run', async () => {
    const { codes, messages } = await found({
      '001_tables': {
        up: `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p_id INTEGER REFERENCES p ON DELETE CASCADE);
          INSERT INTO p VALUES (1); INSERT INTO c VALUES (1);`,
        down: 'DROP TABLE c; DROP TABLE p;',
      },
      '002_clear': { up: 'DELETE FROM p;', down: 'SELECT 1;', header: '-- Foreign-Keys: on' },
    })
    expect(codes).toEqual(['002_clear UP_FAILS'])
    expect(messages[0]).toContain('deleted 1 row of the table c, which it never names')
  })
})

describe('an up that needs rows', () => {
  it('ends the check where one behind it cannot do with them', async () => {
    const { codes, migrations } = await found({
      '001_users': users,
      '002_first': {
        up: 'CREATE TABLE first (id INTEGER NOT NULL); INSERT INTO first VALUES ((SELECT min(id) FROM users));',
        down: 'DROP TABLE first;',
      },
      '003_role': {
        up: 'ALTER TABLE users ADD COLUMN role TEXT NOT NULL;',
        down: 'ALTER TABLE users DROP COLUMN role;',
      },
      '004_more': users,
    })
    expect(codes).toEqual(['003_role UP_FAILS'])
    expect(migrations.map(({ outcome }) => outcome)).toEqual(['cycled', 'cycled', 'unchecked', 'unchecked'])
  })
})

describe('what is broken afterwards', () => {
  it('is found: a view that no longer compiles', async () => {
    const { codes, messages } = await found({
      '001_users': {
        up: `${users.up} CREATE VIEW v AS SELECT size FROM users;`,
        down: 'DROP VIEW v; DROP TABLE users;',
      },
      '002_swap': {
        up: 'CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL); DROP TABLE users; PRAGMA legacy_alter_table = ON; ALTER TABLE n RENAME TO users;',
        down: 'SELECT 1;',
        header: '-- Irreversible: the sizes are gone',
      },
    })
    expect(codes).toEqual(['002_swap LEAVES_BROKEN'])
    expect(messages[0]).toBe('The up of 002_swap leaves the view v broken: no such column: size')
  })

  it('is found: a trigger that no longer compiles, after the down', async () => {
    const { codes } = await found({
      '001_users': {
        up: `${users.up} CREATE TABLE log (a); CREATE TRIGGER t AFTER INSERT ON users BEGIN INSERT INTO log VALUES (new.id); END;`,
        down: 'DROP TABLE users; DROP TABLE log;',
      },
      '002_none': { up: 'SELECT 1;', down: 'DROP TABLE log;' },
    })
    expect(codes).toEqual(['002_none DOWN_LOSES', '002_none LEAVES_BROKEN'])
  })
})

describe('a migration without a way back', () => {
  it('is found where it does not say why', async () => {
    const { codes, hints, migrations } = await found({ '001_users': { up: users.up } })
    expect(codes).toEqual(['001_users REASON_MISSING'])
    expect(hints).toEqual([
      'Write its down, or add the header line "-- Irreversible: <why it cannot be taken back>"',
    ])
    expect(migrations[0]?.outcome).toBe('applied')
  })

  it('is fine where it does, and its tables have rows for those after it', async () => {
    const { codes } = await found({
      '001_users': { up: users.up, header: '-- Irreversible: it is the first one' },
      '002_lose': { up: 'SELECT 1;', down: 'DELETE FROM users;' },
    })
    expect(codes).toEqual(['002_lose DOWN_CHANGES_ROWS'])
  })
})

describe('what a check follows', () => {
  it('leaves out what cannot run inside a transaction, and says so', async () => {
    const { findings, notes } = await found({
      '001_users': users,
      '002_vacuum': {
        up: 'PRAGMA auto_vacuum = FULL; VACUUM;',
        down: 'VACUUM;',
        header: '-- Transaction: none',
      },
    })
    expect(findings).toEqual([])
    expect(notes).toEqual([
      '002_vacuum: PRAGMA auto_vacuum was left out: it does not work inside a transaction, and that is where a check runs',
      '002_vacuum: VACUUM was left out: it does not work inside a transaction, and that is where a check runs',
    ])
  })

  it('goes in the order of dependencies', async () => {
    const { migrations } = await found({
      '001_needs': {
        up: 'CREATE INDEX i ON users (name);',
        down: 'DROP INDEX i;',
        header: '-- Depends-On: 002_users',
      },
      '002_users': users,
    })
    expect(migrations.map(({ id }) => id)).toEqual(['002_users', '001_needs'])
  })

  it('skips what is for another environment', async () => {
    const texts = { '001_users': users, '002_dev': { ...users, header: '-- Environments: development' } }
    const { migrations, skipped } = await check(sourceOf(texts))
    expect(migrations.map(({ id }) => id)).toEqual(['001_users'])
    expect(skipped).toEqual([expect.objectContaining({ id: '002_dev', reason: 'only for development' })])
    const there = await check(
      sourceOf({
        '001_users': users,
        '002_dev': { up: 'SELECT 1;', down: 'SELECT 1;', header: '-- Environments: development' },
      }),
      { environment: 'development' },
    )
    expect(there.migrations.map(({ id }) => id)).toEqual(['001_users', '002_dev'])
  })

  it('refuses what a run would refuse', async () => {
    const forbidden = check(sourceOf({ '001_a': { up: 'DROP TABLE records;', down: 'SELECT 1;' } }), {
      protectedTables: ['records'],
    })
    await expect(forbidden).rejects.toMatchObject({ code: 'MIGRATION_FORBIDDEN' })
    const missing = check(sourceOf({ '001_a': { ...users, header: '-- Depends-On: 009_gone' } }))
    await expect(missing).rejects.toMatchObject({ code: 'DEPENDENCY_MISSING' })
  })

  it('keeps full-text search working, before and behind other migrations', async () => {
    const { findings } = await found({
      '001_users': users,
      '002_search': {
        up: `CREATE VIRTUAL TABLE s USING fts5 (name, content = 'users', content_rowid = 'id');
          CREATE TRIGGER s_i AFTER INSERT ON users BEGIN INSERT INTO s (rowid, name) VALUES (new.id, new.name); END;
          INSERT INTO s (s) VALUES ('rebuild');`,
        down: 'DROP TRIGGER s_i; DROP TABLE s;',
      },
      '003_more': {
        up: 'ALTER TABLE users ADD COLUMN more TEXT;',
        down: 'ALTER TABLE users DROP COLUMN more;',
      },
      '004_left': { up: 'CREATE TABLE x (a);', down: 'SELECT 1;' },
      '005_fine': { up: 'CREATE TABLE y (a);', down: 'DROP TABLE y;' },
    })
    expect(findings.map(({ migration }) => migration)).toEqual(['004_left'])
  })

  it('can be interrupted', async () => {
    const stopped = check(sourceOf({ '001_users': users }), { signal: { aborted: true } })
    await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await expect(stopped).rejects.toBeInstanceOf(MigrateError)
  })

  it('survives a script that ends its transaction', async () => {
    const { codes } = await found({
      '001_users': users,
      '002_gone': {
        up: "INSERT INTO users VALUES (1, 'a', 1);",
        down: "INSERT OR ROLLBACK INTO users VALUES (1, 'a', 1);",
      },
      '003_fine': { up: 'CREATE TABLE y (a);', down: 'DROP TABLE y;' },
    })
    expect(codes).toEqual(['002_gone DOWN_FAILS'])
  })

  it('has no opinion about an empty folder', async () => {
    expect(await check(sourceOf({}))).toEqual({ migrations: [], skipped: [] })
  })
})
