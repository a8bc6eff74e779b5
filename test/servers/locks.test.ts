import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { documentOf } from '../command-line.ts'
import { migration } from '../fixture.ts'
import { describeEngines, type Engine } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const ten = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [
    `${String(index + 1).padStart(3, '0')}_t${index + 1}`,
    migration(`CREATE TABLE t${index + 1} (id integer);\nINSERT INTO t${index + 1} VALUES (1);`),
  ]),
)

await describeEngines('processes that are started together', (engine) => {
  it('on a fresh database: each migration is applied by exactly one, and all exit 0', async () => {
    const project = await ServerProject.on(engine, ten)
    const ended = await Promise.all([1, 2, 3].map(() => project.start('up', '--json').ended))
    expect(ended.map(({ exitCode, stderr }) => [exitCode, stderr.includes('error')])).toEqual(
      ended.map(() => [0, false]),
    )
    const applied = ended.flatMap((one) => documentOf(one).databases[0]?.steps.map(({ id }) => id) ?? [])
    expect(applied.sort()).toEqual(Object.keys(ten))
    const history = await project.rows<{ id: string }>(
      "SELECT id FROM schema_migrations_history WHERE outcome = 'applied' ORDER BY sequence",
    )
    expect(history.map(({ id }) => id)).toEqual(Object.keys(ten))
    expect(await project.rows('SELECT count(*) AS n FROM t7')).toEqual([{ n: expect.anything() }])
    expect(await project.applied()).toEqual(Object.keys(ten))
  })
})

/** A project in which another process is in the middle of its second migration, for far longer than any test. */
async function held(engine: Engine) {
  const project = await ServerProject.on(engine, { '001_first': table('first') })
  await project.works('up')
  project.write({ '002_slow': migration(`INSERT INTO first VALUES (1);\n${engine.sleep(600)};`) })
  project.write({ '001_first': table('first'), '002_quick': table('quick') }, 'other')
  const holder = project.start('up', '--db', 'app')
  await project.sleeping()
  return { project, holder, waiting: ['up', '--url', project.url, '--migrations', 'other'] }
}

await describeEngines('a lock that another process holds', (engine) => {
  it('is waited for, and then named with host, process, command and since when: exit 4', async () => {
    const started = Date.now()
    const { project, holder, waiting } = await held(engine)
    const { exitCode, stderr } = await project.run(...waiting, '--lock-timeout', '300ms')
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/waiting for the lock,? held by "whimbrel up --db app"/)
    const [, message = ''] = /^error: (.*)$/m.exec(stderr) ?? []
    for (const part of [hostname(), String(holder.pid), 'whimbrel up --db app'])
      expect(message).toContain(part)
    const since = /since (\d{4}-\d\d-\d\dT[\d:.]+Z)/.exec(message)?.[1] ?? ''
    expect(Date.parse(since)).toBeGreaterThanOrEqual(started)
    expect(Number(/waited (\d+) ms/.exec(message)?.[1])).toBeGreaterThanOrEqual(300)
    expect(stderr).toMatch(/^ {2}next: \S/m)
    const document = await project.json(...waiting, '--lock-timeout', '0ms')
    expect(document).toMatchObject({ exitCode: 4, databases: [{ error: { code: 'LOCK_TIMEOUT' } }] })
    // It does not keep anybody from looking.
    expect(await project.json('status')).toMatchObject({ databases: [{ pending: [{ id: '002_slow' }] }] })
    await project.works('up', '--dry-run')
    holder.kill('SIGKILL')
    await holder.ended
    await project.endSleep()
  })

  it('is gone with its process, and what that had begun is undone: who waits gets on', async () => {
    const { project, holder, waiting } = await held(engine)
    const next = project.start(...waiting, '--lock-timeout', '10m')
    while (!next.printed().stderr.includes('waiting for the lock')) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    holder.kill('SIGKILL')
    await holder.ended
    expect(await next.ended).toMatchObject({ exitCode: 0 })
    // The server is still at the statement: it looks for its client only when that is over.
    await project.endSleep()
    expect(await project.rows('SELECT * FROM first')).toEqual([])
    expect(await project.applied()).toEqual(['001_first', '002_quick'])
  })

  it('is never taken from a process that was stopped', async () => {
    const project = await ServerProject.on(engine, { '001_first': table('first') })
    await project.works('up')
    project.write({ '002_slow': migration(`${engine.sleep(1)};\nINSERT INTO first VALUES (1);`) })
    const holder = project.start('up')
    await project.sleeping()
    holder.kill('SIGSTOP')
    for (const patience of ['1200ms', '0ms']) {
      const { exitCode, stderr } = await project.run('up', '--lock-timeout', patience)
      expect([exitCode, stderr.includes(`process ${holder.pid}`)]).toEqual([4, true])
    }
    holder.kill('SIGCONT')
    expect(await holder.ended).toMatchObject({ exitCode: 0 })
    expect(await project.works('up')).toContain('nothing to do')
    expect(await project.applied()).toEqual(['001_first', '002_slow'])
  })
})

await describeEngines('a table that others hold', (engine) => {
  const hold = (project: ServerProject) =>
    project.exec(engine.dialect === 'postgres' ? 'BEGIN; LOCK TABLE first' : 'LOCK TABLES first WRITE')
  const letGo = (project: ServerProject) =>
    project.exec(engine.dialect === 'postgres' ? 'COMMIT' : 'UNLOCK TABLES')
  const pending = { '002_more': migration('ALTER TABLE first ADD COLUMN more integer;') }

  it('is waited for as long as --busy-timeout says, and then named with the time that was waited', async () => {
    const project = await ServerProject.on(engine, { '001_first': table('first') })
    await project.works('up')
    project.write(pending)
    await hold(project)
    const { exitCode, stderr } = await project.run('up', '--busy-timeout', '100ms')
    await letGo(project)
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/002_more failed .*is in use.*tried \w+( times)? in \d+\.\d s/)
    expect(stderr).toMatch(/next: .*--busy-timeout/)
    await project.works('up')
    expect(await project.applied()).toEqual(['001_first', '002_more'])
  })

  it('that is let go in time does not hurt', async () => {
    const project = await ServerProject.on(engine, { '001_first': table('first') })
    await project.works('up')
    project.write(pending)
    await hold(project)
    const running = project.run('up', '--busy-timeout', '30s')
    await new Promise((resolve) => setTimeout(resolve, 300))
    await letGo(project)
    expect(await running).toMatchObject({ exitCode: 0 })
    expect(await project.applied()).toEqual(['001_first', '002_more'])
  })

  it('is waited for as the flag says before the environment of the manifest, the manifest and the default', async () => {
    const project = await ServerProject.on(engine, { '001_first': table('first') })
    await project.works('up')
    project.write(pending)
    await hold(project)
    const long = '20m'
    const environments = { hasty: { databases: { app: { busyTimeout: '1ms' } } }, patient: {} }
    const gaveUp = async (...words: readonly string[]) =>
      expect(await project.run('up', ...words)).toMatchObject({
        exitCode: expect.not.toSatisfy((code: number) => code === 0),
        stderr: expect.stringMatching(/is in use|in doubt/),
      })
    project.configure({ busyTimeout: '1ms' })
    await gaveUp()
    project.configure({ busyTimeout: long }, { environments })
    await gaveUp('--env', 'hasty')
    await gaveUp('--env', 'patient', '--busy-timeout', '1ms')
    await letGo(project)
  })
})
