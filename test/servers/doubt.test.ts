import { expect, it } from 'vitest'
import { migration } from '../fixture.ts'
import { describeEngines, type Engine } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const none = '-- Transaction: none'
const half = (rest: string) =>
  migration(`CREATE TABLE b (id integer);\n${rest};\nINSERT INTO b VALUES (7);`, 'DROP TABLE b;', none)
const files = { '001_a': table('a'), '002_b': half('INSERT INTO nowhere VALUES (1)'), '003_c': table('c') }

async function inDoubt(engine: Engine): Promise<ServerProject> {
  const project = await ServerProject.on(engine, files)
  const { exitCode, stderr } = await project.run('up')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/002_b failed at .*:4(:\d+)? \(statement 2 of 3\).*in doubt/)
  return project
}

await describeEngines('a migration outside a transaction that failed after its first statement', (engine) => {
  it('is in doubt, is shown by status with three ways out and what each does, and blocks the next run', async () => {
    const project = await inDoubt(engine)
    expect(await project.tables()).toEqual(['a', 'b'])
    const status = await project.works('status')
    expect(status).toContain(
      '! 002_b is in doubt: its up runs outside a transaction and is not known to have finished (1 of its statements did)',
    )
    for (const way of ['retry 002_b', 'mark 002_b applied', 'mark 002_b pending'])
      expect(status).toContain(`"whimbrel ${way}`)
    const before = await project.snapshot()
    for (const words of [['up'], ['down'], ['up', '--steps', '1']]) {
      expect(await project.run(...words)).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('002_b is in doubt'),
      })
    }
    expect(await project.snapshot()).toEqual(before)
  })

  it('goes on behind what has finished with retry, when what follows was corrected', async () => {
    const project = await inDoubt(engine)
    project.write({ '002_b': half('INSERT INTO a VALUES (1)') })
    await project.works('retry', '2')
    expect(await project.rows('SELECT * FROM b')).toEqual([{ id: 7 }])
    expect(await project.rows('SELECT * FROM a')).toEqual([{ id: 1 }])
    await project.works('up')
    expect(await project.applied()).toEqual(Object.keys(files))
  })

  it('is not carried on where what has run was edited, or where it would run in a transaction now', async () => {
    const project = await inDoubt(engine)
    project.write({ '002_b': half('INSERT INTO a VALUES (1)').replace('b (id integer)', 'b (id bigint)') })
    expect(await project.run('retry')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('statement 1 is not the one that finished'),
    })
    project.write({ '002_b': migration('INSERT INTO a VALUES (1);', '') })
    expect(await project.run('retry')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(
        /002_b would run in a transaction now, and it was begun outside one\n {2}next: Give it the header line/,
      ),
    })
    expect(await project.rows('SELECT * FROM a')).toEqual([])
  })

  it('is decided by mark, which says what it changed and knows only what is in doubt', async () => {
    for (const [as, applied] of [
      ['applied', ['001_a', '002_b']],
      ['pending', ['001_a']],
    ] as const) {
      const project = await inDoubt(engine)
      for (const [id, exitCode] of [
        ['009_nowhere', 2],
        ['001_a', 2],
        ['003_c', 2],
      ] as const) {
        const refused = await project.run('mark', id, as)
        expect([id, refused.exitCode, /^ {2}next: \S/m.test(refused.stderr)]).toEqual([id, exitCode, true])
      }
      expect(await project.works('mark', '2', as)).toContain('002_b')
      expect(await project.applied()).toEqual(applied)
    }
  })
})

await describeEngines('a statement that its engine refuses in a transaction', (engine) => {
  const alone =
    engine.dialect === 'postgres'
      ? 'CREATE INDEX CONCURRENTLY a_id ON a (id)'
      : 'ALTER TABLE a ADD INDEX a_id (id)'

  it('runs outside of one, and is counted as done', async () => {
    const project = await ServerProject.on(engine, {
      '001_a': table('a'),
      '002_index': migration(
        `${alone};`,
        `DROP INDEX a_id${engine.dialect === 'mysql' ? ' ON a' : ''};`,
        none,
      ),
    })
    await project.works('up')
    expect(await project.applied()).toEqual(['001_a', '002_index'])
    expect(JSON.stringify(await project.snapshot())).toContain('a_id')
    await project.works('down')
    expect(JSON.stringify(await project.snapshot())).not.toContain('"public.a_id"')
  })
})
