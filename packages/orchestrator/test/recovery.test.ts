import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { RecoveryReport } from '../src/index.ts'
import { KilledReleases } from './killed-release.ts'
import { type Folders, Product, twoReleases } from './product.ts'

const names = ['settings', 'knowledge_graph', 'ontology']
const modes = ['WAL', 'DELETE'] as const
const oldState = { settings: '001_notes', knowledge_graph: '001_notes', ontology: '001_notes' }
const newState = { settings: '003_index', knowledge_graph: '003_index', ontology: '003_index' }

let killed: KilledReleases
beforeAll(async () => {
  killed = await KilledReleases.compile()
})
afterAll(() => killed.remove())

interface Crash {
  readonly mode?: (typeof modes)[number]
  readonly change?: Folders
}

/** Three databases whose second release was killed at a moment. */
async function crashed(moment: string, { mode = 'WAL', change = {} }: Crash = {}): Promise<Product> {
  const { first, second } = twoReleases(names)
  const made = Product.create(first, { journal_mode: mode })
  onTestFinished(() => made.remove())
  await made.up()
  made.write(second)
  made.write(change)
  expect(await killed.run(made, moment, mode)).toBe('SIGKILL')
  return made
}

const outcomes = ([report]: readonly RecoveryReport[]) => [
  report?.outcome,
  ...(report?.databases.map(({ outcome }) => outcome) ?? []),
]

// Databases are locked and committed in the order of their paths.
describe.each(modes)('an atomic run in journal mode %s that is killed', (mode) => {
  it.each([
    ['before it has decided, in the first database', 'step:knowledge_graph:002_tags'],
    ['before it has decided, in the last database', 'step:ontology:003_index'],
  ])('%s leaves all databases as they were', async (_, moment) => {
    const made = await crashed(moment, { mode })
    expect(made.standing()).toEqual(oldState)
    expect(made.journals()).toEqual([])
    await made.runner().recover()
    expect(made.standing()).toEqual(oldState)
  })

  it.each([
    ['when it has decided and committed nothing', 'decided', ['finished', 'finished', 'finished']],
    ['after the first commit', 'committed:knowledge_graph', ['kept', 'finished', 'finished']],
    ['after the second commit', 'committed:ontology', ['kept', 'kept', 'finished']],
  ])('%s is finished by the next command', async (_, moment, each) => {
    const made = await crashed(moment, { mode })
    const reports = await made.runner().recover()
    expect(outcomes(reports)).toEqual(['finished', ...each])
    expect(made.standing()).toEqual(newState)
    expect(made.journals()).toEqual([])
    const [run] = made.rows<{ run_id: string }>(
      'settings',
      'SELECT run_id FROM schema_migrations WHERE version = 3',
    )
    expect(run?.run_id).toBe(reports[0]?.runId)
  })
})

describe('the next run', () => {
  it('finishes what was interrupted first, and says so', async () => {
    const made = await crashed('committed:knowledge_graph')
    expect(await made.runner().unfinished()).toMatchObject({
      databases: ['knowledge_graph', 'ontology', 'settings'],
    })
    const report = await made.up()
    expect(outcomes(report.recovered)).toEqual(['finished', 'kept', 'finished', 'finished'])
    expect(report.databases.map(({ outcome }) => outcome)).toEqual(['up-to-date', 'up-to-date', 'up-to-date'])
    expect(made.standing()).toEqual(newState)
  })

  it('finishes it also where only one of the databases is asked for', async () => {
    const made = await crashed('committed:knowledge_graph')
    await made.runner().run({ direction: 'up', databases: ['ontology'] })
    expect(made.standing()).toEqual(newState)
  })

  it('is one of several that start at once: one of them finishes it', async () => {
    const made = await crashed('committed:knowledge_graph')
    const reports = await Promise.all([made.up(), made.up(), made.up()])
    expect(reports.flatMap(({ recovered }) => recovered)).toHaveLength(1)
    expect(made.standing()).toEqual(newState)
  })

  it('finishes first what is interrupted while it waits for the locks', async () => {
    const { first, second } = twoReleases(names)
    const made = Product.create(first)
    onTestFinished(() => made.remove())
    await made.up()
    made.write(second)
    // The safeguard is asked after the look for interrupted runs and before the locks.
    let killing: Promise<unknown> | undefined
    const ahead = async () => {
      killing ??= killed.run(made, 'committed:knowledge_graph', 'WAL')
      await killing
    }
    const report = await made.up({
      databases: made.databases(() => ({ safeguard: { ahead, before: async () => ({}) } })),
    })
    expect(outcomes(report.recovered)).toEqual(['finished', 'kept', 'finished', 'finished'])
    expect(report.databases.map(({ outcome }) => outcome)).toEqual(['up-to-date', 'up-to-date', 'up-to-date'])
    expect(made.standing()).toEqual(newState)
    expect(made.journals()).toEqual([])
  })

  it('of a single database by a runner of its own is refused until that has happened', async () => {
    const made = await crashed('committed:knowledge_graph')
    const [{ name: _, ...settings } = { name: '' }] = made.databases()
    const { MigrationRunner } = await import('@whimbrel/core')
    const { driver, tracker, source } = settings as ReturnType<Product['databases']>[number]
    await expect(new MigrationRunner({ driver, tracker, source }).up()).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      hint: expect.stringContaining('whimbrel recover'),
    })
  })
})

