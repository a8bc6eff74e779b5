import { fileURLToPath } from 'node:url'
import { folderSource } from '@whimbrel/core/fs'
import { describe, expect, it } from 'vitest'
import { databaseState } from './database-state.ts'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const table = (name: string, header = '') =>
  migration(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY);`, `DROP TABLE ${name};`, header)

describe.each(['settings', 'knowledge_graph', 'ontology'])('the example database %s', (name) => {
  const directory = fileURLToPath(new URL(`../databases/${name}`, import.meta.url))
  const options = { source: folderSource({ directory }) }

  it('is after each up and down what it was before: schema and rows', async () => {
    const fixture = new Fixture()
    const states = [{ schema: {}, rows: {} }]
    for (const _ of (await fixture.runner(options).status()).plan.steps) {
      await fixture.runner(options).up({ steps: 1 })
      states.push(databaseState(fixture.path))
    }
    for (const [index, before] of states.slice(0, -1).reverse().entries()) {
      const report = await fixture.down({}, options)
      expect(report.steps).toMatchObject([{ outcome: 'reverted' }])
      const after = databaseState(fixture.path)
      expect({ step: index, schema: after.schema }).toEqual({ step: index, schema: before.schema })
      expect({ step: index, rows: after.rows }).toEqual({ step: index, rows: before.rows })
    }
    expect(await fixture.applied()).toEqual([])
  })

  it('is empty after all of it was rolled back at once, and whole after another up', async () => {
    const fixture = new Fixture()
    await fixture.runner(options).up()
    const whole = databaseState(fixture.path)
    const report = await fixture.down({ all: true }, options)
    expect(report).toMatchObject({ outcome: 'rolled-back', after: null })
    expect(databaseState(fixture.path)).toEqual({ schema: {}, rows: {} })
    await fixture.runner(options).up()
    expect(databaseState(fixture.path)).toEqual(whole)
  })
})

describe('down', () => {
  const five = Object.fromEntries(
    [1, 2, 3, 4, 5].map((number) => [`00${number}_t${number}`, table(`t${number}`)]),
  )

  it('undoes the most recently applied migration, not the one with the highest number', async () => {
    const { '003_t3': late, ...others } = five
    const fixture = new Fixture(others)
    await fixture.up()
    fixture.write({ '003_t3': late as string })
    await fixture.runner().up({ allowOutOfOrder: true })
    const report = await fixture.down()
    expect(report.steps.map(({ id }) => id)).toEqual(['003_t3'])
    expect((await fixture.down()).steps.map(({ id }) => id)).toEqual(['005_t5'])
  })

  it.each([
    [{ steps: 2 }, ['005_t5', '004_t4']],
    [{ to: '002_t2' }, ['005_t5', '004_t4', '003_t3']],
    [{ to: '5' }, []],
    [{ only: '2' }, ['002_t2']],
    [{ all: true }, ['005_t5', '004_t4', '003_t3', '002_t2', '001_t1']],
    [{ steps: 99 }, ['005_t5', '004_t4', '003_t3', '002_t2', '001_t1']],
  ])('with %j undoes newest first', async (selection, ids) => {
    const fixture = new Fixture(five)
    await fixture.up()
    const report = await fixture.down(selection)
    expect(report.steps.map(({ id }) => id)).toEqual(ids)
    const left = Object.keys(five).filter((id) => !ids.includes(id))
    expect(await fixture.applied()).toEqual(left)
    expect(fixture.objects()).toEqual(left.map((id) => id.slice(4)))
  })

  it.each([{ only: '9' }, { to: '009_nowhere' }])(
    'undoes nothing for an unknown id: %j',
    async (selection) => {
      const fixture = new Fixture(five)
      await fixture.up()
      const before = fixture.bytes()
      const { error } = await failure(fixture.down(selection))
      expect(error).toMatchObject({ code: 'MIGRATION_UNKNOWN', exitCode: 2 })
      expect(fixture.bytes()?.equals(before as Buffer)).toBe(true)
    },
  )
})

describe('what cannot be rolled back', () => {
  it.each([
    ['missing', migration('CREATE TABLE t (id);', '')],
    ['empty', migration('CREATE TABLE t (id);', '\n\n;;\n')],
    ['only comments', migration('CREATE TABLE t (id);', '-- DROP TABLE t;\n/* DROP TABLE t; */')],
    [
      'declared irreversible',
      migration('CREATE TABLE t (id);', 'DROP TABLE t;', '-- Irreversible: the hashes are gone'),
    ],
  ])('is refused, and its record stays, because its down is %s', async (_, text) => {
    const fixture = new Fixture({ '001_t': text })
    await fixture.up()
    const before = fixture.bytes()
    const { error } = await failure(fixture.down())
    expect(error).toMatchObject({ code: 'IRREVERSIBLE', exitCode: 3 })
    expect(error.message).toMatch(/^001_t cannot be rolled back: (it has no down|the hashes are gone)$/)
    expect(await fixture.applied()).toEqual(['001_t'])
    expect(fixture.bytes()?.equals(before as Buffer)).toBe(true)
  })

  it('is refused because an applied one depends on it, which is listed; cascade undoes that one first', async () => {
    const fixture = new Fixture({
      '001_a': table('a'),
      '002_b': table('b', '-- Depends-On: 001_a'),
      '003_c': table('c', '-- Depends-On: 2'),
      '004_d': table('d'),
    })
    await fixture.up()
    const before = fixture.bytes()
    const { error } = await failure(fixture.down({ only: '1' }))
    expect(error).toMatchObject({ code: 'HAS_DEPENDENTS', exitCode: 3 })
    expect(error.message).toBe('001_a cannot be rolled back alone: 002_b depends on it')
    expect(error.hint).toContain('--cascade')
    expect(fixture.bytes()?.equals(before as Buffer)).toBe(true)
    const report = await fixture.down({ only: '1', cascade: true })
    expect(report.steps.map(({ id }) => id)).toEqual(['003_c', '002_b', '001_a'])
    expect(await fixture.applied()).toEqual(['004_d'])
  })

  it('stops the whole rollback before its first statement, and everything that is wrong is told', async () => {
    const fixture = new Fixture({
      '001_a': table('a'),
      '002_b': migration('CREATE TABLE b (id);'),
      '003_c': table('c'),
      '004_d': table('d', '-- Depends-On: 003_c'),
      '005_e': table('e'),
    })
    await fixture.up()
    fixture.write({
      '005_e': migration('CREATE TABLE e (id INTEGER PRIMARY KEY);', 'DROP TABLE IF EXISTS e;'),
    })
    const before = fixture.bytes()
    const { error } = await failure(fixture.down({ all: true }))
    const findings = error.details.findings as { code: string; migration: string }[]
    expect(findings.map(({ code, migration }) => [code, migration])).toEqual([
      ['CHECKSUM_CHANGED', '005_e'],
      ['IRREVERSIBLE', '002_b'],
    ])
    const { error: other } = await failure(fixture.down({ only: '3' }))
    expect(other).toMatchObject({ code: 'HAS_DEPENDENTS' })
    expect(fixture.bytes()?.equals(before as Buffer)).toBe(true)
  })
})

describe('a down that was edited after the migration was applied', () => {
  const up = 'CREATE TABLE t (id INTEGER PRIMARY KEY);'
  const edited = migration(up, 'DROP TABLE t;\nCREATE TABLE gone (id);')

  it('is refused as a mismatch of "down", and used where that is agreed to', async () => {
    const fixture = new Fixture({ '001_t': migration(up, 'DROP TABLE t;') })
    await fixture.up()
    fixture.write({ '001_t': edited })
    const { error } = await failure(fixture.down())
    expect(error).toMatchObject({ code: 'CHECKSUM_CHANGED', exitCode: 3, details: { section: 'down' } })
    expect(error.message).toMatch(
      /^The down of 001_t was edited after it was applied \(stored sha256:\w+, now sha256:\w+\)$/,
    )
    expect(fixture.objects()).toEqual(['t'])
    await fixture.down({ acceptChangedDown: true })
    expect(fixture.objects()).toEqual(['gone'])
  })

  it('does not disturb the checksum of the up', async () => {
    const fixture = new Fixture({ '001_t': migration(up, 'DROP TABLE t;') })
    await fixture.up()
    const [before] = fixture.rows('SELECT checksum FROM schema_migrations')
    fixture.write({ '001_t': edited, '002_next': table('next') })
    expect(await fixture.up()).toMatchObject({ outcome: 'migrated', steps: [{ id: '002_next' }] })
    const { findings } = await fixture.runner().status()
    expect(findings).toMatchObject([
      { code: 'CHECKSUM_CHANGED', blocking: false, details: { section: 'down' } },
    ])
    expect(fixture.rows('SELECT checksum FROM schema_migrations WHERE version = 1')).toEqual([before])
  })

  it('in comments and white space only is no mismatch', async () => {
    const fixture = new Fixture({ '001_t': migration(up, 'DROP TABLE t;') })
    await fixture.up()
    fixture.write({ '001_t': migration(up, '-- goes\n  DROP   TABLE t ;\n') })
    expect(await fixture.down()).toMatchObject({ outcome: 'rolled-back' })
  })
})

describe('a migration whose file is gone', () => {
  it('is rolled back with the down that was kept when it was applied', async () => {
    const fixture = new Fixture({ '001_a': table('a'), '002_b': table('b') })
    await fixture.up()
    fixture.remove('002_b')
    expect(await fixture.down()).toMatchObject({ outcome: 'rolled-back', steps: [{ id: '002_b' }] })
    expect(fixture.objects()).toEqual(['a'])
  })

  it('is refused when the kept down is not what was applied', async () => {
    const fixture = new Fixture({ '001_a': table('a'), '002_b': table('b') })
    await fixture.up()
    fixture.remove('002_b')
    fixture.exec("UPDATE schema_migrations SET down_sql = 'DROP TABLE a;' WHERE version = 2")
    const { error } = await failure(fixture.down())
    expect(error).toMatchObject({ code: 'CHECKSUM_CHANGED', exitCode: 3 })
    expect(error.message).toBe('The kept down of 002_b is not what was applied')
    expect(fixture.objects()).toEqual(['a', 'b'])
    expect(await fixture.applied()).toEqual(['001_a', '002_b'])
  })

  it('is refused when it had no down', async () => {
    const fixture = new Fixture({ '001_a': migration('CREATE TABLE a (id);') })
    await fixture.up()
    fixture.remove('001_a')
    const { error } = await failure(fixture.down())
    expect(error).toMatchObject({ code: 'IRREVERSIBLE' })
    expect(fixture.objects()).toEqual(['a'])
  })
})
