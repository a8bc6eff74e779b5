import type { Session, StatementSettler } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { connectionOf, eachTestInItsDatabase } from './each-database.ts'
import { errorOf } from './runner-for.ts'
import { hasServer } from './test-server.ts'

/** What the statements speak of, by the word that speaks of it. */
const world: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bpart\b/, ['CREATE TABLE part (id integer PRIMARY KEY)', 'INSERT INTO part VALUES (2)']],
  [
    /\bparts\b/,
    [
      'CREATE TABLE parts (id integer PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)',
      'INSERT INTO parts VALUES (1), (20)',
    ],
  ],
  [/odd/, ['CREATE TABLE `odd-``name` (id integer)']],
  [/\bseen\b/, ['CREATE VIEW seen AS SELECT id FROM t']],
  [/\bseen_too\b/, ['CREATE VIEW seen_too AS SELECT id FROM t']],
  [/shout/, ['CREATE TRIGGER shout BEFORE INSERT ON t FOR EACH ROW SET NEW.note = upper(NEW.note)']],
  [/fill/, ['CREATE PROCEDURE fill() INSERT INTO u VALUES (7, NULL)']],
  [/FUNCTION one/, ['CREATE FUNCTION one() RETURNS integer RETURN 1']],
  [/nightly/, ['CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM t']],
  [/keys_of/, ['CREATE SEQUENCE keys_of']],
]
const always = [
  "CREATE TABLE t (id integer AUTO_INCREMENT PRIMARY KEY, note varchar(20) DEFAULT 'AUTO_INCREMENT=3')",
  "INSERT INTO t (note) VALUES ('a'), ('b')",
  'CREATE TABLE u LIKE t',
]

/** Statements of which one can see whether they took effect. USER becomes a name that nobody else has. */
const visible = [
  'CREATE TABLE v (id integer)',
  'CREATE TABLE IF NOT EXISTS v (id integer)',
  'CREATE TABLE v AS SELECT * FROM t',
  'CREATE OR REPLACE TABLE t (id integer)',
  'CREATE OR REPLACE TABLE t LIKE u',
  'CREATE OR REPLACE TABLE t AS SELECT * FROM u',
  'CREATE INDEX by_note ON t (note)',
  'CREATE UNIQUE INDEX IF NOT EXISTS by_note ON `t` (note)',
  'CREATE ALGORITHM = MERGE DEFINER = CURRENT_USER() SQL SECURITY INVOKER VIEW v AS SELECT 1 AS one',
  "CREATE DEFINER = 'root'@'127.0.0.1' VIEW v AS SELECT 1 AS one",
  'CREATE OR REPLACE VIEW seen AS SELECT 1 AS one',
  'CREATE TRIGGER whisper BEFORE UPDATE ON t FOR EACH ROW SET NEW.note = lower(NEW.note)',
  'CREATE DEFINER = CURRENT_USER PROCEDURE more() SELECT 1',
  'CREATE FUNCTION two() RETURNS integer RETURN 2',
  'CREATE EVENT weekly ON SCHEDULE EVERY 7 DAY DISABLE DO DELETE FROM t',
  'CREATE SEQUENCE more_keys',
  'CREATE USER USER',
  'ALTER TABLE t ADD COLUMN size integer',
  'ALTER TABLE `odd-``name` ADD COLUMN size integer',
  "ALTER TABLE t MODIFY note varchar(30) COMMENT ') ENGINE=InnoDB AUTO_INCREMENT=9'",
  'ALTER ONLINE TABLE t ADD COLUMN size integer',
  'ALTER TABLE t RENAME TO v',
  'ALTER TABLE t RENAME v, ADD COLUMN size integer',
  'ALTER TABLE t RENAME COLUMN note TO notes',
  "ALTER TABLE t ADD CHECK (note <> '')",
  'ALTER TABLE u ADD FOREIGN KEY (id) REFERENCES t (id)',
  'ALTER TABLE parts EXCHANGE PARTITION p0 WITH TABLE part',
  'ALTER TABLE parts TRUNCATE PARTITION p0',
  'ALTER TABLE parts DROP PARTITION p0',
  'ALTER VIEW seen AS SELECT note FROM t',
  "ALTER PROCEDURE fill COMMENT 'fills'",
  "ALTER FUNCTION one COMMENT 'one'",
  'ALTER EVENT nightly RENAME TO daily',
  'ALTER EVENT nightly ENABLE',
  'ALTER SEQUENCE keys_of INCREMENT BY 10',
  'DROP TABLE u',
  'DROP TABLE IF EXISTS u, parts',
  'DROP TABLE `odd-``name`, `u` /* and */ , part',
  'DROP INDEX `PRIMARY` ON part',
  'DROP VIEW seen, seen_too',
  'DROP TRIGGER shout',
  'DROP PROCEDURE fill',
  'DROP FUNCTION one',
  'DROP EVENT nightly',
  'DROP SEQUENCE keys_of',
  'RENAME TABLE t TO v',
  'RENAME TABLE t TO passing, u TO t, passing TO u',
  'TRUNCATE TABLE t',
  'TRUNCATE parts',
  '/*!50000 TRUNCATE TABLE t */',
  'SET STATEMENT max_statement_time = 60 FOR ALTER TABLE t ADD COLUMN size integer',
]

const invisible = [
  'CALL fill()',
  'BEGIN NOT ATOMIC CREATE TABLE v (id integer); END',
  "EXECUTE IMMEDIATE 'CREATE TABLE v (id integer)'",
  'ALTER SEQUENCE keys_of RESTART 5',
  'ALTER TABLE t DISCARD TABLESPACE',
  'TRUNCATE TABLE fleeting',
]

