import { describe, expect, it } from 'vitest'
import { migration } from '../fixture.ts'
import { engines } from './engines.ts'
import { postgresMigrations } from './postgres-migrations.ts'
import { ServerProject } from './server-project.ts'

const postgres = (await engines()).find(({ dialect }) => dialect === 'postgres')

describe.runIf(postgres !== undefined)('check on PostgreSQL', () => {
  const on = (files: Record<string, string>) => {
    if (postgres === undefined) throw new Error('There is no server')
    return ServerProject.on(postgres, files)
  }

  it('finds nothing where every down takes back what its up did, and touches neither database nor server', async () => {
    const project = await on(postgresMigrations)
    const before = await project.snapshot()
    const { stdout, exitCode } = await project.run('check')
    expect(stdout).not.toMatch(/stayed empty|refuses/)
    expect(stdout).toMatch(/CREATE ROLE was left out: it would reach out of the scratch database/)
    expect([stdout, exitCode]).toEqual([stdout, 0])
    expect(await project.snapshot()).toEqual(before)
    expect(await project.rows("SELECT FROM pg_roles WHERE rolname = 'whimbrel_never_made'")).toEqual([])
  })

  it('names each object that a down leaves, loses or changes, and the statement that is missing', async () => {
    const project = await on({
      '001_birds': migration(
        `CREATE TABLE birds (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, size integer CHECK (size > 0));
CREATE INDEX birds_name ON birds (name);`,
        'DROP TABLE birds;',
      ),
      '002_left': migration(
        `CREATE TYPE mood AS ENUM ('a');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE ON birds FOR EACH ROW EXECUTE FUNCTION touch();
CREATE SEQUENCE s;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
ALTER TABLE birds ADD CONSTRAINT big CHECK (size < 1000);
ALTER TABLE birds ADD COLUMN colour text;`,
        'SELECT 1;',
      ),
      '003_lost': migration(
        `DROP INDEX birds_name;
ALTER TABLE birds DROP CONSTRAINT birds_size_check;
ALTER TABLE birds ALTER COLUMN name SET NOT NULL;`,
        'SELECT 1;',
      ),
    })
    const { databases, exitCode } = await project.json('check')
    const [{ findings }] = databases as unknown as [{ findings: { message: string; hint: string }[] }]
    const found = findings.map(({ message, hint }) => `${message} → ${hint}`)
    expect(found).toEqual([
      'The down of 002_left leaves the type mood behind → Add to its down: DROP TYPE mood;',
      'The down of 002_left leaves the sequence s behind → Add to its down: DROP SEQUENCE s;',
      'The down of 002_left leaves the function touch() behind → Add to its down: DROP FUNCTION touch();',
      'The down of 002_left leaves the column birds.colour behind → Add to its down: ALTER TABLE birds DROP COLUMN colour;',
      'The down of 002_left leaves the constraint big on birds behind → Add to its down: ALTER TABLE birds DROP CONSTRAINT big;',
      'The down of 002_left leaves the view m behind → Add to its down: DROP MATERIALIZED VIEW m;',
      'The down of 002_left leaves the trigger t on birds behind → Add to its down: DROP TRIGGER t ON birds;',
      'The down of 003_lost does not bring the constraint birds_size_check on birds back → Add to its down: ALTER TABLE public.birds ADD CONSTRAINT birds_size_check CHECK ((size > 0));',
      'The down of 003_lost does not bring the index birds_name on birds back → Add to its down: CREATE INDEX birds_name ON public.birds USING btree (name);',
      'The down of 003_lost leaves the column birds.name changed: it was name text, it is name text NOT NULL → Let its down restore the column birds.name as name text',
    ])
    expect(exitCode).toBe(3)
  })

  it('finds an up that only works on empty tables, and rows that a down does not bring back', async () => {
    const project = await on({
      '001_birds': migration('CREATE TABLE birds (id integer PRIMARY KEY, name text);', 'DROP TABLE birds;'),
      '002_needed': migration(
        'ALTER TABLE birds ADD COLUMN size integer NOT NULL;',
        'ALTER TABLE birds DROP COLUMN size;',
      ),
      '003_gone': migration('ALTER TABLE birds DROP COLUMN name;', 'ALTER TABLE birds ADD COLUMN name text;'),
    })
    const { stdout, exitCode } = await project.run('check')
    expect(stdout).toContain('column "size" of relation "birds" contains null values')
    expect(stdout).toMatch(/After up and down of 003_gone the rows of birds differ/)
    expect(exitCode).toBe(3)
  })
})

describe.runIf(postgres !== undefined)('drift on PostgreSQL', () => {
  const on = (files: Record<string, string>, entry = {}) => {
    if (postgres === undefined) throw new Error('There is no server')
    return ServerProject.on(postgres, files, entry)
  }
  const withoutRoles = Object.fromEntries(
    Object.entries(postgresMigrations).filter(([id]) => id !== '005_rights'),
  )

  it('finds nothing in what the migrations made, and every change that somebody made by hand', async () => {
    const project = await on(withoutRoles, { trackingSchema: 'tracking' })
    await project.exec('CREATE SCHEMA tracking')
    await project.works('up')
    expect(await project.works('drift', '--check')).toBe('app  as 6 migrations made it\n')
    await project.exec(`
      ALTER TABLE people ADD COLUMN legacy integer;
      CREATE INDEX by_hand ON people (seen);
      DROP VIEW happy_orders;
      CREATE TABLE tmp_copy (id integer);
      ALTER TYPE mood ADD VALUE 'odd';
      ALTER TABLE people DROP CONSTRAINT people_born;
      CREATE OR REPLACE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;`)
    const { stdout, exitCode } = await project.run('drift', '--check')
    for (const line of [
      '+ column people.legacy',
      '+ index by_hand on people',
      '- view happy_orders',
      '+ table tmp_copy',
      '~ type mood',
      '- constraint people_born of people',
      '~ function audit.note()',
    ])
      expect(stdout).toContain(line)
    expect(exitCode).toBe(3)
    project.configure({
      trackingSchema: 'tracking',
      drift: {
        ignore: [
          'tmp_*',
          'column:people.legacy',
          'index:by_hand',
          'view:*',
          'type:mood',
          'function:*',
          'constraint:people.*',
        ],
      },
    })
    expect((await project.run('drift', '--check')).exitCode).toBe(0)
  })
})
