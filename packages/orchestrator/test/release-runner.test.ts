import { describe, expect, it, onTestFinished } from 'vitest'
import { type ReleaseEvent, releaseOf } from '../src/index.ts'
import { type Folders, Product, twoReleases } from './product.ts'

const names = ['settings', 'knowledge_graph', 'ontology']

function product(folders: Folders): Product {
  const made = Product.create(folders)
  onTestFinished(() => made.remove())
  return made
}

/** Three databases at their first migration, with two more to apply. */
async function released(change: Folders = {}): Promise<Product> {
  const { first, second } = twoReleases(names)
  const made = product(first)
  await made.up()
  made.write(second)
  made.write(change)
  return made
}

const thrownBy = (running: Promise<unknown>) =>
  running.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('an atomic run over three databases', () => {
  it('takes all of them to their new state, with one run id', async () => {
    const made = await released()
    const report = await made.up()
    expect(report.ok).toBe(true)
    expect(made.standing()).toEqual({
      settings: '003_index',
      knowledge_graph: '003_index',
      ontology: '003_index',
    })
    for (const name of names) {
      const ids = made.rows<{ run_id: string }>(
        name,
        'SELECT run_id FROM schema_migrations WHERE version > 1',
      )
      expect(new Set(ids.map(({ run_id }) => run_id))).toEqual(new Set([report.runId]))
    }
    expect(made.journals()).toEqual([])
  })

  it('leaves all of them as they were when the second one fails', async () => {
    const made = await released({
      knowledge_graph: { '003_index': ['CREATE INDEX wrong ON nothing (tag);', 'DROP INDEX wrong;'] },
    })
    const before = names.map((name) => made.content(name))
    const error = await thrownBy(made.up())
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { migration: '003_index' } })
    expect(names.map((name) => made.content(name))).toEqual(before)
    expect(made.standing()).toEqual({
      settings: '001_notes',
      knowledge_graph: '001_notes',
      ontology: '001_notes',
    })
    expect(releaseOf(error)?.databases.map(({ database, outcome }) => [database, outcome])).toEqual([
      ['settings', 'undone'],
      ['knowledge_graph', 'failed'],
      ['ontology', 'not-started'],
    ])
    expect(made.journals()).toEqual([])
    const failures = "SELECT reason FROM schema_migrations_history WHERE outcome = 'failed'"
    expect(made.rows('knowledge_graph', failures)).toHaveLength(1)
    expect(made.rows('settings', failures)).toEqual([])
  })

  it('finishes with all of them once the mistake is mended', async () => {
    const made = await released({ ontology: { '003_index': ['CREATE INDEX x ON nothing (a);'] } })
    await thrownBy(made.up())
    made.write(twoReleases(names).second)
    expect((await made.up()).databases.map(({ outcome }) => outcome)).toEqual([
      'migrated',
      'migrated',
      'migrated',
    ])
  })

  it('does nothing to databases that are at head, and takes no lock', async () => {
    const made = await released()
    await made.up()
    const events: string[] = []
    const report = await made.up({ onEvent: ({ type }) => events.push(type) })
    expect(report.databases.map(({ outcome }) => outcome)).toEqual(['up-to-date', 'up-to-date', 'up-to-date'])
    expect(events).not.toContain('release-decided')
  })

  it('runs the steps in the order of their dependencies across databases', async () => {
    const made = await released({
      settings: {
        '003_index': ['CREATE INDEX notes_tag ON notes (tag);', '', '-- Depends-On: ontology:003'],
      },
    })
    const steps: string[] = []
    const onEvent = (event: ReleaseEvent) => {
      if (event.type === 'step-started') steps.push(`${event.database}:${event.step.id}`)
    }
    await made.up({ onEvent })
    expect(steps.indexOf('settings:003_index')).toBeGreaterThan(steps.indexOf('ontology:003_index'))
  })

  it('applies each migration once when several run at the same time', async () => {
    const made = await released()
    const runs = await Promise.all([made.up(), made.up(), made.up()])
    const migrated = runs.filter(({ databases }) => databases.some(({ outcome }) => outcome === 'migrated'))
    expect(migrated).toHaveLength(1)
    expect(made.applied('ontology')).toEqual(['001_notes', '002_tags', '003_index'])
  })
})

