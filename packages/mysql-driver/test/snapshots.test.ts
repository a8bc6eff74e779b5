import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { type DatabaseContent, MigrateError } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { createConnection } from 'mysql2/promise'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasClientPrograms, hasServer, onServer } from './test-server.ts'

/** One of everything that a dump can hold, and values that are hard to write down. */
const everything = [
  'CREATE TABLE birds (id int AUTO_INCREMENT PRIMARY KEY, name text, song blob, bits bit(3), twice int AS (id * 2) VIRTUAL, at datetime(6), price decimal(30, 10), ratio double, kind enum("a", "b"), `o"d``d` json, KEY by_name (name(10)))',
  'CREATE TABLE nests (bird int, twigs int DEFAULT 1, CONSTRAINT parent FOREIGN KEY (bird) REFERENCES birds (id) ON DELETE CASCADE)',
  'CREATE FUNCTION one() RETURNS int DETERMINISTIC BEGIN DECLARE x int DEFAULT 1; RETURN x; END',
  "CREATE PROCEDURE fill() BEGIN INSERT INTO nests (bird) VALUES (1); /* ; */ SELECT '-- no comment'; END",
  'CREATE VIEW a_view AS SELECT id, one() AS one FROM birds',
  'CREATE VIEW b_view AS SELECT * FROM a_view',
  'CREATE TRIGGER named BEFORE INSERT ON birds FOR EACH ROW BEGIN SET NEW.ratio = 7; END',
  'CREATE EVENT daily ON SCHEDULE EVERY 1 DAY DO DELETE FROM nests',
  `INSERT INTO birds (name, song, bits, at, price, kind, \`o"d\`\`d\`) VALUES
    ('tab\\tline\\nreturn\\r\\\\ \\'quotes\\' ünï 🐦', x'00ff5c27220a0d1a', b'101', '2026-11-20 01:02:03.123456', 0.1234567891, 'a', '{"a": 1}'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('', '', b'0', '1000-01-01', -1, 'b', '[]')`,
  'INSERT INTO nests (bird) SELECT id FROM birds',
]

async function errorOf(work: Promise<unknown> | undefined): Promise<MigrateError> {
  const error = await work?.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!MigrateError.is(error)) throw new Error(`No MigrateError: ${String(error)}`)
  return error
}

