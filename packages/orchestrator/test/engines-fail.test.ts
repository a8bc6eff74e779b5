import type { Driver, RunJournal } from '@whimbrel/core'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { releaseOf } from '../src/index.ts'
import { DatabasePool } from './database-pool.ts'
import type { Engine } from './engine.ts'
import { hasServers } from './has-servers.ts'
import { MixedProduct, twoMixedReleases } from './mixed-product.ts'

const isThere = await hasServers('postgres', 'mysql')
const pool = new DatabasePool()
afterAll(() => pool.end())

const engines = { settings: 'sqlite', accounts: 'postgres', events: 'postgres' } as const
const all = (state: string, names: readonly string[] = Object.keys(engines)) =>
  Object.fromEntries(names.map((name) => [name, state]))

/** Databases at the end of their first release, with the second one pending. */
async function pending(kinds: Readonly<Record<string, Engine>> = engines): Promise<MixedProduct> {
  const { first, second } = twoMixedReleases(Object.keys(kinds))
  const made = await MixedProduct.create(pool, kinds, first)
  onTestFinished(() => made[Symbol.asyncDispose]())
  await made.up()
  made.write(second)
  return made
}

/** Ends the connection of a database that works, or the one that has its lock. */
async function cut(made: MixedProduct, name: string, which: 'working' | 'locking'): Promise<void> {
  const mode = which === 'working' ? 'ShareLock' : 'ExclusiveLock'
  const ended = await made.rows(
    name,
    `SELECT pg_terminate_backend(pid, 5000) AS ended FROM pg_locks WHERE locktype = 'advisory' AND mode = '${mode}'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  expect(ended).toEqual([{ ended: 1 }])
}

/** The same driver, with something between it and its run journal. */
function withJournal(driver: Driver, change: (journal: RunJournal) => Partial<RunJournal>): Driver {
  const journal = driver.runJournal as RunJournal
  return {
    dialect: driver.dialect,
    location: driver.location,
    exists: () => driver.exists(),
    session: (mode) => driver.session(mode),
    lock: (owner, options) => driver.lock(owner, options),
    close: () => driver.close(),
    runJournal: {
      place: () => journal.place(),
      read: () => journal.read(),
      readOther: (other) => journal.readOther(other),
      write: (text, options) => journal.write(text, options),
      remove: (options) => journal.remove(options),
      ...change(journal),
    },
  }
}

describe.runIf(isThere)('one database of a server under two names', () => {
  it.each(['postgres', 'mysql'] as const)('is refused before anything runs: %s', async (engine) => {
    const made = await MixedProduct.create(pool, { a: engine }, twoMixedReleases(['a', 'b']).first)
    onTestFinished(() => made[Symbol.asyncDispose]())
    const url = new URL(made.places.a?.url ?? '')
    url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost'
    const twice = new MixedProduct({ ...made, places: { ...made.places, b: { engine, url: url.href } } })
    await expect(twice.up()).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('a and b are the same database'),
    })
    expect(await made.standing()).toEqual({ a: 'none' })
  })
})

const wrong = { '003_index': ['CREATE INDEX notes_tag ON notes (nothing);'] as const }
const orders: readonly (readonly Engine[])[] = [
  ['sqlite', 'postgres', 'mysql'],
  ['postgres', 'mysql', 'sqlite'],
  ['mysql', 'sqlite', 'postgres'],
]

describe.runIf(isThere).each(orders)('an independent run over %s, %s and %s', (...kinds) => {
  it('keeps what is done when the second one fails, and does not begin the third', async () => {
    const [first, second, third] = kinds
    const made = await pending({ first, second, third } as Record<string, Engine>)
    made.write({ second: wrong })
    const error = await made
      .runner()
      .run({ direction: 'up', release: 'independent' })
      .catch((thrown) => thrown)
    expect(releaseOf(error)?.databases.map(({ outcome }) => outcome)).toEqual([
      'migrated',
      'failed',
      'not-started',
    ])
    expect(await made.standing()).toMatchObject({ first: '003_index', third: '001_notes' })
  })
})

describe.runIf(isThere)('an atomic run over SQLite, PostgreSQL and MariaDB', () => {
  const kinds = { my: 'mysql', settings: 'sqlite', accounts: 'postgres' } as const

  it('takes the one that cannot be undone last, and the plan says so', async () => {
    const made = await pending(kinds)
    const { phases, parts } = await made.runner().plan({ direction: 'up' })
    expect(phases.map(({ release, databases }) => [release, ...databases])).toEqual([
      ['atomic', 'settings', 'accounts'],
      ['independent', 'my'],
    ])
    expect(parts.map(({ reason }) => reason)).toEqual([
      '002_tags cannot be undone: mysql commits at ALTER TABLE',
      undefined,
      undefined,
    ])
    await made.up()
    expect(await made.standing()).toEqual(all('003_index', Object.keys(kinds)))
  })

  it.each(['settings', 'accounts'])('leaves all three as they were when %s fails', async (failing) => {
    const made = await pending(kinds)
    made.write({ [failing]: wrong })
    const error = await made.up().catch((thrown) => thrown)
    const outcomes = Object.fromEntries(
      (releaseOf(error)?.databases ?? []).map(({ database, outcome }) => [database, outcome]),
    )
    // Steps are run database after database: the second one is undone only where it had its turn.
    const other = failing === 'settings' ? { accounts: 'not-started' } : { settings: 'undone' }
    expect(outcomes).toEqual({ my: 'not-started', [failing]: 'failed', ...other })
    expect(await made.standing()).toEqual(all('001_notes', Object.keys(kinds)))
  })

  it('keeps the two that are done when the last one fails', async () => {
    const made = await pending(kinds)
    made.write({ my: wrong })
    await expect(made.up()).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(await made.standing()).toMatchObject({ settings: '003_index', accounts: '003_index' })
  })
})

describe.runIf(isThere)('dependencies across engines', () => {
  const kinds = { settings: 'sqlite', accounts: 'postgres', my: 'mysql' } as const
  const needing = (needs: string, table: string) =>
    [`CREATE TABLE ${table} (id INTEGER);`, `DROP TABLE ${table};`, `-- Depends-On: ${needs}`] as const

  it('are honoured up and down, from SQLite to PostgreSQL and back, and from MySQL to both', async () => {
    const made = await MixedProduct.create(pool, kinds, {
      settings: {
        '001_a': ['CREATE TABLE a (id INTEGER);', 'DROP TABLE a;'],
        '002_b': needing('accounts:001', 'b'),
      },
      accounts: { '001_a': needing('settings:001', 'a'), '002_b': needing('settings:002', 'b') },
      my: { '001_a': needing('settings:002, accounts:002', 'a') },
    })
    onTestFinished(() => made[Symbol.asyncDispose]())
    const steps: string[] = []
    const told = made.runner({
      onEvent: (event) => {
        if (event.type === 'step-started') steps.push(`${event.database}:${event.step.id}`)
      },
    })
    await told.run({ direction: 'up' })
    const order = ['settings:001_a', 'accounts:001_a', 'settings:002_b', 'accounts:002_b', 'my:001_a']
    expect(steps.splice(0)).toEqual(order)
    await expect(told.run({ direction: 'down', database: 'settings' })).rejects.toMatchObject({
      code: 'HAS_DEPENDENTS',
    })
    const back = { direction: 'down', database: 'settings', all: true, cascade: true } as const
    const plan = await told.plan(back)
    expect(plan.phases.map(({ release, databases }) => [release, ...databases])).toEqual([
      ['independent', 'my'],
      ['atomic', 'accounts', 'settings'],
    ])
    await told.run(back)
    expect(steps).toEqual([...order].reverse())
    expect(await made.standing()).toEqual({ settings: 'none', accounts: 'none', my: 'none' })
  })
})

describe.runIf(isThere)('a deferred constraint of PostgreSQL that is not satisfied', () => {
  it('is found before anything is decided, and leaves all databases as they were', async () => {
    const made = await pending()
    made.write({
      accounts: {
        '003_index': [
          'CREATE TABLE children (note INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO children VALUES (7);',
        ],
      },
    })
    const events: string[] = []
    await expect(made.up({ onEvent: ({ type }) => events.push(type) })).rejects.toMatchObject({
      code: 'FOREIGN_KEYS_VIOLATED',
    })
    expect(events).not.toContain('release-decided')
    expect(await made.standing()).toEqual(all('001_notes'))
    expect(await made.journals()).toEqual([])
  })
})

describe.runIf(isThere).each(['working', 'locking'] as const)(
  'the %s connection of PostgreSQL that is cut',
  (which) => {
    const names = ['accounts', 'events'] as const

    it.each(names.flatMap((name) => Object.keys(engines).map((at) => [name, '003_index', at] as const)))(
      'in %s before %s of %s leaves all databases as they were',
      async (name, id, at) => {
        const made = await pending()
        let isCut = false
        const before = async ({ step }: { readonly step: { readonly id: string } }) => {
          // Its own transaction may not have begun: it is open all the same, the hook runs inside of it.
          if (step.id !== id) return
          await cut(made, name, which)
          isCut = true
        }
        const databases = made.databases((each) => (each === at ? { hooks: { before } } : {}))
        await expect(made.up({ databases })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
        expect(isCut).toBe(true)
        expect(await made.standing()).toEqual(all('001_notes'))
        expect(await made.journals()).toEqual([])
        await made.up()
        expect(await made.standing()).toEqual(all('003_index'))
      },
    )

    it.each(names)('in %s when the run decides is made good by the next command', async (name) => {
      const made = await pending()
      const databases = made.databases((each) => {
        const [own] = made.only(each).databases()
        if (each !== 'settings' || own === undefined) return {}
        const driver = withJournal(own.driver, (journal) => ({
          write: async (text, options) => {
            await journal.write(text, options)
            await cut(made, name, which)
          },
        }))
        return { driver }
      })
      await expect(made.up({ databases })).rejects.toMatchObject({
        code: 'DATABASE_UNREACHABLE',
        message: expect.stringContaining('the run is decided, and its other databases are at the new state'),
      })
      expect(await made.standing()).toEqual({ ...all('003_index'), [name]: '001_notes' })
      const [report] = await made.runner().recover()
      expect(report?.outcome).toBe('finished')
      expect(report?.databases.find(({ outcome }) => outcome === 'finished')?.database).toBe(name)
      expect(await made.standing()).toEqual(all('003_index'))
      expect(await made.journals()).toEqual([])
    })
  },
)
