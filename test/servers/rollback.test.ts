import { expect, it } from 'vitest'
import { migration } from '../fixture.ts'
import { describeEngines } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const five = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'e'].map((name, index) => [`00${index + 1}_${name}`, table(name)]),
)
const ids = Object.keys(five)

await describeEngines('down', (engine) => {
  it('undoes the newest, a number of them, all above a target, one alone, or all, newest first', async () => {
    const project = await ServerProject.on(engine, five)
    let left = ids
    await project.works('up')
    for (const [words, undone] of [
      ['', '005_e'],
      ['--steps 2', '004_d 003_c'],
      ['--only 001_a', '001_a'],
      ['--to 2', ''],
      ['--all', '002_b'],
    ] as const) {
      const document = await project.json('down', ...words.split(' ').filter((word) => word !== ''))
      expect(document.databases[0]?.steps.map(({ id }) => id).join(' ')).toBe(undone)
      left = left.filter((id) => !undone.includes(id))
      expect(await project.applied()).toEqual(left)
      expect(await project.tables()).toEqual(left.map((id) => id.slice(4)))
    }
  }, 60_000)

  it('undoes nothing for an unknown id, for one that is not applied, or for two wishes at once', async () => {
    const project = await ServerProject.on(engine, five)
    await project.works('up', '--to', '4')
    const before = await project.snapshot()
    for (const words of [
      ['--to', '009_nowhere'],
      ['--only', '9'],
      ['--only', '5'],
      ['--all', '--steps', '2'],
    ]) {
      expect([words, (await project.run('down', ...words)).exitCode]).toEqual([words, 2])
    }
    expect(await project.snapshot()).toEqual(before)
  })

  it('refuses what has no down, before the first statement, and the record stays', async () => {
    const project = await ServerProject.on(engine, {
      '001_a': migration('CREATE TABLE a (id integer);', '-- DROP TABLE a;\n/* ; */'),
      '002_b': table('b'),
      '003_c': migration(
        'CREATE TABLE c (id integer);',
        'DROP TABLE c;',
        '-- Irreversible: the hashes are gone',
      ),
      '004_d': table('d'),
    })
    await project.works('up')
    await project.works('down')
    const before = await project.snapshot()
    const { exitCode, stderr } = await project.run('down', '--all')
    expect(exitCode).toBe(3)
    expect(stderr).toContain('003_c cannot be rolled back: the hashes are gone')
    expect(stderr).toContain('001_a cannot be rolled back: it has no down')
    expect(await project.snapshot()).toEqual(before)
  })

  it('refuses one that another depends on, and lists it; --cascade undoes that one first', async () => {
    const project = await ServerProject.on(engine, {
      '001_a': table('a'),
      '002_b': table('b', '-- Depends-On: 001_a'),
      '003_c': table('c', '-- Depends-On: 2'),
      '004_d': table('d'),
    })
    await project.works('up')
    const before = await project.snapshot()
    const { exitCode, stderr } = await project.run('down', '--only', '1')
    expect(exitCode).toBe(3)
    expect(stderr).toContain('001_a cannot be rolled back alone: 002_b depends on it')
    expect(stderr).toContain('--cascade')
    expect(await project.snapshot()).toEqual(before)
    const document = await project.json('down', '--only', '1', '--cascade')
    expect(document.databases[0]?.steps.map(({ id }) => id)).toEqual(['003_c', '002_b', '001_a'])
    expect(await project.applied()).toEqual(['004_d'])
  })

  it('refuses a down that was edited since it was applied, but for --force, and the up is not disturbed', async () => {
    const project = await ServerProject.on(engine, { '001_a': table('a') })
    await project.works('up')
    const edited = table('a').replace('DROP TABLE a;', 'DROP TABLE a;\nCREATE TABLE gone (id integer);')
    project.write({ '001_a': edited, '002_b': table('b') })
    await project.works('up')
    const { exitCode, stderr } = await project.run('down', '--only', '1')
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(
      /The down of 001_a was edited after it was applied \(stored sha256:\w+, now sha256:\w+\)/,
    )
    expect(await project.tables()).toEqual(['a', 'b'])
    await project.works('down', '--only', '1', '--force')
    expect(await project.tables()).toEqual(['b', 'gone'])
  })

  it('uses the down that was kept in the database where the file is gone, and only as it was applied', async () => {
    const project = await ServerProject.on(engine, {
      '001_a': table('a'),
      '002_b': table('b'),
      '003_c': table('c'),
    })
    await project.works('up')
    project.remove('003_c')
    await project.works('down')
    expect(await project.tables()).toEqual(['a', 'b'])
    project.remove('002_b')
    await project.exec("UPDATE schema_migrations SET down_sql = 'DROP TABLE a;' WHERE version = 2")
    const { exitCode, stderr } = await project.run('down')
    expect(exitCode).toBe(3)
    expect(stderr).toContain('The kept down of 002_b is not what was applied')
    expect(await project.tables()).toEqual(['a', 'b'])
    expect(await project.applied()).toEqual(['001_a', '002_b'])
  })

  it('that would take values away lists them, is refused with exit code 5, and runs where that is agreed to', async () => {
    const project = await ServerProject.on(engine, {
      '001_birds': migration(
        'CREATE TABLE birds (id integer PRIMARY KEY, name varchar(20));',
        'DROP TABLE birds;',
      ),
      '002_song': migration(
        'ALTER TABLE birds ADD COLUMN song varchar(20);',
        'ALTER TABLE birds DROP COLUMN song;',
      ),
    })
    await project.works('up')
    await project.exec("INSERT INTO birds VALUES (1, 'Wren', 'trill'), (2, 'Rook', NULL), (3, 'Kite', 'mew')")
    const before = await project.snapshot()
    const { exitCode, stderr, stdout } = await project.run('down')
    expect(exitCode).toBe(5)
    expect(stderr).toMatch(/002_song would take away 2 values of birds\.song[\s\S]*--allow-data-loss/)
    expect(stdout).toMatch(/column +birds\.song +2 values in 3 rows/)
    expect(await project.run('down', '--yes')).toMatchObject({ exitCode: 5 })
    expect(await project.snapshot()).toEqual(before)
    const all = await project.run('down', '--all', '--dry-run')
    expect(all.stdout).toMatch(/table +birds +3 rows/)
    await project.works('down', '--allow-data-loss')
    expect(await project.applied()).toEqual(['001_birds'])
  })

  it('that leaves a view behind which no longer works ends with exit code 1', async () => {
    const project = await ServerProject.on(engine, {
      '001_a': table('a'),
      '002_v': migration('CREATE VIEW v AS SELECT id FROM a;', 'DROP VIEW v;'),
    })
    await project.works('up')
    const { exitCode, stderr } = await project.run('down', '--only', '1')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/\bv\b/)
    const [kept] = await project.rows<{ state: string }>(
      'SELECT state FROM schema_migrations WHERE version = 1',
    )
    expect(kept?.state).toBe(engine.undoesDdl ? 'applied' : 'in-doubt')
    expect(await project.tables()).toEqual(engine.undoesDdl ? ['a', 'v'] : ['v'])
  })
})