describe('an independent run', () => {
  it('keeps what was done before a failure, names what was not started, and finishes the rest the next time', async () => {
    const made = await released({ knowledge_graph: { '002_tags': ['CREATE TABLE notes (id);'] } })
    const running = made.runner().run({ direction: 'up', release: 'independent' })
    const error = await thrownBy(running)
    expect(releaseOf(error)?.databases.map(({ database, outcome }) => [database, outcome])).toEqual([
      ['settings', 'migrated'],
      ['knowledge_graph', 'failed'],
      ['ontology', 'not-started'],
    ])
    made.write(twoReleases(names).second)
    await made.runner().run({ direction: 'up', release: 'independent' })
    expect(new Set(Object.values(made.standing()))).toEqual(new Set(['003_index']))
  })

  it('goes back and forth between databases where their migrations need each other', async () => {
    const made = await released({
      settings: {
        '003_index': ['CREATE INDEX notes_tag ON notes (tag);', '', '-- Depends-On: ontology:002'],
      },
      ontology: {
        '003_index': ['CREATE INDEX notes_tag ON notes (tag);', '', '-- Depends-On: settings:003'],
      },
    })
    const steps: string[] = []
    const onEvent = (event: ReleaseEvent) => {
      if (event.type === 'step-started') steps.push(`${event.database}:${event.step.id}`)
    }
    await made.runner({ onEvent }).run({ direction: 'up', release: 'independent' })
    expect(steps.filter((step) => !step.startsWith('knowledge'))).toEqual([
      'settings:002_tags',
      'ontology:002_tags',
      'settings:003_index',
      'ontology:003_index',
    ])
  })

  it('finishes the next time also what had to wait behind a later number', async () => {
    const waits: Folders = {
      settings: {
        '002_tags': ['ALTER TABLE notes ADD COLUMN tag TEXT;', '', '-- Depends-On: ontology:002'],
        '003_index': ['CREATE TABLE early (id);'],
      },
      ontology: {
        '002_tags': ['ALTER TABLE nothing ADD COLUMN tag TEXT;', '', '-- Depends-On: settings:003'],
      },
    }
    const made = await released(waits)
    const error = await thrownBy(made.runner().run({ direction: 'up', release: 'independent' }))
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(made.applied('settings')).toEqual(['001_notes', '003_index'])
    made.write({
      ontology: { '002_tags': ['ALTER TABLE notes ADD COLUMN tag TEXT;', '', '-- Depends-On: settings:003'] },
    })
    await made.runner().run({ direction: 'up', release: 'independent' })
    expect(made.applied('settings')).toEqual(['001_notes', '003_index', '002_tags'])
    expect(made.standing().ontology).toBe('003_index')
  })
})

describe('a request', () => {
  it('that names a database that is not there is refused with the nearest one', async () => {
    const made = await released()
    const running = made.runner().run({ direction: 'up', databases: ['setings'] })
    await expect(running).rejects.toMatchObject({
      code: 'DATABASE_UNKNOWN',
      hint: expect.stringContaining('Did you mean "settings"?'),
    })
  })

  it('is about the databases that it names', async () => {
    const made = await released()
    await made.runner().run({ direction: 'up', databases: ['ontology'] })
    expect(made.standing()).toEqual({
      settings: '001_notes',
      knowledge_graph: '001_notes',
      ontology: '003_index',
    })
  })
})

describe('hooks of an application', () => {
  it('at the end of a run come when all databases are committed', async () => {
    const made = await released()
    const seen: unknown[] = []
    const afterRun = async () => {
      seen.push([made.standing(), made.journals()])
    }
    await made.up({ databases: made.databases(() => ({ hooks: { afterRun } })) })
    const whole = { settings: '003_index', knowledge_graph: '003_index', ontology: '003_index' }
    expect(seen).toEqual([
      [whole, []],
      [whole, []],
      [whole, []],
    ])
  })

  it('that throw before the first step of one database leave all of them as they were', async () => {
    const made = await released()
    const beforeRun = () => {
      throw new Error('not today')
    }
    const databases = made.databases((name) => (name === 'ontology' ? { hooks: { beforeRun } } : {}))
    await expect(made.up({ databases })).rejects.toMatchObject({ code: 'HOOK_FAILED' })
    expect(new Set(Object.values(made.standing()))).toEqual(new Set(['001_notes']))
  })

  it('that throw after a step of one database leave all of them as they were', async () => {
    const made = await released()
    const after = async () => {
      throw new Error('not today')
    }
    const databases = made.databases((name) => (name === 'settings' ? { hooks: { after } } : {}))
    await expect(made.up({ databases })).rejects.toMatchObject({ code: 'HOOK_FAILED' })
    expect(new Set(Object.values(made.standing()))).toEqual(new Set(['001_notes']))
  })
})