describe('where going forward is impossible', () => {
  it('what was committed is taken back, with the reason: a migration was edited since', async () => {
    const made = await crashed('committed:knowledge_graph')
    made.write({ ontology: { '002_tags': ['ALTER TABLE notes ADD COLUMN other TEXT;'] } })
    const reports = await made.runner().recover()
    expect(outcomes(reports)).toEqual(['taken-back', 'taken-back', 'untouched', 'untouched'])
    expect(reports[0]?.reason).toBe('ontology cannot go forward: 002_tags was edited since')
    expect(made.standing()).toEqual(oldState)
    expect(made.journals()).toEqual([])
  })

  it('also where a step fails now that had worked', async () => {
    const made = await crashed('committed:knowledge_graph')
    made.exec('settings', 'ALTER TABLE notes ADD COLUMN tag TEXT')
    const reports = await made.runner().recover()
    expect(outcomes(reports)).toEqual(['taken-back', 'taken-back', 'untouched', 'untouched'])
    expect(reports[0]?.reason).toContain('settings cannot go forward: ')
    expect(made.standing()).toEqual(oldState)
  })

  it('and taking back is impossible, too, everything stays as it is and both reasons are named', async () => {
    const made = await crashed('committed:knowledge_graph', {
      change: { knowledge_graph: { '003_index': ['CREATE INDEX notes_tag ON notes (tag);'] } },
    })
    made.write({ ontology: { '002_tags': ['ALTER TABLE notes ADD COLUMN other TEXT;'] } })
    const before = names.map((name) => made.content(name))
    await expect(made.runner().recover()).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      message: expect.stringMatching(
        /ontology cannot go forward: 002_tags was edited since; knowledge_graph cannot .*003_index cannot be rolled back/,
      ),
    })
    expect(names.map((name) => made.content(name))).toEqual(before)
    expect(await made.runner().forget()).toBe(3)
    expect(await made.runner().recover()).toEqual([])
  })
})

describe('recovery', () => {
  it('runs only what is missing where somebody has applied some of it by hand', async () => {
    const made = await crashed('committed:knowledge_graph')
    const [settings] = made.databases()
    if (settings === undefined) throw new Error('there is a first database')
    const { MigrationRunner } = await import('@whimbrel/core')
    const { driver, tracker, source } = settings
    await new MigrationRunner({ driver, tracker, source, unfinishedRuns: 'leave' }).up({ steps: 1 })
    expect(outcomes(await made.runner().recover())).toEqual(['finished', 'kept', 'finished', 'finished'])
    expect(made.applied('settings')).toEqual(['001_notes', '002_tags', '003_index'])
  })

  it('brings a database that was restored from an older copy to the new state of the others', async () => {
    const { first, second } = twoReleases(names)
    const whole = Product.create(first, { journal_mode: 'DELETE' })
    onTestFinished(() => whole.remove())
    await whole.up()
    copyFileSync(whole.path('settings'), `${whole.path('settings')}.copy`)
    const tags: Folders = Object.fromEntries(
      names.map((name) => [name, { '002_tags': second[name]?.['002_tags'] ?? [''] }]),
    )
    whole.write(tags)
    await whole.up()
    whole.write(second)
    expect(await killed.run(whole, 'committed:knowledge_graph', 'DELETE')).toBe('SIGKILL')
    renameSync(`${whole.path('settings')}.copy`, whole.path('settings'))
    const [report] = await whole.runner().recover()
    expect(report?.outcome).toBe('finished')
    expect(report?.databases.find(({ database }) => database === 'settings')?.note).toBe(
      'It was older than when the run began, restored from a backup perhaps; 002_tags had to be applied again, too',
    )
    expect(whole.standing()).toEqual(newState)
  })

  it('does not take a missing file for a database without the run', async () => {
    const made = await crashed('committed:knowledge_graph')
    for (const suffix of ['', '-wal', '-shm']) rmSync(made.path('settings') + suffix, { force: true })
    await expect(made.runner().recover()).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      message: expect.stringContaining('the file of settings (settings.db) is missing'),
    })
  })

  it.each([
    ['cut off', (text: string) => text.slice(0, -40), 'is damaged or cut off'],
    ['edited', (text: string) => text.replace('"forward"', '"back"'), 'was edited'],
    [
      'of another version',
      (text: string) => text.replace('"whimbrelRun": 1', '"whimbrelRun": 2'),
      'another version',
    ],
    ['empty', () => '', 'is damaged or cut off'],
  ])('refuses a journal that was %s, and touches nothing', async (_, change, message) => {
    const made = await crashed('committed:knowledge_graph')
    writeFileSync(`${made.path('knowledge_graph')}.run`, change(made.journal('knowledge_graph')))
    const before = names.map((name) => made.content(name))
    await expect(made.runner().recover()).rejects.toMatchObject({
      code: 'RUN_JOURNAL_INVALID',
      message: expect.stringContaining(message),
    })
    expect(names.map((name) => made.content(name))).toEqual(before)
  })

  it('finds the decision from any of the databases, also by another manifest that knows only one of them', async () => {
    const made = await crashed('committed:knowledge_graph')
    const other = new Product(made.folder, ['ontology'])
    const [report] = await other.runner().recover()
    expect(report?.databases.map(({ outcome }) => outcome)).toEqual(['unknown', 'finished', 'unknown'])
    expect(made.standing()).toEqual({ ...oldState, knowledge_graph: '003_index', ontology: '003_index' })
    expect(await other.runner().recover()).toEqual([])
    expect(outcomes(await made.runner().recover())).toEqual(['finished', 'kept', 'kept', 'finished'])
    expect(made.standing()).toEqual(newState)
  })

  it('finds the databases again when all of them were moved together', async () => {
    const made = await crashed('committed:knowledge_graph')
    const folder = `${made.folder}-moved`
    renameSync(made.folder, folder)
    const moved = new Product(folder, names)
    onTestFinished(() => moved.remove())
    expect(outcomes(await moved.runner().recover())).toEqual(['finished', 'kept', 'finished', 'finished'])
    expect(moved.standing()).toEqual(newState)
  })
})
