import { renameSync } from 'node:fs'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RecoveryReport, ReleaseDatabase, ReleaseEvent } from '../src/index.ts'
import { committed, interrupt } from './interrupted-release.ts'
import { type Folders, Product, twoReleases } from './product.ts'

const oldState = { a: '001_notes', b: '001_notes' }
const newState = { a: '003_index', b: '003_index' }

async function pending(names: readonly string[] = ['a', 'b'], change: Folders = {}): Promise<Product> {
  const { first, second } = twoReleases(names)
  const made = Product.create(first)
  onTestFinished(() => made.remove())
  await made.up()
  made.write(second)
  made.write(change)
  return made
}

const outcomes = ([report]: readonly RecoveryReport[]) => [
  report?.outcome,
  ...(report?.databases.map(({ outcome }) => outcome) ?? []),
]

describe('a database in memory', () => {
  const withMemory = (product: Product): readonly ReleaseDatabase[] =>
    product.databases((name) => (name === 'memory' ? { driver: sqliteDriver({ path: ':memory:' }) } : {}))

  it('is kept or undone with the others, and no part of what has to be finished when its process has ended', async () => {
    const made = await pending(['a', 'memory', 'b'])
    await interrupt(made, { at: committed('a'), options: { databases: withMemory(made) } })
    const reports = await made.runner({ databases: withMemory(made) }).recover()
    expect(outcomes(reports)).toEqual(['finished', 'kept', 'finished'])
    expect(made.journals()).toEqual([])
  })

  it('needs no decision together with a single file', async () => {
    const made = await pending(['a', 'memory'])
    await interrupt(made, {
      at: ({ type }) => type === 'release-decided',
      options: { databases: withMemory(made) },
    })
    expect(made.journals()).toEqual([])
  })
})

describe('an interrupted run that is finished in other circumstances', () => {
  it('gets the migrations of its own environment', async () => {
    const [up = '', down = ''] = twoReleases(['b']).second.b?.['002_tags'] ?? []
    const made = await pending(['a', 'b'], { b: { '002_tags': [up, down, '-- Environments: production'] } })
    await interrupt(made, { at: committed('a'), options: { environment: 'production' } })
    expect(outcomes(await made.runner({ environment: 'test' }).recover())).toEqual([
      'finished',
      'kept',
      'finished',
    ])
    expect(made.standing()).toEqual(newState)
  })

  it('is found by the names of the files where they were moved, and the manifest calls them by other names', async () => {
    const made = await pending()
    await interrupt(made, { at: committed('a') })
    renameSync(made.folder, `${made.folder}-moved`)
    const moved = new Product(`${made.folder}-moved`, ['a', 'b'])
    onTestFinished(() => moved.remove())
    const databases = moved.databases().map((each) => ({ ...each, name: `new_${each.name}` }))
    expect(outcomes(await moved.runner({ databases }).recover())).toEqual(['finished', 'kept', 'finished'])
    expect(moved.standing()).toEqual(newState)
  })

  it('is finished as far as the databases are known, and what is left is named with the way out', async () => {
    const made = await pending()
    await interrupt(made, { at: committed('a') })
    const alone = new Product(made.folder, ['a'])
    alone.write({ a: { '004_more': ['CREATE TABLE more (id);'] } })
    await expect(alone.up()).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      message: expect.stringContaining(`without b (${made.path('b')}), which is not in this manifest`),
      hint: expect.stringContaining('recover --forget'),
      details: { elsewhere: ['b'] },
    })
    expect(await alone.runner().unfinished()).toMatchObject({ databases: ['a', 'b'], elsewhere: ['b'] })
    expect(await alone.runner().forget()).toBe(1)
    await alone.up()
    // The other manifest finds its own journal, and in the records of `a` that the run had been decided.
    expect(outcomes(await made.runner().recover())).toEqual(['finished', 'kept', 'finished'])
    expect(made.standing()).toEqual({ a: '004_more', b: '003_index' })
  })

  it('is refused beside a database that is none of its own', async () => {
    const made = await pending()
    await interrupt(made, { at: committed('a') })
    const other = Product.create({ c: {} })
    onTestFinished(() => other.remove())
    await other.up()
    other.journalBeside('c', made.journal('a'))
    await expect(other.runner().recover()).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      message: expect.stringContaining(`a (${made.path('a')}), b (${made.path('b')})`),
      hint: expect.stringContaining('recover --forget'),
    })
  })

  it('is not taken back because a hook fails there: that says nothing of the migrations', async () => {
    const made = await pending()
    await interrupt(made, { at: committed('a') })
    const beforeRun = () => {
      throw new Error('no network')
    }
    const databases = made.databases(() => ({ hooks: { beforeRun } }))
    await expect(made.runner({ databases }).recover()).rejects.toMatchObject({ code: 'HOOK_FAILED' })
    expect(made.standing()).toEqual({ a: '003_index', b: '001_notes' })
    expect(outcomes(await made.runner().recover())).toEqual(['finished', 'kept', 'finished'])
  })

  it('calls hooks again for what it runs, and not for what had been committed', async () => {
    const made = await pending()
    await interrupt(made, { at: committed('a') })
    const calls: string[] = []
    const databases = made.databases((name) => ({
      hooks: {
        beforeRun: () => void calls.push(`${name} beforeRun`),
        before: ({ step }) => void calls.push(`${name} before ${step.id}`),
        after: ({ step }) => void calls.push(`${name} after ${step.id}`),
        afterRun: () => void calls.push(`${name} afterRun`),
      },
    }))
    await made.runner({ databases }).recover()
    expect(calls).toEqual([
      'b beforeRun',
      'b before 002_tags',
      'b after 002_tags',
      'b before 003_index',
      'b after 003_index',
      'b afterRun',
    ])
  })
})

