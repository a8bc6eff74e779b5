import type { EndedProcess, StartedProcess } from '@whimbrel/testing'
import { expect, it, onTestFinished } from 'vitest'
import { documentOf } from '../command-line.ts'
import { migration } from '../fixture.ts'
import { describeEngines, type Engine } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const timeout = 60_000

/** Takes ten minutes while there are rows in `slow`. */
const slow = ({ sleep }: Engine) => sleep('(SELECT count(*) FROM slow) * 600')

await describeEngines('a command that is asked to stop in the middle of a statement', (engine) => {
  const inTheMiddle = async (
    project: ServerProject,
    signal: NodeJS.Signals,
    ...args: readonly string[]
  ): Promise<EndedProcess> => {
    const running: StartedProcess = project.start(...args)
    await project.sleeping()
    running.kill(signal)
    return running.ended
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'has the server give it up, undoes its transaction and keeps the migrations before: %s',
    { timeout },
    async (signal) => {
      const project = await ServerProject.on(engine, { '001_birds': table('birds') })
      await project.exec('CREATE TABLE slow (id integer); INSERT INTO slow VALUES (1)')
      await project.works('up')
      project.write({ '002_rows': migration(`INSERT INTO birds VALUES (1);\n${slow(engine)};`) })
      const ended = await inTheMiddle(project, signal, 'up', '--json')
      expect(ended.exitCode).toBe(130)
      const { databases } = documentOf(ended)
      expect(databases).toMatchObject([
        {
          after: '001_birds',
          error: {
            code: 'INTERRUPTED',
            message: expect.stringMatching(
              /^002_rows was interrupted at .*002_rows\.sql:\d+ \(statement 2 of 2\)/,
            ),
            hint: 'Run the same command again to go on from here',
          },
        },
      ])
      expect(await project.asleep()).toBe(false)
      expect(await project.rows('SELECT * FROM birds')).toEqual([])
      expect(await project.applied()).toEqual(['001_birds'])
      await project.exec('DELETE FROM slow')
      await project.works('up')
      expect(await project.rows('SELECT * FROM birds')).toHaveLength(1)
    },
  )

  it('leaves a session that can be used, and nothing else is given up', { timeout }, async () => {
    const project = await ServerProject.on(engine)
    await project.exec('CREATE TABLE birds (id integer)')
    const driver = engine.driver(project.url)
    onTestFinished(() => driver.close())
    const session = await driver.session('write')
    const work = session.transaction(async () => {
      await session.execute('INSERT INTO birds VALUES (1)')
      await session.execute(engine.sleep(600))
    })
    const ended = expect(work).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 })
    await project.sleeping()
    await driver.cancel?.()
    await ended
    await driver.cancel?.()
    await session.transaction(() => session.execute('INSERT INTO birds VALUES (2)'))
    expect(await session.query('SELECT id FROM birds')).toEqual([{ id: 2 }])
  })

  it('outside a transaction is in doubt, and a retry goes on from that statement', { timeout }, async () => {
    const up = `CREATE TABLE birds (id integer);\nINSERT INTO birds VALUES (1);\n${slow(engine)};\nINSERT INTO birds VALUES (2);`
    const project = await ServerProject.on(engine, {
      '001_birds': migration(up, '', '-- Transaction: none'),
    })
    await project.exec('CREATE TABLE slow (id integer); INSERT INTO slow VALUES (1)')
    const { stderr, exitCode } = await inTheMiddle(project, 'SIGINT', 'up')
    expect(exitCode).toBe(130)
    expect(stderr).toMatch(/001_birds was interrupted at .*\(statement 3 of 4\); 001_birds is in doubt now/)
    expect(await project.asleep()).toBe(false)
    await project.exec('DELETE FROM slow')
    await project.works('retry', '001_birds')
    expect(await project.rows('SELECT id FROM birds ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }])
  })
})
