import { expect, it } from 'vitest'
import { migration } from '../fixture.ts'
import { describeEngines } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const users = migration('CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(50));', 'DROP TABLE users;')
const fixed = migration('CREATE TABLE roles (id INTEGER PRIMARY KEY);', 'DROP TABLE roles;')
/** Fails in its third statement. */
const brokenRows = migration(
  "INSERT INTO users VALUES (1, 'a');\nINSERT INTO users VALUES (2, 'b');\nINSERT INTO nowhere VALUES (1);",
  'DELETE FROM users;',
)
const brokenTable = migration(
  "CREATE TABLE roles (id INTEGER PRIMARY KEY);\nINSERT INTO users VALUES (1, 'a');\nINSERT INTO nowhere VALUES (1);",
  'DROP TABLE roles;',
)
const rowsFail = { '001_users': users, '002_broken': brokenRows, '003_late': table('late') }
const tableFails = { ...rowsFail, '002_broken': brokenTable }

const outcomes = (document: Awaited<ReturnType<ServerProject['json']>>) =>
  document.databases[0]?.steps.map(({ id, outcome }) => [id, outcome])

await describeEngines('a run whose second of three migrations fails', (engine) => {
  it.each([undefined, 'each', 'batch'])(
    'keeps the first, undoes the rows of the second, does not attempt the third and exits 1 (transaction: %s)',
    async (transaction) => {
      const project = await ServerProject.on(
        engine,
        rowsFail,
        transaction === undefined ? {} : { transaction },
      )
      const document = await project.json('up')
      expect(document).toMatchObject({
        exitCode: 1,
        databases: [{ before: null, after: '001_users', error: { code: 'STATEMENT_FAILED' } }],
      })
      expect(outcomes(document)).toEqual([
        ['001_users', 'applied'],
        ['002_broken', 'failed'],
        ['003_late', 'not-run'],
      ])
      expect(await project.rows('SELECT * FROM users')).toEqual([])
      expect(await project.tables()).toEqual(['users'])
      expect(await project.applied()).toEqual(['001_users'])
      project.write({ '002_broken': fixed })
      await project.works('up')
      expect(await project.applied()).toEqual(['001_users', '002_broken', '003_late'])
    },
  )

  it('undoes a change of the schema with it, where the engine can; else says which statements stand and goes on from there', async () => {
    const project = await ServerProject.on(engine, tableFails)
    const { exitCode, stderr } = await project.run('up')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /002_broken failed at migrations\/002_broken\.sql:5(:\d+)? \(statement 3 of 3\): .*nowhere/,
    )
    if (engine.undoesDdl) {
      expect(await project.tables()).toEqual(['users'])
      expect(await project.rows('SELECT * FROM users')).toEqual([])
      project.write({ '002_broken': fixed })
      await project.works('up')
    } else {
      expect(stderr).toContain('002_broken is in doubt now')
      expect(stderr).toContain(
        'next: 002_broken has CREATE TABLE, at which the engine commits by itself, so the statements before stand. Correct in the file what failed, and nothing before it. Run',
      )
      expect(await project.tables()).toEqual(['roles', 'users'])
      const status = await project.json('status')
      expect(status.databases[0]?.findings).toMatchObject([
        { code: 'IN_DOUBT', message: expect.stringContaining('(2 of its statements did)') },
      ])
      expect(await project.run('up')).toMatchObject({ exitCode: 3 })
      project.write({ '002_broken': brokenTable.replace('INSERT INTO nowhere VALUES (1);', '') })
      await project.works('retry')
      await project.works('up')
    }
    expect(await project.tables()).toEqual(['late', 'roles', 'users'])
    expect(await project.applied()).toEqual(['001_users', '002_broken', '003_late'])
  })

  it('keeps one current row and the whole history of a migration that failed three times', async () => {
    const project = await ServerProject.on(engine, rowsFail)
    for (let time = 0; time < 3; time += 1) expect(await project.run('up')).toMatchObject({ exitCode: 1 })
    project.write({ '002_broken': migration("INSERT INTO users VALUES (1, 'a');") })
    await project.works('up')
    expect(await project.applied()).toEqual(['001_users', '002_broken', '003_late'])
    const history = await project.rows<{ outcome: string; reason: string | null }>(
      "SELECT outcome, reason FROM schema_migrations_history WHERE id = '002_broken' ORDER BY sequence",
    )
    expect(history.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'applied'])
    expect(history[0]?.reason).toContain('nowhere')
  })
})

