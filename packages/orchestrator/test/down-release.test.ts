import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ReleaseEvent, releaseOf } from '../src/index.ts'
import { type Folders, Product } from './product.ts'

const folders: Folders = {
  settings: {
    '001_a': ['CREATE TABLE a (id);', 'DROP TABLE a;'],
    '002_b': ['CREATE TABLE b (id);', 'DROP TABLE b;', '-- Depends-On: ontology:002'],
  },
  ontology: {
    '001_a': ['CREATE TABLE a (id);', 'DROP TABLE a;'],
    '002_b': ['CREATE TABLE b (id);', 'DROP TABLE b;'],
  },
}

async function migrated(change: Folders = {}): Promise<Product> {
  const made = Product.create(folders)
  onTestFinished(() => made.remove())
  made.write(change)
  await made.up()
  return made
}

const thrownBy = (running: Promise<unknown>) =>
  running.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('rolling back what another database depends on', () => {
  it('is refused with the name of the dependent, and changes nothing', async () => {
    const made = await migrated()
    const running = made.runner().run({ direction: 'down', database: 'ontology' })
    await expect(running).rejects.toMatchObject({
      code: 'HAS_DEPENDENTS',
      message: expect.stringContaining('settings:002_b depends on it'),
    })
    expect(made.standing()).toEqual({ settings: '002_b', ontology: '002_b' })
  })

  it('takes the dependents back first with cascade, as one run', async () => {
    const made = await migrated()
    const steps: string[] = []
    const onEvent = (event: ReleaseEvent) => {
      if (event.type === 'step-started') steps.push(`${event.database}:${event.step.id}`)
    }
    const report = await made
      .runner({ onEvent })
      .run({ direction: 'down', database: 'ontology', cascade: true })
    expect(steps).toEqual(['settings:002_b', 'ontology:002_b'])
    expect(report.databases.map(({ database, outcome, release }) => [database, outcome, release])).toEqual([
      ['settings', 'rolled-back', 'atomic'],
      ['ontology', 'rolled-back', 'atomic'],
    ])
    expect(made.standing()).toEqual({ settings: '001_a', ontology: '001_a' })
  })

  it('leaves both as they were when one of the downs fails', async () => {
    const made = await migrated({ ontology: { '002_b': ['CREATE TABLE b (id);', 'DROP TABLE nothing;'] } })
    const error = await thrownBy(
      made.runner().run({ direction: 'down', database: 'ontology', cascade: true }),
    )
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(releaseOf(error)?.databases.map(({ outcome }) => outcome)).toEqual(['undone', 'failed'])
    expect(made.standing()).toEqual({ settings: '002_b', ontology: '002_b' })
  })

  it('does not read files that it is not about', async () => {
    const made = await migrated()
    writeFileSync(join(made.folder, 'settings', '001_a.sql'), 'no marker at all')
    await made.runner().run({ direction: 'down', database: 'ontology', cascade: true })
    expect(made.standing()).toEqual({ settings: '001_a', ontology: '001_a' })
  })

  it('of one database alone touches no other', async () => {
    const made = await migrated()
    await made.runner().run({ direction: 'down', database: 'settings', all: true })
    expect(made.standing()).toEqual({ settings: 'none', ontology: '002_b' })
  })

  it('is refused where the database that may have a dependent cannot be read, and goes on where none can be', async () => {
    const made = await migrated()
    writeFileSync(
      made.path('settings'),
      'this is no database, and long enough to be looked at as one'.repeat(20),
    )
    const refused = made.runner().run({ direction: 'down', database: 'ontology' })
    await expect(refused).rejects.toMatchObject({
      code: 'HAS_DEPENDENTS',
      message: expect.stringMatching(
        /^settings could not be looked at \(.+\): settings:002_b depends on what/,
      ),
    })
    made.write({ settings: { '002_b': ['CREATE TABLE b (id);', 'DROP TABLE b;'] } })
    await made.runner().run({ direction: 'down', database: 'ontology' })
    expect(made.applied('ontology')).toEqual(['001_a'])
  })
})
