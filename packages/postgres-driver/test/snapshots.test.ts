import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { type DatabaseContent, MigrateError } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { errorOf } from './error-of.ts'
import { hasClientPrograms, hasServer, onServer } from './test-server.ts'

/** One of everything that a dump can hold, and values that are hard to write down. */
const everything = `
  CREATE SCHEMA app;
  CREATE TYPE mood AS ENUM ('glad', 'sad');
  CREATE DOMAIN small AS integer CHECK (value < 100);
  CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
COPY nobody FROM stdin;
  END $$;
  CREATE TABLE birds (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, song bytea, mood mood, "a""b" small,
    "at" timestamptz DEFAULT now(), price numeric(30, 10), ratio float8, tags text[]);
  CREATE TABLE app.nests (bird integer REFERENCES birds, twigs integer DEFAULT one());
  CREATE TABLE app.days (day date) PARTITION BY RANGE (day);
  CREATE TABLE app.days_2026 PARTITION OF app.days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE VIEW glad AS SELECT * FROM birds WHERE mood = 'glad';
  CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM birds;
  CREATE INDEX by_name ON birds (lower(name));
  CREATE TRIGGER touching BEFORE UPDATE ON birds FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE SEQUENCE eggs;
  CREATE EXTENSION pgcrypto;
  SELECT nextval('eggs'), nextval('eggs');
  INSERT INTO birds (name, song, mood, "a""b", price, ratio, tags) VALUES
    (E'tab\\tline\\nbackslash \\\\ and \\\\.', '\\x00ff5c2e0a', 'glad', 7, 0.1234567891, 'NaN', '{a,"b,c"}'),
    (E'\\\\.', NULL, 'sad', NULL, NULL, '-Infinity', NULL), ('ünï', '', NULL, 1, -1, 1e-300, '{}');
  INSERT INTO app.nests SELECT id FROM birds;
  INSERT INTO app.days VALUES ('2026-11-20');
  SELECT lo_from_bytea(0, '\\x0001');`

