import process from 'node:process'
import { type MigrationRunner, retry, type Session } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { mysqlDriver } from '../src/index.ts'
import { type Cut, cuttingProxy } from './cutting-proxy.ts'
import { migrationFile, runnerFor } from './runner-for.ts'
import { hasServer, type TestDatabase, testDatabase } from './test-server.ts'

/** Whatever ran twice or not at all shows in the rows of `log`, in a definition, or as an error. */
const files = {
  '001_birds': migrationFile(
    `CREATE TABLE log (what varchar(20));
CREATE TABLE birds (id integer PRIMARY KEY, name varchar(20), n integer NOT NULL DEFAULT 0);
INSERT INTO birds (id, name) VALUES (1, 'knot'), (2, 'ruff');
CREATE TABLE kept AS SELECT id, name FROM birds;
UPDATE birds SET n = n + 1;
ALTER TABLE birds ADD COLUMN size integer, ADD INDEX by_name (name);
INSERT INTO log (what) VALUES ('sized');
CREATE TABLE other LIKE birds;
INSERT INTO other (id, name) VALUES (7, 'dunlin');
RENAME TABLE birds TO passing, other TO birds, passing TO other;
INSERT INTO log (what) VALUES ('swapped');
TRUNCATE TABLE kept;
INSERT INTO kept VALUES (9, 'sanderling');
DELIMITER //
CREATE TRIGGER shout BEFORE INSERT ON birds FOR EACH ROW BEGIN SET NEW.name = upper(NEW.name); END//
CREATE PROCEDURE note(what varchar(20)) BEGIN INSERT INTO log (what) VALUES (what); UPDATE birds SET n = n + 1; END//
DELIMITER ;
CALL note('called');
CREATE VIEW small AS SELECT id FROM birds WHERE size < 5;
OPTIMIZE TABLE birds;
DROP INDEX by_name ON other;
INSERT INTO birds (id, name) VALUES (3, 'curlew');
CREATE TABLE a (id integer); CREATE TABLE b (id integer);
DROP TABLE a, b;
DROP PROCEDURE note;`,
    '',
  ),
}

async function contentOf(session: Session): Promise<unknown> {
  const tables = await session.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database() AND table_name NOT LIKE 'schema\\_%' AND table_name NOT LIKE 'whimbrel%' ORDER BY 1",
  )
  const content: unknown[] = []
  for (const { name } of tables) {
    content.push(
      await session.query(`SHOW CREATE TABLE ${name}`),
      await session.query(`SELECT * FROM ${name}`),
    )
  }
  const triggers = await session.query(
    'SELECT trigger_name, action_statement FROM information_schema.triggers WHERE trigger_schema = database()',
  )
  return JSON.stringify([content, triggers])
}

/** Goes on until nothing is left to do, the way `status` says. Returns how often it had to retry. */
async function finish(runner: MigrationRunner): Promise<number> {
  for (let retries = 0; retries < 3; retries += 1) {
    const { applied, findings, plan } = await runner.status()
    const doubts = applied.filter(({ state }) => state === 'in-doubt')
    expect(findings.map(({ code }) => code)).toEqual(doubts.map(() => 'IN_DOUBT'))
    if (doubts.length === 0) {
      if (plan?.steps.length !== 0) await runner.up()
      return retries
    }
    await runner.run(...retry())
  }
  throw new Error('Three retries did not do')
}

/** Migrates over a line that breaks, and says how many messages passed and whether it broke. */
async function interrupted(database: TestDatabase, directory: string, cut: Cut) {
  await using proxy = await cuttingProxy(new URL(database.url), cut)
  const url = new URL(database.url)
  url.host = proxy.host
  url.search = 'ssl-mode=DISABLED'
  const driver = mysqlDriver({ url: url.href })
  const runner = await runnerFor({ driver, directory })
  await runner.up().catch(() => undefined)
  const { isCut, messages } = proxy
  await driver.close()
  return { isCut, messages }
}

/** What is there in the end, and how many retries it took. */
async function finished(database: TestDatabase, directory: string) {
  const driver = mysqlDriver({ url: database.url })
  try {
    const retries = await finish(await runnerFor({ driver, directory }))
    return { retries, content: await contentOf(await driver.session('read')) }
  } finally {
    await driver.close()
  }
}

describe.runIf(await hasServer())('a migration with DDL whose client is gone', () => {
  it('says what is in doubt, and a retry ends as if nothing had happened', {
    timeout: 3_600_000,
  }, async () => {
    await using folder = await temporaryDirectory()
    const directory = folder.path
    await using whole = await testDatabase()
    await runnerFor({ driver: mysqlDriver({ url: whole.url }), directory, files })
    const uncut = await interrupted(whole, directory, { behind: Number.POSITIVE_INFINITY, delivers: true })
    expect(uncut.isCut).toBe(false)
    const expected = (await finished(whole, directory)).content
    // All of them take a quarter of an hour; with each run of the tests some are tried, and others each time.
    const isThorough = process.env.WHIMBREL_TEST_EVERY_MOMENT === 'true'
    const moments = Array.from({ length: isThorough ? uncut.messages : 4 }, (_, index) =>
      isThorough ? index : Math.floor(Math.random() * uncut.messages),
    )
    for (const behind of moments) {
      for (const delivers of isThorough ? [false, true] : [Math.random() < 0.5]) {
        await using database = await testDatabase()
        const place = `cut behind ${behind} of ${uncut.messages}, ${delivers ? 'delivered' : 'not delivered'}`
        expect(await interrupted(database, directory, { behind, delivers }), place).toMatchObject({
          isCut: true,
        })
        const { content } = await finished(database, directory).catch((cause: unknown) => {
          throw new Error(`${place}: ${cause}`, { cause })
        })
        expect(content, place).toBe(expected)
      }
    }
  })
})