describe('an interrupted rollback over several databases', () => {
  /** Both indexes go; that of `a` depends on that of `b`, whose down was edited where `edited` says so. */
  async function rollingBack({ edited = false } = {}): Promise<Product> {
    const [up = '', down = ''] = twoReleases(['a']).second.a?.['003_index'] ?? []
    const made = await pending(['a', 'b'], { a: { '003_index': [up, down, '-- Depends-On: b:003_index'] } })
    await made.up()
    if (edited) made.write({ b: { '003_index': [up, 'DROP INDEX IF EXISTS notes_tag;'] } })
    const request = { direction: 'down', database: 'b', cascade: true, acceptChangedDown: edited } as const
    await interrupt(made, { at: committed('a'), request })
    expect(made.standing()).toEqual({ a: '002_tags', b: '003_index' })
    return made
  }

  it.each([false, true])('is finished, with the down that somebody wanted: edited %s', async (edited) => {
    const made = await rollingBack({ edited })
    expect(outcomes(await made.runner().recover())).toEqual(['finished', 'kept', 'finished'])
    expect(made.standing()).toEqual({ a: '002_tags', b: '002_tags' })
  })

  it('is taken back where the down was edited since: what was rolled back is applied again', async () => {
    const made = await rollingBack()
    const [up = ''] = twoReleases(['b']).second.b?.['003_index'] ?? []
    made.write({ b: { '003_index': [up, 'DROP INDEX IF EXISTS notes_tag;'] } })
    const reports = await made.runner().recover()
    expect(outcomes(reports)).toEqual(['taken-back', 'taken-back', 'untouched'])
    expect(reports[0]?.reason).toBe('b cannot go forward: the down of 003_index was edited since')
    expect(made.standing()).toEqual(newState)
  })

  it('is taken back where the down fails now', async () => {
    const made = await rollingBack()
    made.exec('b', 'DROP INDEX notes_tag')
    expect(outcomes(await made.runner().recover())).toEqual(['taken-back', 'taken-back', 'untouched'])
    expect(made.standing()).toEqual(newState)
  })
})

describe('two interrupted runs at once', () => {
  it('of which one is stuck, the other one is finished', async () => {
    const made = await pending(['a', 'b', 'c', 'd'], {
      a: { '003_index': ['CREATE INDEX notes_tag ON notes (tag);'] },
    })
    const [one, two] = [new Product(made.folder, ['a', 'b']), new Product(made.folder, ['c', 'd'])]
    await interrupt(one, { at: committed('a') })
    await interrupt(two, { at: committed('c') })
    made.write({ b: { '002_tags': ['ALTER TABLE notes ADD COLUMN other TEXT;'] } })
    const told: string[] = []
    const onEvent = (event: ReleaseEvent) =>
      void (event.type === 'recovery-finished' && told.push(event.report.outcome))
    await expect(made.runner({ onEvent }).recover()).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      message: expect.stringContaining('over a, b'),
    })
    expect(told).toEqual(['finished'])
    expect(made.standing()).toEqual({ a: '003_index', b: '001_notes', c: '003_index', d: '003_index' })
    expect(made.journals()).toEqual(['a.db.run', 'b.db.run'])
  })

  it('are both finished, and neither hides the other', async () => {
    const made = await pending(['a', 'b', 'c', 'd'])
    const [one, two] = [new Product(made.folder, ['a', 'b']), new Product(made.folder, ['c', 'd'])]
    await interrupt(one, { at: committed('a') })
    await interrupt(two, { at: committed('c') })
    const reports = await made.runner().recover()
    expect(reports.map((report) => outcomes([report]))).toEqual([
      ['finished', 'kept', 'finished'],
      ['finished', 'kept', 'finished'],
    ])
    expect(made.journals()).toEqual([])
  })
})

it('what is undecided leaves the databases as they were', async () => {
  const made = await pending()
  await interrupt(made, { at: ({ type }) => type === 'release-decided' })
  renameSync(`${made.path('a')}.run`, `${made.path('a')}.run.tmp`)
  expect(outcomes(await made.runner().recover())).toEqual(['undecided', 'untouched', 'untouched'])
  expect(made.standing()).toEqual(oldState)
  expect(made.journals()).toEqual([])
})
