import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/fixture.ts'
import type { LintFinding } from '../src/index.ts'
import { LintedDatabase } from './linted.ts'

const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT);'
const posts =
  'CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id) ON DELETE CASCADE);'

/** What lint says of the last up part, on a real database to which the others are applied. */
async function found(...ups: readonly string[]): Promise<readonly LintFinding[]> {
  const database = new LintedDatabase(join(temporaryFolder(), 'app.db'))
  await database.apply(...ups.slice(0, -1))
  return (await database.lint(ups)).findings
}

async function codes(...ups: readonly string[]): Promise<readonly string[]> {
  return (await found(...ups)).map(({ code }) => code)
}

describe('lint, on a copy of the real schema with rows made up for it', () => {
  it('catches NOT NULL without a default', async () => {
    const [finding] = await found(users, 'ALTER TABLE users ADD COLUMN role TEXT NOT NULL;')
    expect(finding).toMatchObject({
      code: 'NOT_NULL_WITHOUT_DEFAULT',
      migration: '002_step',
      file: '002_step.sql',
      line: 3,
      statement: 1,
      message: expect.stringContaining('Cannot add a NOT NULL column with default value NULL'),
      hint: expect.stringContaining('DEFAULT'),
      reference: 'docs/lint.md#not_null_without_default',
    })
  })

  it.each(['CURRENT_TIMESTAMP', '(random())', "(datetime('now'))"])(
    'catches a default that is not constant: %s',
    async (value) => {
      expect(await codes(users, `ALTER TABLE users ADD COLUMN at TEXT DEFAULT ${value};`)).toEqual([
        'NON_CONSTANT_DEFAULT',
      ])
    },
  )

  it.each([
    ['an index', 'CREATE INDEX i ON users (email);'],
    ['a unique index', 'CREATE UNIQUE INDEX i ON users (email);'],
    ['an index over an expression', 'CREATE INDEX i ON users (lower(email));'],
    ['the condition of an index', 'CREATE INDEX i ON users (name) WHERE email IS NOT NULL;'],
    ['a view', 'CREATE VIEW v AS SELECT email FROM users;'],
    ['a trigger', 'CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT new.email; END;'],
  ])('catches DROP COLUMN under %s', async (_, made) => {
    expect(await codes(users + made, 'ALTER TABLE users DROP COLUMN email;')).toEqual(['COLUMN_IN_USE'])
  })

  it.each([
    ['a CHECK', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, CHECK (a > 0));'],
    ['a foreign key', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, FOREIGN KEY (a) REFERENCES t (id));'],
    ['UNIQUE', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INT UNIQUE);'],
    ['a primary key', 'CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);'],
    ['a generated column', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b AS (a + 1));'],
  ])('catches DROP COLUMN of a column in %s', async (_, table) => {
    expect(await codes(table, 'ALTER TABLE t DROP COLUMN a;')).toEqual(['COLUMN_IN_USE'])
  })

  it.each(['VARCHAR(20)', 'DATETIME', 'BOOLEAN', 'JSON', ''])(
    'catches a STRICT table with an unknown type: %s',
    async (type) => {
      expect(await codes(`CREATE TABLE t (id INTEGER PRIMARY KEY, a ${type}) STRICT;`)).toEqual([
        'STRICT_TYPE',
      ])
    },
  )

  it('catches a reference to a missing table in every kind of statement', async () => {
    expect(await codes(users, 'UPDATE user SET name = upper(name);')).toEqual(['MISSING_OBJECT'])
    expect(await codes(users, 'CREATE INDEX i ON user (name);')).toEqual(['MISSING_OBJECT'])
    expect(await codes(users, 'CREATE TRIGGER t AFTER INSERT ON user BEGIN SELECT 1; END;')).toEqual([
      'MISSING_OBJECT',
    ])
    expect(await codes('CREATE TABLE t (id INTEGER PRIMARY KEY, u INT REFERENCES user (id));')).toEqual([
      'MISSING_PARENT',
    ])
    expect(await codes('CREATE VIEW v AS SELECT name FROM user;')).toEqual(['BROKEN_VIEW'])
    expect(await codes(users, 'CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM old; END;')).toEqual([
      'BROKEN_TRIGGER',
    ])
  })

  it('catches a reference to a missing column in every kind of statement', async () => {
    expect(await codes(users, 'UPDATE users SET mail = 1;')).toEqual(['MISSING_COLUMN'])
    expect(await codes(users, 'INSERT INTO users (id, mail) VALUES (1, 2);')).toEqual(['MISSING_COLUMN'])
    expect(
      await codes('CREATE TABLE t (id INTEGER PRIMARY KEY, FOREIGN KEY (u) REFERENCES t (id));'),
    ).toEqual(['MISSING_COLUMN'])
    const child = 'CREATE TABLE t (id INTEGER PRIMARY KEY, u INT REFERENCES users (nr));'
    expect(await codes(users, child)).toEqual(['PARENT_KEY_NOT_UNIQUE'])
  })

  const copy = 'CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT) STRICT;'
  const safe = `${copy} INSERT INTO new (id, name, email) SELECT id, name, email FROM users; DROP TABLE users; ALTER TABLE new RENAME TO users;`

  it('catches an unsafe rebuild in each of its forms, and lets the safe one through', async () => {
    expect(await codes(users + posts, safe)).toEqual([])
    const away = `ALTER TABLE users RENAME TO old; ${copy.replace('new', 'users')} INSERT INTO users (id, name, email) SELECT id, name, email FROM old; DROP TABLE old;`
    expect(await codes(users + posts, away)).toEqual(['UNSAFE_REBUILD'])
    expect(await codes(users, away)).toEqual([])
    expect(
      await codes(
        users + posts,
        safe.replace('new (id, name, email) SELECT id, name, email', 'new SELECT *'),
      ),
    ).toEqual(['COPY_WITHOUT_COLUMNS'])
    expect(await codes(`${users}CREATE INDEX i ON users (email);`, safe)).toEqual(['REBUILD_LOSES_OBJECTS'])
    expect(await codes(`${users}CREATE VIEW v AS SELECT name FROM users;`, safe)).toEqual(['RENAME_BLOCKED'])
    expect(await codes(users.replace('KEY', 'KEY AUTOINCREMENT'), safe)).toEqual(['REBUILD_LOSES_SEQUENCE'])
    const header = `-- Foreign-Keys: on\n-- === UP MIGRATION ===\n${safe}\n-- === DOWN MIGRATION ===\nSELECT 1;`
    expect(await codes(users + posts, header)).toEqual(['REBUILD_WITH_FOREIGN_KEYS'])
    expect(await codes(users + posts.replace('CASCADE', 'RESTRICT'), header)).toEqual([
      'REBUILD_WITH_FOREIGN_KEYS',
    ])
  })

  it.each([
    'CREATE TABLE t (id SERIAL PRIMARY KEY);',
    'CREATE TABLE t (id BIGSERIAL NOT NULL, PRIMARY KEY (id));',
    'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY);',
    'CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;',
    'CREATE TABLE t (id int IDENTITY(1,1) PRIMARY KEY);',
    'CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);',
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a ENUM('a', 'b'));",
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TIMESTAMP DEFAULT NOW());',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TIMESTAMP DEFAULT (NOW()));',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a uuid DEFAULT (gen_random_uuid()));',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, KEY by_a (a));',
    'CREATE TABLE public.t (id INTEGER PRIMARY KEY);',
    "UPDATE users SET email = '{}'::jsonb;",
    'UPDATE users SET email = NOW();',
    "UPDATE users SET email = 'it\\'s' WHERE name = 'x\\'y';",
    "DELETE FROM users WHERE name ILIKE 'a%';",
    'CREATE EXTENSION IF NOT EXISTS pgcrypto;',
    "CREATE TYPE mood AS ENUM ('sad', 'ok');",
    'CREATE SEQUENCE s START 1;',
    'CREATE OR REPLACE VIEW v AS SELECT 1;',
    'CREATE INDEX CONCURRENTLY i ON users (name);',
    'CREATE INDEX i ON users USING gin (name);',
    'CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RETURN new; END $$;',
    'CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();',
    'ALTER TABLE users ALTER COLUMN name TYPE VARCHAR(20);',
    "ALTER TABLE users ALTER COLUMN name SET DEFAULT 'x';",
    'ALTER TABLE users MODIFY COLUMN name VARCHAR(20);',
    'ALTER TABLE users CHANGE name full_name TEXT;',
    'ALTER TABLE users ADD CONSTRAINT u UNIQUE (name);',
    'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (name) REFERENCES t (id);',
    'ALTER TABLE users ADD INDEX by_name (name);',
    'ALTER TABLE users ADD COLUMN IF NOT EXISTS a TEXT;',
    'ALTER TABLE users ADD COLUMN a TEXT, ADD COLUMN b TEXT;',
    "COMMENT ON TABLE users IS 'people';",
    'TRUNCATE TABLE users;',
    'INSERT IGNORE INTO users (id, name) VALUES (1, 2);',
    'INSERT INTO users (id, name) VALUES (1, 2) ON DUPLICATE KEY UPDATE name = 2;',
    'DROP TABLE users CASCADE;',
    'DROP INDEX i ON users;',
    'GRANT SELECT ON users TO app;',
    'SET FOREIGN_KEY_CHECKS = 0;',
    'SET @a = 1;',
    "UPDATE users SET email = INTERVAL '1 day';",
  ])('catches syntax of another engine, and says what SQLite has instead: %s', async (sql) => {
    const findings = await found(users, sql)
    expect(findings.map(({ code }) => code)).toEqual(['OTHER_ENGINE'])
    expect(findings[0]?.hint).not.toBe('Write it as SQLite does')
    expect(findings[0]).toMatchObject({ level: 'error', migration: '002_step', line: 3 })
  })

  it.each([
    'INSERT INTO users (id, name) VALUES (7, 8) RETURNING id;',
    'INSERT INTO users (id, name) VALUES (7, 8) ON CONFLICT DO NOTHING;',
    "UPDATE users SET email = 'C:\\new\\table';",
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(20), b TIMESTAMP DEFAULT CURRENT_TIMESTAMP, c JSONB);',
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT DEFAULT (datetime('now')), b INT UNSIGNED);",
    'CREATE TABLE [t] (`id` INTEGER PRIMARY KEY, "serial" TEXT);',
    'CREATE VIEW v AS WITH r AS (SELECT count(*) AS n FROM users) SELECT * FROM r;',
    "INSERT INTO users (name) SELECT 'x' || value FROM json_each('[1,2]');",
  ])('lets SQL of SQLite through: %s', async (sql) => {
    expect(await codes(users, sql)).toEqual([])
  })
})