if ((await hasServer()) && hasClientPrograms()) {
  const files = await temporaryDirectory()
  afterAll(files.remove)
  let count = 0
  const file = () => files.file(`${++count}.backup`)

  describe('a copy of a PostgreSQL database', () => {
    const { current } = eachTestInItsDatabase()

    async function content(): Promise<DatabaseContent | undefined> {
      const session = await current().session('read')
      return session.inspector?.content().finally(() => session.close())
    }

    async function filled() {
      const client = await current().client()
      await client.query(everything)
      return { client, path: file(), snapshots: current().driver().snapshots }
    }

    it('holds everything there is, and the restore returns all of it, whatever was made since', async () => {
      const { client, path, snapshots } = await filled()
      const before = await content()
      await snapshots?.save(path)
      expect(await snapshots?.examine(path)).toEqual(before)
      await client.query(`DROP TABLE app.nests; DELETE FROM birds; SELECT nextval('eggs'); CREATE SCHEMA later;
        CREATE TABLE later.more (id integer); CREATE TABLE more (id small); CREATE FUNCTION two() RETURNS integer LANGUAGE sql
        AS $$ SELECT 2 $$; CREATE DOMAIN large AS integer; CREATE PUBLICATION told; SELECT lo_from_bytea(0, 'more')`)
      expect(await content()).not.toEqual(before)
      const checked: DatabaseContent[] = []
      await snapshots?.restore(path, { check: (found) => checked.push(found) })
      expect(checked).toEqual([before])
      expect(await content()).toEqual(before)
      const { rows } = await client.query('SELECT lo_get(oid) AS bytes FROM pg_largeobject_metadata')
      expect(rows).toEqual([{ bytes: Buffer.from([0, 1]) }])
    })

    it('is equal whatever the settings of the database and of the connections are', async () => {
      const { client, path, snapshots } = await filled()
      await snapshots?.save(path)
      const before = await snapshots?.examine(path)
      await client.query(`ALTER DATABASE ${current().name} SET TimeZone = 'Asia/Tokyo';
        ALTER DATABASE ${current().name} SET DateStyle = 'German'; ALTER DATABASE ${current().name} SET search_path = app`)
      expect(await content()).toEqual(before)
      expect(await snapshots?.examine(path)).toEqual(before)
    })

    it('can be looked into, in a scratch database that is gone afterwards', async () => {
      const { path, snapshots } = await filled()
      await snapshots?.save(path)
      const session = await snapshots?.open(path)
      expect(await session?.query('SELECT count(*) AS n FROM birds')).toEqual([{ n: 3 }])
      const [scratch] =
        (await session?.query<{ name: string }>('SELECT current_database()::text AS name')) ?? []
      const found = 'SELECT FROM pg_database WHERE datname = $1'
      const isThere = () => onServer(async (client) => (await client.query(found, [scratch?.name])).rowCount)
      expect([scratch?.name, await isThere()]).toEqual([expect.stringMatching(/^whimbrel_scratch_/), 1])
      await session?.close()
      expect(await isThere()).toBe(0)
    })

    it('is not restored where its archive is damaged, and everything stays as it was', async () => {
      const { path, snapshots } = await filled()
      await snapshots?.save(path)
      const before = await content()
      truncateSync(path, readFileSync(path).length - 20)
      expect(await errorOf(Promise.resolve(snapshots?.restore(path)))).toMatchObject({
        code: 'BACKUP_DAMAGED',
      })
      writeFileSync(path, 'no archive')
      expect(await errorOf(Promise.resolve(snapshots?.restore(path)))).toMatchObject({
        code: 'BACKUP_DAMAGED',
      })
      expect(await content()).toEqual(before)
    })

    it('is undone as a whole where what it holds is not what was expected', async () => {
      const { client, path, snapshots } = await filled()
      await snapshots?.save(path)
      await client.query('CREATE TABLE later (id integer)')
      const before = await content()
      const unexpected = new MigrateError('RESTORE_UNVERIFIED', 'Something else', { hint: 'Look' })
      const check = () => {
        throw unexpected
      }
      await expect(snapshots?.restore(path, { check })).rejects.toBe(unexpected)
      expect(await content()).toEqual(before)
    })

    it('waits for those who are in the way, and gives up', async () => {
      const { client, path } = await filled()
      const { snapshots } = current().driver({ busyTimeoutMs: 50 })
      await snapshots?.save(path)
      await client.query('BEGIN; SELECT * FROM birds')
      expect(await errorOf(Promise.resolve(snapshots?.restore(path)))).toMatchObject({
        code: 'DATABASE_BUSY',
      })
      await client.query('LOCK TABLE birds')
      const error = await errorOf(Promise.resolve(snapshots?.save(file())))
      expect(error).toMatchObject({ code: 'DATABASE_BUSY' })
    })

    it('stops in the middle of waiting when it is asked to', async () => {
      const { client, path, snapshots } = await filled()
      await snapshots?.save(path)
      await client.query('BEGIN; LOCK TABLE birds')
      const begun = Date.now()
      const signal = {
        get aborted() {
          return Date.now() - begun > 200
        },
      }
      const other = file()
      expect(await errorOf(Promise.resolve(snapshots?.save(other, { signal })))).toMatchObject({
        code: 'INTERRUPTED',
      })
      expect(existsSync(other)).toBe(false)
      expect(await errorOf(Promise.resolve(snapshots?.restore(path, { signal })))).toMatchObject({
        code: 'INTERRUPTED',
      })
    })

    it('needs pg_dump, and says so before anything is done', async () => {
      const path = process.env.PATH
      process.env.PATH = ''
      try {
        const { snapshots } = current().driver()
        expect(await snapshots?.obstacle?.()).toEqual({
          message: 'pg_dump is not on the PATH',
          hint: expect.stringContaining('postgresql-client'),
        })
        const error = await errorOf(Promise.resolve(snapshots?.save(file())))
        expect(error).toMatchObject({ code: 'BACKUP_FAILED', message: 'pg_dump is not on the PATH' })
      } finally {
        process.env.PATH = path
      }
      expect(await current().driver().snapshots?.obstacle?.()).toBeUndefined()
    })

    it('needs the right to make scratch databases', async () => {
      const role = `${current().name}_keeper`
      await onServer((client) => client.query(`CREATE ROLE ${role} LOGIN`))
      try {
        const { snapshots } = current().driver({ url: current().urlWith({ username: role }) })
        expect(await snapshots?.obstacle?.()).toMatchObject({
          hint: expect.stringContaining(`ALTER ROLE ${role} CREATEDB`),
        })
      } finally {
        await onServer((client) => client.query(`DROP ROLE ${role}`))
      }
    })
  })
}