await describeEngines('one transaction for all', (engine) => {
  const rows = {
    '002_one': migration("INSERT INTO users VALUES (1, 'a');", 'DELETE FROM users WHERE id = 1;'),
    '003_broken': brokenRows,
  }

  it('leaves everything as it was when one of them fails', async () => {
    const project = await ServerProject.on(engine, { '001_users': users })
    await project.works('up')
    project.write(rows)
    project.configure({ transaction: 'all' })
    const document = await project.json('up')
    expect(document).toMatchObject({ exitCode: 1, databases: [{ outcome: 'undone', after: '001_users' }] })
    expect(outcomes(document)).toEqual([
      ['002_one', 'undone'],
      ['003_broken', 'failed'],
    ])
    expect(await project.rows('SELECT * FROM users')).toEqual([])
    expect(await project.applied()).toEqual(['001_users'])
  })

  it('holds the schema, too, where the engine can; else it is refused before anything runs, with the reason', async () => {
    const project = await ServerProject.on(engine, tableFails, { transaction: 'all' })
    const document = await project.json('up')
    if (engine.undoesDdl) {
      expect(document).toMatchObject({ exitCode: 1, databases: [{ outcome: 'undone', after: null }] })
    } else {
      expect(document).toMatchObject({ exitCode: 2 })
      const error = document.databases[0]?.error ?? document.error
      expect(error?.message).toBe(
        '001_users has CREATE TABLE, at which the engine commits by itself: no transaction can undo all of the migrations',
      )
      expect(error?.hint).toContain('Set "transaction" of this database to "each"')
    }
    expect(await project.tables()).toEqual([])
  })
})

await describeEngines('up', (engine) => {
  const three = { '001_users': users, '002_roles': fixed, '003_late': table('late') }

  it('takes the first n pending migrations, and those up to a target', async () => {
    const project = await ServerProject.on(engine, three)
    await project.works('up', '--steps', '1')
    expect(await project.applied()).toEqual(['001_users'])
    await project.works('up', '--to', '2')
    expect(await project.applied()).toEqual(['001_users', '002_roles'])
    await project.works('up', '--steps', '5')
    expect(await project.applied()).toEqual(Object.keys(three))
  })

  it.each([
    ['an unknown target', ['--to', '009_nowhere']],
    ['a target and a number', ['--to', '1', '--steps', '1']],
  ])('changes nothing for %s and exits 2', async (_, words) => {
    const project = await ServerProject.on(engine, three)
    const before = await project.snapshot()
    expect(await project.run('up', ...words)).toMatchObject({ exitCode: 2 })
    expect(await project.snapshot()).toEqual(before)
  })

  it('says the second time that there is nothing to do, exits 0 and writes nothing', async () => {
    const project = await ServerProject.on(engine, three)
    await project.works('up')
    const before = await project.snapshot()
    expect(await project.works('up')).toContain('nothing to do')
    expect(await project.snapshot()).toEqual(before)
  })

  it('refuses statements of transactions, and says which rule they break and what to write instead', async () => {
    for (const statement of ['BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT s']) {
      const project = await ServerProject.on(engine, { ...three, '004_own': migration(`${statement};`) })
      const { exitCode, stderr } = await project.run('up')
      expect([statement, exitCode]).toEqual([statement, 2])
      expect(stderr).toMatch(/^error: .*004_own\.sql.*\n {2}next: \S/m)
      expect(await project.tables()).toEqual([])
    }
  })
})