if ((await hasServer()) && hasClientPrograms()) {
  const files = await temporaryDirectory()
  afterAll(files.remove)
  let count = 0
  const file = () => files.file(`${++count}.backup`)

  describe('a copy of a MariaDB database', () => {
    const { current } = eachTestInItsDatabase()

    async function content(): Promise<DatabaseContent | undefined> {
      const session = await current().session('read')
      return session.inspector?.content().finally(() => session.close())
    }

    async function filled() {
      const client = await current().client()
      for (const sql of everything) await client.query(sql)
      const exec = async (...statements: readonly string[]) => {
        for (const sql of statements) await client.query(sql)
      }
      return { exec, client, path: file(), snapshots: current().driver().snapshots }
    }

    async function names(): Promise<readonly string[]> {
      const sql = `SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = database()
        UNION ALL SELECT event_name FROM information_schema.events WHERE event_schema = database()
        UNION ALL SELECT routine_name FROM information_schema.routines WHERE routine_schema = database()
        UNION ALL SELECT table_name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1`
      const session = await current().session('read')
      const rows = await session.query<{ name: string }>(sql).finally(() => session.close())
      return rows.map(({ name }) => name)
    }

    it('holds everything there is, and the restore returns all of it, whatever was made since', async () => {
      const { exec, path, snapshots } = await filled()
      const [before, all] = [await content(), await names()]
      await snapshots?.save(path)
      expect(await snapshots?.examine(path)).toEqual(before)
      await exec(
        'DROP TABLE nests',
        'DELETE FROM birds',
        'DROP TRIGGER named',
        'DROP EVENT daily',
        'DROP FUNCTION one',
        'DROP VIEW b_view',
        'CREATE TABLE later (id int PRIMARY KEY)',
        'CREATE TABLE of_later (id int, FOREIGN KEY (id) REFERENCES later (id))',
        'CREATE TRIGGER later AFTER DELETE ON birds FOR EACH ROW DELETE FROM later',
        'CREATE PROCEDURE later() SELECT 1',
        'CREATE VIEW later_view AS SELECT 1 AS one',
      )
      const checked: DatabaseContent[] = []
      await snapshots?.restore(path, { check: (found) => checked.push(found) })
      expect(checked).toEqual([before])
      expect(await content()).toEqual(before)
      expect(await names()).toEqual(all)
      await exec("INSERT INTO birds (name) VALUES ('next')")
      expect(await readRows("SELECT id, ratio FROM birds WHERE name = 'next'")).toEqual([{ id: 4, ratio: 7 }])
      await expect(exec('INSERT INTO nests (bird) VALUES (99)')).rejects.toThrow('foreign key')
    })

    async function readRows(sql: string) {
      const session = await current().session('read')
      return session.query(sql).finally(() => session.close())
    }

    it('can be looked into, in a scratch database that is gone afterwards, and runs no event there', async () => {
      const { path, snapshots } = await filled()
      await snapshots?.save(path)
      const session = await snapshots?.open(path)
      expect(await session?.query('SELECT count(*) AS n FROM birds')).toEqual([{ n: 3 }])
      const [scratch] = (await session?.query<{ name: string }>('SELECT database() AS name')) ?? []
      const events = 'SELECT event_name FROM information_schema.events WHERE event_schema = database()'
      expect([scratch?.name, await session?.query(events)]).toEqual([
        expect.stringMatching(/^whimbrel_scratch_/),
        [],
      ])
      await session?.close()
      const found = 'SELECT 1 FROM information_schema.schemata WHERE schema_name = ?'
      expect((await onServer((client) => client.query(found, [scratch?.name])))[0]).toEqual([])
    })

    it('is not restored where it is damaged or not what was expected, and everything stays as it was', async () => {
      const { exec, path, snapshots } = await filled()
      await snapshots?.save(path)
      await exec('CREATE TABLE later (id int)')
      const [before, all] = [await content(), await names()]
      const unexpected = new MigrateError('RESTORE_UNVERIFIED', 'Something else', { hint: 'Look' })
      const check = () => {
        throw unexpected
      }
      expect(await errorOf(snapshots?.restore(path, { check }))).toBe(unexpected)
      const whole = readFileSync(path, 'utf8')
      writeFileSync(path, whole.replace('INSERT INTO `birds`', 'INSERT INTO `birdx`'))
      expect(await errorOf(snapshots?.restore(path))).toMatchObject({
        code: 'STATEMENT_FAILED',
        message: expect.stringContaining('birdx'),
      })
      truncateSync(path, 900)
      expect(await errorOf(snapshots?.restore(path))).toMatchObject({ code: 'BACKUP_DAMAGED' })
      expect([await content(), await names()]).toEqual([before, all])
    })

    it('waits for those who are in the way, gives up, and leaves triggers and events alone', async () => {
      const { client, path } = await filled()
      const { snapshots } = current().driver({ busyTimeoutMs: 50 })
      await snapshots?.save(path)
      const all = await names()
      await client.query('START TRANSACTION')
      await client.query('SELECT * FROM birds')
      expect(await errorOf(snapshots?.restore(path))).toMatchObject({ code: 'DATABASE_BUSY' })
      await client.query('ROLLBACK')
      expect(await names()).toEqual(all)
      await client.query('LOCK TABLES birds WRITE')
      const other = file()
      expect(await errorOf(snapshots?.save(other))).toMatchObject({ code: 'DATABASE_BUSY' })
      expect(existsSync(other)).toBe(false)
    })

    it('that was killed in the middle of a restore says so, and the same restore finishes it', async () => {
      const { exec, path, snapshots } = await filled()
      const [before, all] = [await content(), await names()]
      await snapshots?.save(path)
      await exec(
        'CREATE TABLE whimbrel_restore (path longtext NOT NULL, since longtext NOT NULL)',
        `INSERT INTO whimbrel_restore VALUES ('${path}', '2026-11-26T00:00:00.000Z')`,
        'DROP EVENT daily',
        'DROP TRIGGER named',
      )
      const session = await current().session('read')
      const notices = async () => session.inspector?.notices?.()
      expect(await notices()).toMatchObject([
        { code: 'RESTORE_UNVERIFIED', hint: expect.stringContaining(`whimbrel restore ${path}`) },
      ])
      await snapshots?.restore(path)
      expect([await notices(), await content(), await names()]).toEqual([[], before, all])
      await session.close()
    })

    it('is refused where a table of another database refers to it', async () => {
      const { exec, path, snapshots } = await filled()
      await snapshots?.save(path)
      const other = `${current().name}_other`
      await exec(
        `CREATE DATABASE ${other}`,
        `CREATE TABLE ${other}.eggs (bird int, FOREIGN KEY (bird) REFERENCES ${current().name}.birds (id))`,
      )
      const error = await errorOf(snapshots?.restore(path))
      await exec(`DROP DATABASE ${other}`)
      expect(error.message).toContain(`the table ${other}.eggs of another database refers to it`)
    })

    it('needs mariadb-dump and the right to make scratch databases, and says so before anything is done', async () => {
      const { snapshots } = current().driver()
      const path = process.env.PATH
      process.env.PATH = ''
      try {
        expect(await snapshots?.obstacle?.()).toEqual({
          message: 'mariadb-dump or mysqldump is not on the PATH',
          hint: expect.stringContaining('mariadb-client'),
        })
        expect(await errorOf(snapshots?.save(file()))).toMatchObject({ code: 'BACKUP_FAILED' })
      } finally {
        process.env.PATH = path
      }
      expect(await snapshots?.obstacle?.()).toBeUndefined()
      const { name } = current()
      const user = name.replace('whimbrel', 'keeper')
      const root = await createConnection(current().urlWith({ pathname: '/' }))
      onTestFinished(async () => {
        await root.query(`DROP USER ${user}`)
        await root.end()
      })
      await root.query(`CREATE USER ${user} IDENTIFIED BY 'it''s "odd"\\\\ #'`)
      await root.query(`GRANT ALL ON ${name}.* TO ${user}`)
      const url = current().urlWith({ username: user, password: `it's "odd"\\ #` })
      const own = current().driver({ url }).snapshots
      const obstacle = await own?.obstacle?.()
      expect(obstacle?.hint).toContain('GRANT ALL ON `whimbrel\\_scratch\\_%`.*')
      await root.query(obstacle?.hint.replace(/^.*?: /, '') ?? '')
      expect(await own?.obstacle?.()).toBeUndefined()
      const copy = file()
      await own?.save(copy)
      expect(await own?.examine(copy)).toEqual(await content())
    })
  })
}
