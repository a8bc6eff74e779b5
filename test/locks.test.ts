import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { documentOf, Project } from './command-line.ts'
import { migration } from './fixture.ts'

const countTo = (number: number) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${number}) SELECT count(*) FROM n;`

const first = migration('CREATE TABLE first (id INTEGER);')
/** Takes far longer than any test waits. */
const endless = migration(`CREATE TABLE slow (id INTEGER);\n${countTo(50_000_000_000)}`)

const ten = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => {
    const id = `${String(index + 1).padStart(3, '0')}_t${index + 1}`
    return [id, migration(`CREATE TABLE t${index + 1} (id INTEGER);\nINSERT INTO t${index + 1} VALUES (1);`)]
  }),
)

describe('processes that are started together on a fresh database', () => {
  it.each([
    [2, 'WAL'],
    [8, 'WAL'],
    [8, 'DELETE'],
  ])(
    '%i of them: each migration is applied by exactly one, and all exit 0, journal %s',
    async (many, journal) => {
      const project = new Project(ten, { pragmas: { journal_mode: journal } })
      const running = Array.from({ length: many }, () => project.start('up', '--json'))
      const ended = await Promise.all(running.map((one) => one.ended))
      expect(ended.map(({ exitCode, stderr }) => [exitCode, stderr.includes('error')])).toEqual(
        ended.map(() => [0, false]),
      )
      const applied = ended.flatMap((one) => documentOf(one).databases[0]?.steps.map(({ id }) => id) ?? [])
      expect(applied.sort()).toEqual(Object.keys(ten))
      const history = project.rows<{ id: string; outcome: string }>(
        'SELECT id, outcome FROM schema_migrations_history ORDER BY sequence',
      )
      expect(history).toEqual(Object.keys(ten).map((id) => ({ id, outcome: 'applied' })))
      expect(project.state().applied).toEqual(Object.keys(ten))
    },
  )

  it('of up and down together, whoever comes second plans from what the first one left', async () => {
    const project = new Project({ '001_a': migration('CREATE TABLE a (id INTEGER);', 'DROP TABLE a;') })
    for (let round = 0; round < 4; round += 1) {
      const ended = await Promise.all([project.start('up').ended, project.start('down').ended])
      expect(ended.map(({ exitCode, stderr }) => [exitCode, stderr.includes('error')])).toEqual([
        [0, false],
        [0, false],
      ])
      const { applied, tables } = project.state()
      expect(tables).toEqual(applied.map(() => 'a'))
    }
  })
})

describe('a lock that somebody holds', () => {
  async function held() {
    const project = new Project({ '001_first': first })
    await project.run('up')
    project.write({ '002_slow': endless })
    project.write({ '001_first': first, '002_quick': migration('CREATE TABLE quick (id INTEGER);') }, 'other')
    const holder = project.start('up', '--db', 'app')
    expect(await project.lockHeld()).toBe(holder.pid)
    await project.writing()
    const waiting = ['up', '--url', 'sqlite:app.db', '--migrations', 'other']
    return { project, holder, waiting }
  }

  it('is waited for, and then named with host, process, command and since when: exit 4', async () => {
    const started = Date.now()
    const { project, waiting, holder } = await held()
    const { exitCode, stderr } = await project.run(...waiting, '--lock-timeout', '300ms')
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/waiting for the lock,? held by "whimbrel up --db app"/)
    const [, message = ''] = /^error: (.*)$/m.exec(stderr) ?? []
    expect(message).toContain('app.db is being migrated by')
    for (const part of [hostname(), String(holder.pid), 'whimbrel up --db app'])
      expect(message).toContain(part)
    const since = /since (\d{4}-\d\d-\d\dT[\d:.]+Z)/.exec(message)?.[1] ?? ''
    expect(Date.parse(since)).toBeGreaterThanOrEqual(started)
    expect(Number(/waited (\d+) ms/.exec(message)?.[1])).toBeGreaterThanOrEqual(300)
    expect(stderr).toMatch(/^ {2}next: \S/m)
    expect(project.state()).toEqual({ applied: ['001_first'], tables: ['first'] })
  })

  it('is named in the JSON document, too', async () => {
    const { project, waiting, holder } = await held()
    const document = await project.json(...waiting, '--lock-timeout', '0ms')
    expect(document).toMatchObject({ ok: false, exitCode: 4 })
    expect(document.databases).toMatchObject([{ outcome: 'failed', error: { code: 'LOCK_TIMEOUT' } }])
    expect(document.databases[0]?.error?.message).toContain(String(holder.pid))
  })

  it('does not keep anybody from looking', async () => {
    const { project } = await held()
    expect(await project.json('status')).toMatchObject({
      exitCode: 0,
      databases: [{ pending: [{ id: '002_slow' }] }],
    })
    expect(await project.run('up', '--dry-run')).toMatchObject({ exitCode: 0 })
  })

  it('is gone with its process: who waits gets on at once', async () => {
    const { project, waiting, holder } = await held()
    const next = project.start(...waiting, '--lock-timeout', '10m')
    while (!next.printed().stderr.includes('waiting for the lock')) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    holder.kill('SIGKILL')
    expect(await next.ended).toMatchObject({ exitCode: 0 })
    expect(project.state()).toEqual({ applied: ['001_first', '002_quick'], tables: ['first', 'quick'] })
  })

  it('is never taken from a process that was stopped', async () => {
    const project = new Project({ '001_first': first })
    await project.run('up')
    project.write({ '002_slow': migration(`CREATE TABLE slow (id INTEGER);\n${countTo(6_000_000)}`) })
    const holder = project.start('up')
    expect(await project.lockHeld()).toBe(holder.pid)
    await project.writing()
    holder.kill('SIGSTOP')
    for (const patience of ['600ms', '0ms']) {
      const { exitCode, stderr } = await project.run('up', '--lock-timeout', patience)
      expect(exitCode).toBe(4)
      expect(stderr).toContain(`process ${holder.pid}`)
    }
    holder.kill('SIGCONT')
    expect(await holder.ended).toMatchObject({ exitCode: 0 })
    expect(project.state()).toEqual({ applied: ['001_first', '002_slow'], tables: ['first', 'slow'] })
    expect(await project.run('up')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('nothing to do'),
    })
  })
})

describe('--lock-timeout and --busy-timeout', () => {
  const wrong = ['', '5', '-1s', '1.5s', 'soon', '1h', '5 s', '99999999m', 'NaNms', '0x10s']

  it.each(['--lock-timeout', '--busy-timeout'])(
    '%s refuses what is not a duration, naming itself',
    async (option) => {
      const project = new Project(ten)
      for (const value of wrong) {
        const { exitCode, stderr } = await project.run('up', `${option}=${value}`)
        expect([value, exitCode]).toEqual([value, 2])
        expect(stderr).toContain(option)
        expect(stderr).toMatch(/next: .*500ms, 30s or 2m/)
      }
      const { exitCode, stderr } = await project.run('up', option)
      expect([exitCode, stderr.includes(option)]).toEqual([2, true])
      expect(project.files()).toEqual(['migrations', 'whimbrel.json'])
    },
  )

  it.each(['--lock-timeout', '--busy-timeout'])(
    '%s takes milliseconds, seconds, minutes and none at all',
    async (option) => {
      const project = new Project(ten)
      for (const value of ['0ms', '250ms', '3s', '2m']) {
        expect(await project.run('up', option, value)).toMatchObject({ exitCode: 0 })
      }
    },
  )

  it('a timeout in the manifest that is not a duration is refused, naming where it stands', async () => {
    const project = new Project(ten, { lockTimeout: '3 hours' })
    const { exitCode, stderr } = await project.run('up')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('lockTimeout')
    expect(project.files()).toEqual(['migrations', 'whimbrel.json'])
  })
})
