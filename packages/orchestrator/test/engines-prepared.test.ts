import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { hasOwnPostgres, type OwnPostgres, startOwnPostgres } from '../../../test/own-postgres.ts'
import type { RecoveryReport } from '../src/index.ts'
import { DatabasePool } from './database-pool.ts'
import { atPlace } from './engine.ts'
import { KilledMixed } from './killed-mixed.ts'
import { MixedProduct, twoMixedReleases } from './mixed-product.ts'

const engines = { settings: 'sqlite', accounts: 'postgres', events: 'postgres' } as const
const names = Object.keys(engines)
const all = (state: string) => Object.fromEntries(names.map((name) => [name, state]))

describe.runIf(hasOwnPostgres())('a server that keeps prepared transactions', () => {
  let server: OwnPostgres
  let pool: DatabasePool
  let killed: KilledMixed
  beforeAll(async () => {
    const settings = { max_prepared_transactions: 10 }
    ;[server, killed] = await Promise.all([startOwnPostgres({ settings }), KilledMixed.compile()])
    pool = new DatabasePool({ postgres: server.url })
  })
  afterAll(async () => {
    await killed.remove()
    await server[Symbol.asyncDispose]()
  })

  async function pending(): Promise<MixedProduct> {
    const { first, second } = twoMixedReleases(names)
    const made = await MixedProduct.create(pool, engines, first)
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

  const prepared = () => atPlace({ engine: 'postgres', url: server.url }, 'SELECT gid FROM pg_prepared_xacts')
  const outcomes = ([report]: readonly RecoveryReport[]) => [
    report?.outcome,
    ...(report?.databases.map(({ outcome }) => outcome) ?? []),
  ]

  it('has none when a run is over, kept or undone', async () => {
    const made = await pending()
    made.write({ events: { '004_wrong': ['CREATE TABLE notes (id INTEGER);'] } })
    await expect(made.up()).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(await prepared()).toEqual([])
    made.write({ events: { '004_wrong': ['CREATE TABLE more (id INTEGER);'] } })
    await made.up()
    expect(await prepared()).toEqual([])
    expect(await made.standing()).toEqual({ ...all('003_index'), events: '004_wrong' })
  })

  it('commits what was prepared when the process ends after the decision, and runs no step again', async () => {
    const made = await crashed('decided')
    expect(await prepared()).toHaveLength(2)
    expect(outcomes(await made.runner().recover())).toEqual(['finished', 'finished', 'kept', 'kept'])
    expect(await made.standing()).toEqual(all('003_index'))
    expect([await prepared(), await made.journals()]).toEqual([[], []])
  })

  it('commits it also when the server has crashed meanwhile', async () => {
    const made = await crashed('committed:settings')
    await server.stop('immediate')
    // One that cannot be reached hides no journal; it keeps the run from its end, by name, and changes nothing.
    expect(await made.runner().unfinished()).toMatchObject({ databases: ['settings', 'accounts', 'events'] })
    await expect(made.up()).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringMatching(
        /^The run over settings, accounts, events .* not finished, .*: postgres:.* cannot be reached/,
      ),
    })
    expect(await made.only('settings').standing()).toEqual({ settings: '003_index' })
    await server.start()
    expect(outcomes(await made.runner().recover())).toEqual(['finished', 'kept', 'kept', 'kept'])
    expect(await made.standing()).toEqual(all('003_index'))
  })

  it('undoes what was prepared when the process ended before the decision', async () => {
    const made = await crashed('prepared')
    expect(await prepared()).toHaveLength(2)
    expect(await made.runner().unfinished()).toMatchObject({
      databases: ['accounts', 'events'],
      by: 'postgres',
    })
    const reports = await made.runner().recover()
    expect(reports.map(({ outcome, databases }) => [outcome, databases[0]?.database])).toEqual([
      ['undecided', 'accounts'],
      ['undecided', 'events'],
    ])
    expect(await made.standing()).toEqual(all('001_notes'))
    expect([await prepared(), await made.runner().unfinished()]).toEqual([[], undefined])
    await made.up()
    expect(await made.standing()).toEqual(all('003_index'))
  })

  it('undoes it also for whoever migrates the database alone', async () => {
    const made = await crashed('prepared')
    await made.only('accounts').up()
    expect(await prepared()).toHaveLength(1)
    expect(await made.standing()).toEqual({ ...all('001_notes'), accounts: '003_index' })
    await made.runner().recover()
    expect(await prepared()).toEqual([])
  })

  it('undoes it when an interrupted run is forgotten, and leaves the databases as they are', async () => {
    const made = await crashed('committed:settings')
    await made.runner().forget()
    expect([await prepared(), await made.journals()]).toEqual([[], []])
    expect(await made.standing()).toEqual({ ...all('001_notes'), settings: '003_index' })
  })

  it('prepares nothing that has used temporary tables, and keeps it all the same', async () => {
    const made = await pending()
    made.write({ accounts: { '004_more': ['CREATE TEMPORARY TABLE moved (id INTEGER);'] } })
    await made.up()
    expect(await made.standing()).toEqual({ ...all('003_index'), accounts: '004_more' })
  })

  it('says what to do where it cannot prepare, and leaves all databases as they were', async () => {
    const made = await pending()
    made.write({ accounts: { '004_more': ['NOTIFY birds;'] } })
    await expect(made.up()).rejects.toMatchObject({
      code: 'ATOMIC_IMPOSSIBLE',
      message: expect.stringContaining('cannot be kept or undone together with others'),
      hint: expect.stringContaining('--independent'),
    })
    expect(await made.standing()).toEqual(all('001_notes'))
    expect([await prepared(), await made.journals()]).toEqual([[], []])
    await made.runner().run({ direction: 'up', release: 'independent' })
    expect(await made.standing()).toEqual({ ...all('003_index'), accounts: '004_more' })
  })
})
