import { chmodSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate, openDatabases, status } from '../src/index.ts'
import { Application, migration, refusalOf, table, threeDatabases } from './application.ts'
import { CompiledChild } from './compiled-child.ts'

interface Opened {
  readonly code?: string
  readonly outcomes: readonly string[]
  readonly after: readonly string[]
  readonly recovered: readonly string[]
  readonly tables: unknown
}

let child: CompiledChild

beforeAll(async () => {
  child = await CompiledChild.compile()
})

afterAll(() => child.remove())

describe('several processes that start at once on databases that are not there', () => {
  it.each([2, 8])('all get the same, and one of %i migrates', async (count) => {
    const application = new Application({
      ...threeDatabases,
      ontology: {
        '001_create_terms': table('terms'),
        '002_fill': migration(
          'INSERT INTO terms WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n;',
        ),
      },
    })
    const ended = await Promise.all(
      Array.from({ length: count }, () => child.run<Opened>('open', application.place)),
    )
    const answers = ended.map(({ answer }) => answer)
    expect(answers.map((answer) => answer?.code)).toEqual(Array(count).fill(undefined))
    const migrated = answers.filter((answer) => answer?.outcomes.includes('migrated'))
    expect(migrated.map((answer) => answer?.outcomes)).toEqual([Array(3).fill('migrated')])
    for (const answer of answers) {
      expect(answer?.after).toEqual(['002_create_roles', '002_create_edges', '002_fill'])
      expect(answer?.tables).toEqual([
        ['settings', ['roles', 'users']],
        ['graph', ['edges', 'nodes']],
        ['ontology', ['terms']],
      ])
    }
    for (const name of Object.keys(threeDatabases)) {
      const runs = application.with(name, (database) =>
        database.prepare('SELECT DISTINCT run_id FROM schema_migrations').pluck().all(),
      )
      expect(runs).toHaveLength(1)
    }
  })
})

describe('a start while another process migrates', () => {
  it('says who that is when it has waited long enough, and works when that one is done', async () => {
    const application = new Application()
    const slow = child.run('migrate-slowly', application.place)
    const waiting: string[] = []
    let hasEnded = false
    void slow.finally(() => {
      hasEnded = true
    })
    let error = await lockTimeout(application, waiting)
    // Until the other one has begun nobody holds a lock; then this start is the one that migrates nothing.
    while (error === undefined && !hasEnded) {
      // The other one has to find the locks free.
      await sleep(20)
      error = await lockTimeout(application, waiting)
    }
    expect(error?.message).toMatch(/"?slow child"?.*process \d+/)
    expect(error?.details.database).toBeDefined()
    expect(waiting[0]).toMatch(/: slow child$/)
    application.write('go', '')
    expect((await slow).answer).toMatchObject({ databases: Array(3).fill({ outcome: 'migrated' }) })
    await using opened = await openDatabases(application.place)
    expect(opened.report.databases.map(({ outcome }) => outcome)).toEqual(Array(3).fill('up-to-date'))
  })
})

/** Tries only to look for the lock: the hook keeps this process from being the one that migrates. */
async function lockTimeout(application: Application, waiting: string[]) {
  const error = await refusalOf(
    openDatabases({
      ...application.place,
      lockTimeout: 50,
      onEvent: (event) => {
        if (event.type === 'lock-waiting') waiting.push(`${event.database}: ${event.holder?.command}`)
      },
      hooks: {
        before: () => {
          throw new Error('the other one is to migrate')
        },
      },
    }),
  )
  return error.code === 'LOCK_TIMEOUT' ? error : undefined
}

describe('a start after a process was killed when its run had decided', () => {
  async function interrupted(): Promise<Application> {
    const application = new Application()
    await migrate(application.place)
    for (const name of Object.keys(threeDatabases)) application.write(`${name}/003_more.sql`, table('more'))
    const { signal } = await child.run('die-when-decided', application.place)
    expect(signal).toBe('SIGKILL')
    return application
  }

  it('finishes that run first, says so, and opens the databases', async () => {
    const application = await interrupted()
    await using opened = await openDatabases({
      ...application.place,
      databases: ['settings', 'graph', 'ontology'],
    })
    expect(opened.report.recovered).toMatchObject([{ outcome: 'finished', databases: [{}, {}, {}] }])
    expect(opened.report.databases.map(({ after }) => after)).toEqual(Array(3).fill('003_more'))
    for (const handle of [opened.settings, opened.graph, opened.ontology])
      expect(handle.prepare('SELECT * FROM more').all()).toEqual([])
  })

  it('is refused in the mode check, and writes nothing', async () => {
    const application = await interrupted()
    const before = application.snapshot()
    for (const call of [migrate, openDatabases]) {
      const { code, message } = await refusalOf(call({ ...application.place, mode: 'check' }))
      expect([code, message]).toEqual(['RUN_UNFINISHED', expect.stringMatching(/settings.*was interrupted/)])
    }
    expect(application.snapshot()).toEqual(before)
    expect(application.openFiles()).toEqual([])
    expect((await status(application.place)).map(({ pending }) => pending)).toEqual(
      Array(3).fill(['003_more']),
    )
  })

  it('is not taken for a good one where its journal was edited', async () => {
    const application = await interrupted()
    application.write('data/graph.db.run', '{}')
    const { code } = await refusalOf(openDatabases(application.place))
    expect(code).toBe('RUN_JOURNAL_INVALID')
    expect((await status(application.place)).map(({ problem }) => problem?.code)).toEqual(
      Array(3).fill('RUN_JOURNAL_INVALID'),
    )
    expect(application.openFiles()).toEqual([])
  })

  it('finishes it before it records a baseline', async () => {
    const application = await interrupted()
    const report = await migrate({ ...application.place, mode: 'baseline', baseline: 'latest' })
    expect(report.recovered).toMatchObject([{ outcome: 'finished' }])
    expect(report.databases.map(({ outcome, after }) => [outcome, after])).toEqual(
      Array(3).fill(['looked-at', '003_more']),
    )
  })
})

describe('a directory that may not be written to', () => {
  it('is named, and nothing is left in it', async () => {
    const application = new Application()
    await migrate(application.place)
    application.write('graph/003_more.sql', table('more'))
    const before = application.snapshot()
    for (const path of [application.folder, `${application.folder}/data`]) chmodSync(path, 0o555)
    const { answer } = await child.run('open', application.place, { plainUser: true })
    expect(answer).toMatchObject({ code: 'DATABASE_READ_ONLY', database: 'graph' })
    expect(application.snapshot()).toEqual(before)
  })
})
