import { describe, expect, it } from 'vitest'
import { migration } from '../fixture.ts'
import { type Engine, engines } from '../servers/engines.ts'
import { ServerProject } from '../servers/server-project.ts'
import { birdwatch } from './birdwatch.ts'

const mariaDb = (await engines()).find(({ dialect }) => dialect === 'mysql')

const texts = (ids: readonly string[]) =>
  Object.fromEntries(ids.map((id) => [id, migration(birdwatch[id]?.up ?? '', birdwatch[id]?.down ?? '')]))

const rowsOf = async (project: ServerProject) => ({
  kinds: await project.rows('SELECT *, hex(b) AS bits, CAST(f AS double) AS exact FROM kinds ORDER BY id'),
  plain: await project.rows('SELECT *, hex(mark) AS bits FROM plain ORDER BY id'),
})

describe.runIf(mariaDb)('a MariaDB database under the command', () => {
  const project = (migrations: Record<string, string>) => ServerProject.on(mariaDb as Engine, migrations)

  it('shows what was changed outside of the migrations, and nothing where nothing was', async () => {
    const birds = await project(texts(Object.keys(birdwatch)))
    await birds.works('up')
    expect(await birds.json('drift')).toMatchObject({ ok: true, databases: [{ differences: [] }] })
    await birds.exec(`ALTER TABLE birds ADD COLUMN colour varchar(20), DROP KEY one_ring;
      CREATE TABLE spare (id int PRIMARY KEY, n int, KEY (n));
      DROP TRIGGER birds_gone; ALTER TABLE nests COMMENT 'nobody breeds'`)
    const { exitCode, databases } = await birds.json('drift', '--check')
    expect(exitCode).toBe(3)
    const changes = (databases[0] as unknown as { differences: Record<string, string>[] }).differences
    expect(changes.map(({ change, kind, name }) => `${change} ${kind} ${name}`).sort()).toEqual([
      'added column colour',
      'added table spare',
      'changed table nests',
      'removed index one_ring',
      'removed trigger birds_gone',
    ])
  })

  it('says what a rollback takes away, asks for consent, keeps it and returns it as it was', async () => {
    const birds = await project({
      '001_kinds': migration(
        `CREATE TABLE parents (id int PRIMARY KEY);
        CREATE TABLE plain (id int PRIMARY KEY, touched datetime DEFAULT '2026-01-01' ON UPDATE current_timestamp());
        INSERT INTO parents VALUES (1); INSERT INTO plain (id) VALUES (1), (2);`,
        'DROP TABLE plain; DROP TABLE parents;',
      ),
      '002_more': migration(
        `CREATE TABLE kinds (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, parent int, f float, d double,
          n decimal(30,10), b bit(9), j json, t datetime(6), e enum('a','b'), m set('x','y'), l blob,
          c varchar(20) CHARACTER SET latin1, loud varchar(30) AS (upper(c)) STORED, KEY by_c (c),
          CONSTRAINT of_parent FOREIGN KEY (parent) REFERENCES parents (id));
        ALTER TABLE plain ADD COLUMN size decimal(6,2), ADD COLUMN mark bit(3) NOT NULL DEFAULT b'0';`,
        'ALTER TABLE plain DROP COLUMN size, DROP COLUMN mark; DROP TABLE kinds;',
      ),
    })
    await birds.works('up')
    await birds.exec(`INSERT INTO kinds (id, parent, f, d, n, b, j, t, e, m, l, c) VALUES
        (18446744073709551615, 1, 0.1, 1e-300 / 3, 1234567890.0123456789, b'101000001', '{"a": [1, "é"]}',
          '2026-01-02 03:04:05.678901', 'b', 'x,y', x'00ff', 'é');
      SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT INTO kinds (id) VALUES (0);
      UPDATE plain SET size = 1.25, mark = b'101', touched = '2026-01-01' WHERE id = 1`)
    const before = await rowsOf(birds)
    const plan = await birds.json('down', '--db', 'app', '--dry-run')
    const shown = JSON.stringify(plan)
    for (const word of ['"kinds"', '"rows":2', '"size"', '"mark"', 'by_c']) expect(shown).toContain(word)
    expect((await birds.run('down', '--db', 'app')).exitCode).toBe(5)
    expect(await rowsOf(birds)).toEqual(before)
    const down = await birds.run('down', '--db', 'app', '--allow-data-loss')
    expect(down).toMatchObject({ exitCode: 0 })
    const file = /whimbrel restore (\S+?)"/.exec(down.stdout + down.stderr)?.[1] ?? ''
    await birds.works('up')
    await birds.works('restore', file, '--db', 'app', '--yes')
    expect(await rowsOf(birds)).toEqual(before)
    // A second time there is nothing left to return.
    expect(await birds.works('restore', file, '--db', 'app', '--yes')).toMatch(/already/)
  })

  it('is not deceived by tables that change places, and by columns that come and go in one statement', async () => {
    const birds = await project({
      '001_log': migration(
        'CREATE TABLE log (id int PRIMARY KEY, what text); CREATE TABLE new_log LIKE log;',
        'DROP TABLE new_log, log;',
      ),
      '002_swap': migration('RENAME TABLE log TO old_log, new_log TO log; DROP TABLE old_log;', 'DO 1;'),
      '003_column': migration('ALTER TABLE log DROP COLUMN what, ADD COLUMN whence text;', 'DO 1;'),
    })
    await birds.works('up', '--to', '001')
    await birds.exec("INSERT INTO log VALUES (1, 'seen'); INSERT INTO new_log VALUES (2, 'new')")
    const swap = await birds.json('up', '--to', '002')
    expect(swap.exitCode).toBe(5)
    expect(JSON.stringify(swap)).toMatch(/1 row of log/)
    await birds.works('up', '--to', '002', '--allow-data-loss')
    const column = await birds.json('up')
    expect(column.exitCode).toBe(5)
    expect(JSON.stringify(column)).toMatch(/1 value of log.what|log\.what/)
  })

  it('undoes nothing unsaid: a down that leaves a view or trigger broken is told', async () => {
    const birds = await project({
      '001_birds': migration('CREATE TABLE birds (id int PRIMARY KEY);', 'DROP TABLE birds;'),
      '002_log': migration('CREATE TABLE log (id int);', 'DROP TABLE log;'),
    })
    await birds.works('up')
    await birds.exec(`CREATE VIEW seen AS SELECT id FROM log;
      CREATE TRIGGER t AFTER INSERT ON birds FOR EACH ROW INSERT INTO log VALUES (NEW.id)`)
    const { exitCode, databases } = await birds.json('down', '--db', 'app')
    expect(exitCode).toBe(1)
    expect(databases[0]).toMatchObject({ error: { code: 'INTEGRITY_BROKEN' } })
    expect(JSON.stringify(databases[0])).toMatch(/view seen broken.*trigger t broken/)
  })

  it('is linted and checked with the same commands', async () => {
    const birds = await project({
      '001_nests': migration(birdwatch['001_nests']?.up ?? '', birdwatch['001_nests']?.down ?? ''),
      '002_role': migration(
        'ALTER TABLE nests ADD COLUMN owner varchar(20) NOT NULL;',
        'ALTER TABLE nests DROP COLUMN owner;',
      ),
    })
    await birds.works('up', '--to', '001')
    const linted = await birds.json('lint')
    expect(linted.exitCode).toBe(3)
    expect(JSON.stringify(linted)).toContain('IMPLICIT_DEFAULT')
    expect(await birds.json('check')).toMatchObject({ ok: true, exitCode: 0 })
  })
})
