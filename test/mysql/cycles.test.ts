import { checkMigrations } from '@whimbrel/checks'
import { MigrationRunner, type Session } from '@whimbrel/core'
import { rollback, rollbackVerifier } from '@whimbrel/rollback-manager'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type MigrationText, sourceOf } from '../../packages/checks/test/migration-texts.ts'
import { mysqlDriver } from '../../packages/mysql-driver/src/index.ts'
import { hasServer, testDatabase } from '../../packages/mysql-driver/test/test-server.ts'
import { birdwatch, birdwatchSource } from './birdwatch.ts'

const database = async () => {
  const place = await testDatabase()
  const driver = mysqlDriver({ url: place.url })
  onTestFinished(async () => {
    await driver.close()
    await place.remove()
  })
  return { place, driver }
}

/** Hashes of the schema, and of the rows of each table that is not one of the tool. */
const stateOf = async ({ inspector }: Session) => {
  if (inspector === undefined) throw new Error('A session of MySQL inspects')
  const { schema, tables } = await inspector.content()
  return { schema, tables: tables.filter(({ name }) => !name.startsWith('schema_migrations')) }
}

describe.runIf(await hasServer())('migrations of MariaDB, up and down again', () => {
  it('restore schema and rows, one by one', async () => {
    const { driver } = await database()
    const tracker = sqlVersionTracker({ dialect: 'mysql' })
    const session = await driver.session('read')
    const states: Awaited<ReturnType<typeof stateOf>>[] = []
    const look = async () => void states.push(await stateOf(session))
    const source = birdwatchSource()
    const runner = () =>
      new MigrationRunner({ driver, tracker, source, verifier: rollbackVerifier(), hooks: { before: look } })
    await runner().up()
    await look()
    const up = states.splice(0)
    await runner().run(...rollback({ all: true }))
    await look()
    expect(up.length).toBe(Object.keys(birdwatch).length + 1)
    expect(states).toEqual(up.toReversed())
  })

  it('pass a check', async () => {
    const { driver } = await database()
    const { migrations } = await checkMigrations({ driver, source: birdwatchSource() })
    expect(migrations.flatMap(({ findings }) => findings.map(({ message }) => message))).toEqual([])
    expect(migrations.flatMap(({ id, notes }) => notes.map((note) => `${id}: ${note}`))).toEqual([])
    expect(new Set(migrations.map(({ outcome }) => outcome))).toEqual(new Set(['cycled']))
  })
})

describe.runIf(await hasServer())('check, on MariaDB', () => {
  const checked = async (texts: Readonly<Record<string, MigrationText>>) => {
    const { driver } = await database()
    const { migrations } = await checkMigrations({ driver, source: sourceOf(texts) })
    return {
      findings: migrations.flatMap(({ findings }) => findings),
      notes: migrations.flatMap(({ notes }) => notes),
    }
  }
  const users: MigrationText = {
    up: 'CREATE TABLE users (id int PRIMARY KEY, name varchar(20) NOT NULL, size int);',
    down: 'DROP TABLE users;',
  }
  const leaving = [
    ['the table roles', 'CREATE TABLE roles (a int PRIMARY KEY, b int, KEY (b))', 'DROP TABLE roles;'],
    [
      'the column users.role',
      'ALTER TABLE users ADD COLUMN role text',
      'ALTER TABLE users DROP COLUMN role;',
    ],
    [
      'the index by_name on users',
      'CREATE INDEX by_name ON users (name)',
      'ALTER TABLE users DROP KEY by_name;',
    ],
    [
      'the constraint named on users',
      'ALTER TABLE users ADD CONSTRAINT named CHECK (size <> 77)',
      'ALTER TABLE users DROP CONSTRAINT named;',
    ],
    ['the view names', 'CREATE VIEW names AS SELECT name FROM users', 'DROP VIEW names;'],
    [
      'the trigger t on users',
      'CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET @a = 1',
      'DROP TRIGGER t;',
    ],
    ['the procedure p', 'CREATE PROCEDURE p() SELECT 1', 'DROP PROCEDURE p;'],
    ['the event e', 'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1', 'DROP EVENT e;'],
  ] as const

  it('names what each down leaves behind, and how to drop it', async () => {
    const texts = leaving.map(([, up], at): [string, MigrationText] => [
      `00${at + 2}_next`,
      { up: `${up};`, down: 'DO 1;' },
    ])
    const { findings } = await checked({ '001_users': users, ...Object.fromEntries(texts) })
    expect(findings.map(({ code, message, hint }) => `${code} ${message}; ${hint}`)).toEqual(
      leaving.map(
        ([object, , drop], at) =>
          `DOWN_LEAVES The down of 00${at + 2}_next leaves ${object} behind; Add to its down: ${drop}`,
      ),
    )
  })

  it('names what a down loses or changes, and scripts that do not run', async () => {
    const { findings, notes } = await checked({
      '001_users': users,
      '002_loses': { up: 'DO 1;', down: 'ALTER TABLE users DROP COLUMN size;' },
      '003_rows': { up: "INSERT INTO users VALUES (7, 'seed', 1);", down: 'DO 1;' },
      '004_fails': { up: 'ALTER TABLE users ADD COLUMN a int;', down: 'ALTER TABLE users DROP COLUMN b;' },
      '005_narrow': {
        up: 'ALTER TABLE users MODIFY name varchar(4) NOT NULL;',
        down: 'ALTER TABLE users MODIFY name varchar(20) NOT NULL;',
      },
      '006_again': {
        up: 'CREATE TABLE z (id int);',
        down: 'DROP TABLE z; CREATE TABLE IF NOT EXISTS y (id int);',
      },
    })
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'DOWN_LOSES The down of 002_loses does not bring the column users.size back',
      expect.stringMatching(/^DOWN_CHANGES_ROWS .*003_rows.* users/),
      expect.stringMatching(/^DOWN_FAILS The down of 004_fails fails: .*Can't DROP COLUMN `b`/),
      'DOWN_LEAVES The down of 006_again leaves the table y behind',
    ])
    // Rows that were made up are longer.
    expect(notes).toEqual([
      expect.stringMatching(/^Its up refuses rows .*Data (?:too long|truncated) for column 'name'/),
    ])
  })
})
