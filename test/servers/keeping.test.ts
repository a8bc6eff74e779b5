import { describe, expect, it } from 'vitest'
import { migration } from '../fixture.ts'
import { engines } from './engines.ts'
import { ServerProject } from './server-project.ts'

const postgres = (await engines()).find(({ dialect }) => dialect === 'postgres')

const files = {
  '001_base': migration(
    `CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE keepers (id integer PRIMARY KEY);`,
    'DROP TABLE keepers;\nDROP TYPE mood;',
  ),
  '002_birds': migration(
    `CREATE SCHEMA audit;
CREATE TABLE "Nests" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, place text NOT NULL);
CREATE TABLE audit.birds (
  id uuid PRIMARY KEY, nest bigint NOT NULL REFERENCES "Nests" (id), mood mood, tags text[], facts jsonb, raw json,
  song bytea, size numeric(20, 5), seen timestamptz, tame boolean, weight float8, half numeric GENERATED ALWAYS AS (size / 2) STORED);
CREATE TABLE audit.log (id serial PRIMARY KEY, what text);
CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit.log (what) VALUES (TG_OP); RETURN NEW; END $$;
CREATE TRIGGER note AFTER INSERT ON audit.birds FOR EACH ROW EXECUTE FUNCTION audit.note();
ALTER TABLE keepers ADD COLUMN "Full Name" text, ADD COLUMN age integer NOT NULL DEFAULT 0;
CREATE VIEW named AS SELECT "Full Name" FROM keepers;`,
    `DROP VIEW named;
ALTER TABLE public.keepers DROP COLUMN "Full Name", DROP COLUMN age;
DROP SCHEMA audit CASCADE;
DROP TABLE "Nests";`,
  ),
}

const rows = `INSERT INTO "Nests" (place) VALUES ('marsh'), ('moor');
  INSERT INTO audit.birds (id, nest, mood, tags, facts, raw, song, size, seen, tame, weight) VALUES
    ('00000000-0000-4000-8000-000000000001', 2, 'ok', '{a,"b c"}', '{"a": [1, null]}', '{"b":  2}', '\\x00ff',
      123456789012345.12345, '2026-01-02 03:04:05.678901+02', true, 0.1),
    ('00000000-0000-4000-8000-000000000002', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NaN');
  INSERT INTO keepers VALUES (1, 'Ada', 36), (2, NULL, 0)`

const content = `SELECT (SELECT json_agg(b ORDER BY id)::text FROM audit.birds AS b) AS birds,
  (SELECT json_agg(n ORDER BY id)::text FROM "Nests" AS n) AS nests,
  (SELECT json_agg(l ORDER BY id)::text FROM audit.log AS l) AS log,
  (SELECT json_agg(k ORDER BY id)::text FROM keepers AS k) AS keepers`

// The kept rows are what is looked at here.
const withoutBackup = { backup: { before: 'never' } }

describe.runIf(postgres !== undefined)('a rollback that drops data on PostgreSQL', () => {
  const filled = async () => {
    if (postgres === undefined) throw new Error('There is no server')
    const project = await ServerProject.on(postgres, files, withoutBackup)
    await project.works('up')
    await project.exec(rows)
    return project
  }

  it('lists what goes with its rows and values, and is refused with exit code 5', async () => {
    const project = await filled()
    const before = await project.snapshot()
    const planned = await project.works('down', '--dry-run')
    expect(planned).toMatch(/audit\.birds.*2 rows/)
    const { exitCode, stderr } = await project.run('down')
    expect(exitCode).toBe(5)
    expect(stderr).toContain(
      '002_birds would take away 2 rows of Nests, 2 rows of audit.birds, 2 rows of audit.log, 1 value of keepers.Full Name, 2 values of keepers.age',
    )
    expect(await project.snapshot()).toEqual(before)
  })

  it('is undone with its data by the command that up offers, and numbers go on behind it', async () => {
    const project = await filled()
    const before = await project.rows(content)
    await project.works('down', '--allow-data-loss')
    expect(await project.tables()).toEqual(['keepers'])
    const offered = await project.works('up')
    const [, command = ''] = /Run "whimbrel (restore [^"]+)"/.exec(offered) ?? []
    await project.works(...command.split(' '))
    expect(await project.rows(content)).toEqual(before)
    // Once more: nothing comes twice.
    await project.works(...command.split(' '))
    expect(await project.rows(content)).toEqual(before)
    await project.exec(`INSERT INTO "Nests" (place) VALUES ('reed')`)
    expect(await project.rows('SELECT max(id)::int AS id FROM "Nests"')).toEqual([{ id: 3 }])
    await project.exec(
      "INSERT INTO audit.birds (id, nest) VALUES ('00000000-0000-4000-8000-000000000003', 1)",
    )
    expect(await project.rows('SELECT count(*)::int AS number FROM audit.log')).toEqual([{ number: 3 }])
    expect(await project.works('drift', '--check')).toContain('as 2 migrations made it')
  })

  it('is refused by the text alone where no scratch database can be made', async () => {
    const project = await filled()
    const url = await project.database.user('all')
    await project.exec(`GRANT ALL ON ALL TABLES IN SCHEMA public, audit TO ${new URL(url).username};
      GRANT USAGE ON SCHEMA audit TO ${new URL(url).username}`)
    project.write({
      '003_songs': migration('DROP TABLE audit.log;', 'SELECT 1;'),
    })
    project.configure({ url, ...withoutBackup })
    const { exitCode, stderr } = await project.run('up')
    expect(stderr).toContain('003_songs would take away 2 rows of audit.log')
    expect(exitCode).toBe(5)
    const refused = await project.run('check')
    expect(refused.stderr).toContain('may not make a database to try things out on')
    expect(refused.exitCode).toBe(1)
  })

  it('counts a partitioned table once, with the rows of its parts', async () => {
    if (postgres === undefined) throw new Error('There is no server')
    const project = await ServerProject.on(
      postgres,
      {
        '001_days': migration(
          `CREATE TABLE days (day date NOT NULL, what text) PARTITION BY RANGE (day);
CREATE TABLE days_2026 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
          'DROP TABLE days;',
        ),
      },
      withoutBackup,
    )
    await project.works('up')
    await project.exec("INSERT INTO days VALUES ('2026-02-03', 'a'), ('2026-02-03', 'a')")
    const { stderr } = await project.run('down')
    expect(stderr).toContain('001_days would take away 2 rows of days\n')
    await project.works('down', '--allow-data-loss')
    const [, command = ''] = /Run "whimbrel (restore [^"]+)"/.exec(await project.works('up')) ?? []
    await project.works(...command.split(' '))
    expect(await project.rows('SELECT what FROM days_2026')).toHaveLength(1)
  })
})