describe('lint of what real files hold', () => {
  it.each([
    ['a semicolon in a comment', 'CREATE TABLE t (id INTEGER PRIMARY KEY); -- one; two;'],
    ['a quotation mark in a comment', '-- don\'t\n/* nor " ` [ */ CREATE TABLE t (id INTEGER PRIMARY KEY);'],
    ['a comment at the end', 'CREATE TABLE t (id INTEGER PRIMARY KEY)\n-- the end'],
    ['no semicolon', 'CREATE TABLE t (id INTEGER PRIMARY KEY)'],
    ['nothing', ''],
    ['only comments', '-- nothing to do here;\n/* INSERT INTO nope VALUES (1); */'],
    ['CRLF', 'CREATE TABLE t (\r\n  id INTEGER PRIMARY KEY\r\n);\r\nINSERT INTO t (id) VALUES (1);\r\n'],
    ['names in back ticks and brackets', 'CREATE TABLE `t` ([id] INTEGER PRIMARY KEY, `a b` TEXT);'],
    [
      'a trigger with CASE and several statements',
      `CREATE TRIGGER t AFTER UPDATE ON users WHEN new.name <> old.name BEGIN
         UPDATE users SET email = CASE WHEN new.name = 'END;' THEN 'x' ELSE ';' END WHERE id = new.id;
         DELETE FROM users WHERE id < 0;
       END;`,
    ],
    [
      'a recursive CTE',
      'INSERT INTO users (name) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n;',
    ],
    [
      'a rename away and back, where nothing refers to it',
      `ALTER TABLE users RENAME TO oldUsers;
       CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, email TEXT);
       INSERT INTO users (id, name, email) SELECT id, name, email FROM oldUsers;
       DROP TABLE oldUsers;`,
    ],
    [
      'the rows of one table moved to another',
      `CREATE TABLE mails (user_id INTEGER NOT NULL PRIMARY KEY REFERENCES users (id), email TEXT NOT NULL);
       INSERT INTO mails (user_id, email) SELECT u.id, u.email FROM users u WHERE u.email IS NOT NULL;
       UPDATE users SET email = NULL; -- instead of a rebuild`,
    ],
    [
      'full text search',
      `CREATE VIRTUAL TABLE found USING fts5 (name, content='users', content_rowid='id');
       INSERT INTO found (found) VALUES ('rebuild');`,
    ],
  ])('finds nothing in %s', async (_, up) => {
    expect(await found(users, up)).toEqual([])
  })
})