const harmless = [
  'OPTIMIZE TABLE t',
  'ANALYZE TABLE t',
  'FLUSH TABLES t',
  'GRANT SELECT ON t TO CURRENT_USER',
  'ALTER TABLE t ENGINE = InnoDB',
  'ALTER TABLE t AUTO_INCREMENT = 100',
  'ALTER DATABASE CHARACTER SET latin1',
  'CREATE TABLE IF NOT EXISTS t (id integer)',
  'DROP TABLE IF EXISTS nothing',
]

describe.runIf(await hasServer())('a statement that commits by itself', () => {
  const { current } = eachTestInItsDatabase()

  async function prepared(
    ...statements: readonly string[]
  ): Promise<Session & { readonly settler: StatementSettler }> {
    const session = await current().session('write', { lockTimeoutMs: 60_000 })
    const needed = world.filter(([word]) => statements.some((sql) => word.test(sql)))
    for (const sql of [...always, ...needed.flatMap(([, made]) => made)]) await session.execute(sql)
    const { settler } = session
    if (settler === undefined) throw new Error('A session settles')
    return Object.assign(session, { settler })
  }

  it.each(visible)('is known to have taken effect, or not: %s', async (statement) => {
    const user = `${current().name.slice(0, 20)}_s`
    const sql = statement.replace(/USER USER$/, `USER ${user}`)
    const session = await prepared(sql)
    const trace = await session.settler.trace(sql)
    expect(trace).toMatch(/^\S+$/)
    expect(await session.settler.settle(sql, trace ?? '')).toBe(false)
    // Rows that others write meanwhile are no effect of it.
    await session.execute("INSERT INTO u (note) VALUES ('x'), ('y')")
    expect(await session.settler.settle(sql, trace ?? '')).toBe(false)
    await session.execute(sql)
    await session.close()
    const other = await current().session()
    expect(await other.settler?.settle(sql, trace ?? '')).toBe(true)
    await other.execute(`DROP USER IF EXISTS ${user}`)
  })

  it.each(invisible)('leaves nothing to be seen: %s', async (sql) => {
    const session = await prepared(sql)
    await session.execute('CREATE TEMPORARY TABLE fleeting (id integer)')
    expect(await session.settler.trace(sql)).toBeUndefined()
  })

  it.each(harmless)('may run again: %s', async (sql) => {
    const session = await prepared(sql)
    const trace = (await session.settler.trace(sql)) ?? ''
    await session.execute(sql)
    expect(await session.settler.settle(sql, trace)).toBe(false)
    await session.execute(sql)
  })

  it('is finished where it was to drop several and was cut off in between', async () => {
    const session = await prepared('part parts seen seen_too')
    for (const [sql, half] of [
      ['DROP TABLE part, parts, u', 'DROP TABLE part'],
      ['DROP VIEW seen, seen_too', 'DROP VIEW seen'],
    ] as const) {
      const trace = (await session.settler.trace(sql)) ?? ''
      await session.execute(half)
      expect(await session.settler.settle(sql, trace)).toBe(true)
    }
    const left = await session.query('SHOW TABLES')
    expect(left.flatMap((row) => Object.values(row))).toEqual(['t'])
  })

  it('leaves nothing to be seen for a user who may not see the identity of tables', async () => {
    await prepared()
    const user = `${current().name.slice(0, 20)}_s`
    const client = await current().client()
    await client.query(`CREATE USER ${user}@'%'`)
    try {
      await client.query(`GRANT ALL ON ${current().name}.* TO ${user}@'%'`)
      const driver = current().driver({ url: current().urlWith({ username: user, password: '' }) })
      const { settler } = await driver.session('write')
      expect(await settler?.trace('TRUNCATE TABLE t')).toBeUndefined()
      expect(await settler?.trace('CREATE USER other')).toBeUndefined()
      expect(await settler?.trace('ALTER TABLE t ADD COLUMN size integer')).toMatch(/^\S+$/)
      await driver.close()
    } finally {
      await client.query(`DROP USER ${user}@'%'`)
    }
  })

  it('is waited for while the server is still at it, and then told', async () => {
    const session = await prepared()
    const sql = 'ALTER TABLE t ADD COLUMN size integer'
    const trace = (await session.settler.trace(sql)) ?? ''
    const id = await connectionOf(session)
    const client = await current().client()
    await client.query('LOCK TABLES t READ')
    const altered = session.execute(sql)
    await expect
      .poll(
        async () =>
          (await client.query(`SELECT state FROM information_schema.processlist WHERE id = ${id}`))[0],
      )
      .toEqual([{ state: expect.stringContaining('lock') }])
    const other = await current().session()
    const error = await errorOf(
      other.settler?.settle('ALTER TABLE u ADD COLUMN size integer', trace) ?? altered,
    )
    expect(error).toMatchObject({ code: 'DATABASE_BUSY', details: { transient: true, connection: id } })
    expect(error.message).toContain(`Connection ${id} of`)
    expect(error.message).toContain('"ALTER TABLE t ADD COLUMN size')
    expect(error.hint).toContain(`KILL ${id}`)
    await client.query('UNLOCK TABLES')
    await altered
    await session.close()
    expect(await other.settler?.settle(sql, trace)).toBe(true)
  })

  it('is not waited for where its connection does nothing any more: that is ended', async () => {
    const session = await prepared()
    const sql = 'ALTER TABLE t ADD COLUMN size integer'
    const trace = (await session.settler.trace(sql)) ?? ''
    const other = await current().session()
    expect(await other.settler?.settle(sql, trace)).toBe(false)
    expect(await errorOf(session.execute(sql))).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  })
})
