import { postgresDriver } from '@whimbrel/postgres-driver'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { RecoveryReport } from '../src/index.ts'
import { DatabasePool } from './database-pool.ts'
import type { Engine } from './engine.ts'
import { hasServers } from './has-servers.ts'
import { KilledMixed } from './killed-mixed.ts'
import { MixedProduct, twoMixedReleases } from './mixed-product.ts'

const engines = { accounts: 'postgres', settings: 'sqlite', events: 'postgres' } as const
const names = Object.keys(engines)
const oldState = { accounts: '001_notes', settings: '001_notes', events: '001_notes' }
const newState = { accounts: '003_index', settings: '003_index', events: '003_index' }
// Databases are locked and committed in the order of their places: files first, then servers.
const inOrder = ['settings', 'accounts', 'events']

const isThere = await hasServers('postgres')
const pool = new DatabasePool()
let killed: KilledMixed
beforeAll(async () => {
  killed = await KilledMixed.compile()
})
afterAll(() => killed.remove())
afterAll(() => pool.end())

async function pending(kinds: Readonly<Record<string, Engine>> = engines): Promise<MixedProduct> {
  const { first, second } = twoMixedReleases(Object.keys(kinds))
  const made = await MixedProduct.create(pool, kinds, first)
  onTestFinished(() => made[Symbol.asyncDispose]())
  await made.up()
  made.write(second)
  return made
}

async function crashed(moment: string): Promise<MixedProduct> {
  const made = await pending()
  expect(await killed.run(made, moment)).toBe('SIGKILL')
  return made
}

const outcomes = ([report]: readonly RecoveryReport[]) => [
  report?.outcome,
  ...(report?.databases.map(({ outcome }) => outcome) ?? []),
]

describe.runIf(isThere)('an atomic run over SQLite and two databases of PostgreSQL', () => {
  it('keeps all of them, and no journal is left', async () => {
    const made = await pending()
    const plan = await made.runner().plan({ direction: 'up' })
    expect(plan.phases.map(({ release, databases }) => [release, databases])).toEqual([['atomic', names]])
    await made.up()
    expect(await made.standing()).toEqual(newState)
    expect(await made.journals()).toEqual([])
  })

  it.each(inOrder)('leaves all as they were when %s fails', async (failing) => {
    const made = await pending()
    made.write({ [failing]: { '003_index': ['CREATE INDEX notes_tag ON notes (nothing);'] } })
    await expect(made.up()).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(await made.standing()).toEqual(oldState)
    expect(await made.journals()).toEqual([])
    const history = await made.rows(
      failing,
      "SELECT id FROM schema_migrations_history WHERE outcome = 'failed'",
    )
    expect(history).toEqual([{ id: '003_index' }])
  })

  it.each([
    ['before it has decided', 'step:events:003_index', oldState, [undefined]],
    [
      'when it has decided and committed nothing',
      'decided',
      newState,
      ['finished', 'finished', 'finished', 'finished'],
    ],
    ['after the first commit', 'committed:settings', newState, ['finished', 'kept', 'finished', 'finished']],
    ['after the second commit', 'committed:accounts', newState, ['finished', 'kept', 'kept', 'finished']],
  ])('killed %s is brought to its end by the next command', async (_, moment, state, each) => {
    const made = await crashed(moment)
    expect(outcomes(await made.runner().recover())).toEqual(each)
    expect(await made.standing()).toEqual(state)
    expect(await made.journals()).toEqual([])
  })

  it('is recovered by a manifest of the database that has the decision, as far as that goes', async () => {
    const made = await crashed('committed:settings')
    const report = await made.only('settings', 'events').runner().recover()
    expect(outcomes(report)).toEqual(['finished', 'kept', 'unknown', 'finished'])
    expect(await made.journals()).toEqual(['accounts', 'settings'])
    expect(outcomes(await made.runner().recover())).toEqual(['finished', 'kept', 'finished', 'kept'])
    expect(await made.standing()).toEqual(newState)
  })

  it('is left to those who can see the decision, with its database named', async () => {
    const made = await crashed('committed:settings')
    await expect(made.only('events').up()).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      message: expect.stringContaining('cannot be finished without settings (/'),
      hint: expect.stringContaining('a manifest that names settings, too'),
    })
    made.write({ settings: { '004_more': ['CREATE TABLE more (id INTEGER);'] } })
    await expect(made.only('settings').up()).rejects.toMatchObject({
      message: expect.stringMatching(
        /without accounts \(postgres, .*\), events \(postgres, .*\), which are not in/,
      ),
    })
    expect(await made.standing()).toEqual({ ...oldState, settings: '003_index' })
    await made.up()
    expect(await made.standing()).toEqual({ ...newState, settings: '004_more' })
  })

  it('is finished without the database that has the decision where another one tells that there was one', async () => {
    const made = await crashed('committed:accounts')
    const report = await made.only('accounts', 'events').runner().recover()
    expect(outcomes(report)).toEqual(['finished', 'unknown', 'kept', 'finished'])
    expect(await made.standing()).toEqual(newState)
  })
})

describe.runIf(isThere)('a recovery whose statement the server stops', () => {
  it('takes nothing back, and the next one finishes the run', async () => {
    const made = await pending()
    made.write({ accounts: { '003_index': ['SELECT pg_sleep(0.5);'] } })
    expect(await killed.run(made, 'committed:settings')).toBe('SIGKILL')
    const url = made.places.accounts?.url ?? ''
    const databases = made.databases((name) =>
      name === 'accounts' ? { driver: postgresDriver({ url, statementTimeoutMs: 250 }) } : {},
    )
    await expect(made.runner({ databases }).recover()).rejects.toMatchObject({
      code: 'STATEMENT_FAILED',
      message: expect.stringContaining('could not be finished now'),
    })
    expect(await made.standing()).toEqual({ ...oldState, settings: '003_index' })
    await made.runner().recover()
    expect(await made.standing()).toEqual(newState)
  })
})

describe.runIf(isThere)('two databases of PostgreSQL alone', () => {
  it('see the decision beside the other one on the same server', async () => {
    const made = await pending({ accounts: 'postgres', events: 'postgres' })
    expect(await killed.run(made, 'decided')).toBe('SIGKILL')
    const [report] = await made.only('events').runner().recover()
    expect(report?.databases.map(({ database, outcome }) => [database, outcome])).toEqual([
      ['accounts', 'unknown'],
      ['events', 'finished'],
    ])
    await made.up()
    expect(await made.standing()).toEqual({ accounts: '003_index', events: '003_index' })
    expect(await made.journals()).toEqual([])
  })
})