describe('lint', () => {
  it('goes on behind a statement that fails, and leaves out what only follows from it', async () => {
    const findings = await found(
      users,
      `ALTER TABLE users ADD COLUMN a TEXT NOT NULL;
       ALTER TABLE users ADD COLUMN b TEXT NOT NULL;
       CREATE TABLE notes (id SERIAL PRIMARY KEY, text ENUM('a'));
       CREATE INDEX by_text ON notes (text);
       CREATE TABLE logs (id INTEGER PRIMARY KEY, note INTEGER REFERENCES notes (id));
       UPDATE users SET c = 1;`,
    )
    expect(findings.map(({ code, statement }) => `${statement} ${code}`)).toEqual([
      '1 NOT_NULL_WITHOUT_DEFAULT',
      '2 NOT_NULL_WITHOUT_DEFAULT',
      '3 OTHER_ENGINE',
      '6 MISSING_COLUMN',
    ])
  })

  it('takes no other missing name for one that follows from an earlier failure', async () => {
    const up =
      "CREATE TABLE notes (id INT, kind ENUM('a')); UPDATE noted SET kind = 1; DELETE FROM notes; SELECT x FROM users;"
    const findings = await found(users, up)
    expect(findings.map(({ code, statement }) => `${statement} ${code}`)).toEqual([
      '1 OTHER_ENGINE',
      '2 MISSING_OBJECT',
      '4 MISSING_COLUMN',
    ])
  })

  it('carries pending migrations out one after the other', async () => {
    const database = new LintedDatabase(join(temporaryFolder(), 'app.db'))
    await database.apply(users)
    const { linted, findings } = await database.lint([
      users,
      posts,
      'ALTER TABLE posts ADD COLUMN title TEXT NOT NULL;',
      'DROP TABLE users;',
    ])
    expect(linted).toEqual(['002_step', '003_step', '004_step'])
    expect(findings.map(({ migration, code }) => `${migration} ${code}`)).toEqual([
      '003_step NOT_NULL_WITHOUT_DEFAULT',
      '004_step DROPS_DATA',
      '004_step MISSING_PARENT',
    ])
  })

  it('does not report what a later migration repairs, nor what was broken before', async () => {
    const database = new LintedDatabase(join(temporaryFolder(), 'app.db'))
    const before = `${users}CREATE VIEW odd AS SELECT gone FROM users;`
    await database.apply(before)
    const child = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams (id));'
    const parent = 'CREATE TABLE teams (id INTEGER PRIMARY KEY);'
    expect((await database.lint([before, child, parent])).findings).toEqual([])
    expect((await database.lint([before, child])).findings).toMatchObject([{ code: 'MISSING_PARENT' }])
  })

  it('warns of IF EXISTS and IF NOT EXISTS only where they did hide something', async () => {
    const levels = async (up: string) => (await found(users, up)).map(({ code, level }) => `${level} ${code}`)
    expect(await levels('CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY);')).toEqual([
      'warning HIDES_DRIFT',
    ])
    expect(await levels('CREATE TABLE IF NOT EXISTS teams (id INTEGER PRIMARY KEY);')).toEqual([
      'note HIDES_DRIFT',
    ])
    expect(await levels('DROP INDEX IF EXISTS by_name;')).toEqual(['warning HIDES_DRIFT'])
    expect(await levels('DROP INDEX IF EXISTS by_name; CREATE INDEX by_name ON users (name);')).toEqual([
      'note HIDES_DRIFT',
    ])
  })

  it('only warns of a function in a view, trigger or default: the application may bring it', async () => {
    const levels = async (up: string) => (await found(users, up)).map(({ code, level }) => `${level} ${code}`)
    expect(await levels('CREATE VIEW v AS SELECT fold(name) FROM users;')).toEqual([
      'warning UNKNOWN_FUNCTION',
    ])
    expect(await levels('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT DEFAULT (make_id()));')).toEqual([
      'warning UNKNOWN_FUNCTION',
    ])
    expect(await levels('CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT notify(new.id); END;')).toEqual([
      'warning UNKNOWN_FUNCTION',
    ])
    expect(await levels('CREATE VIEW v AS SELECT now() FROM users;')).toEqual(['error OTHER_ENGINE'])
    expect(await levels('UPDATE users SET name = fold(name);')).toEqual(['error UNKNOWN_FUNCTION'])
  })

  it('knows of a table that is made in the same migration that it has no rows', async () => {
    expect(await codes(`${users}ALTER TABLE users ADD COLUMN role TEXT NOT NULL;`)).toEqual([])
  })

  it('is milder where the real table has no rows, and says so', async () => {
    const database = new LintedDatabase(join(temporaryFolder(), 'app.db'))
    const up = 'ALTER TABLE users ADD COLUMN role TEXT NOT NULL;'
    await database.apply(users)
    const [empty] = (await database.lint([users, up])).findings
    expect(empty).toMatchObject({ level: 'warning', message: expect.stringContaining('users is empty here') })
    const session = await database.driver().session('write')
    await session.execute("INSERT INTO users VALUES (1, 'a', NULL)")
    await session.close()
    expect((await database.lint([users, up])).findings).toMatchObject([{ level: 'error' }])
  })

  it.each([
    ['a unique index', 'CREATE UNIQUE INDEX i ON users (lower(name) DESC, email) WHERE id > 0;'],
    ['NOT NULL', 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;'],
    ['a CHECK', "ALTER TABLE users ADD CONSTRAINT c CHECK (email <> 'x' AND email NOT LIKE '% 1');"],
  ])('asks the real rows about %s: an error where one breaks it, a note where none does', async (_, up) => {
    const database = new LintedDatabase(join(temporaryFolder(), 'app.db'))
    await database.apply(users)
    const level = async (...rows: readonly string[]) => {
      const session = await database.driver().session('write')
      for (const row of rows) await session.execute(`INSERT INTO users (name, email) VALUES ${row}`)
      await session.close()
      return (await database.lint([users, up])).findings.map((finding) => finding.level)
    }
    expect(await level()).toEqual(['warning'])
    expect(await level("('a', 'b')", "('b', 'b')")).toEqual(['note'])
    expect(await level("('A', 'b')", "('c', 'x')", "('c', NULL)")).toEqual(['error'])
  })

  it('carries a migration outside a transaction out, too, but for what writes files', async () => {
    const header = '-- Transaction: none\n-- === UP MIGRATION ===\n'
    const down = '\n-- === DOWN MIGRATION ===\nSELECT 1;'
    const file = join(temporaryFolder(), 'copy.db')
    expect(
      await codes(users, `${header}VACUUM;\nVACUUM INTO '${file}';\nUPDATE nope SET a = 1;${down}`),
    ).toEqual(['MISSING_OBJECT'])
  })

  it('survives a statement that ends the transaction, and the migrations behind it', async () => {
    const database = new LintedDatabase(join(temporaryFolder(), 'app.db'))
    await database.apply(users)
    const { findings } = await database.lint([
      users,
      "INSERT INTO users VALUES (7, 'a', 'b'); INSERT OR ROLLBACK INTO users VALUES (7, 'a', 'b');",
      'ALTER TABLE users ADD COLUMN role TEXT NOT NULL;',
    ])
    expect(findings.map(({ migration, statement, code }) => `${migration} ${statement} ${code}`)).toEqual([
      '002_step 2 STATEMENT_FAILS',
      '003_step 1 NOT_NULL_WITHOUT_DEFAULT',
    ])
  })
})
