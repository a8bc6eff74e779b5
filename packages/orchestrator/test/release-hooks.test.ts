import type { Hooks } from '@whimbrel/core'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import type { ReleaseEvent } from '../src/index.ts'
import { Product, twoReleases } from './product.ts'

const names = ['settings', 'ontology']
const old = { settings: '001_notes', ontology: '001_notes' }
const fresh = { settings: '003_index', ontology: '003_index' }

/** Two databases at their first migration, with two more to apply. */
async function released(): Promise<Product> {
  const { first, second } = twoReleases(names)
  const made = Product.create(first)
  onTestFinished(() => made.remove())
  await made.up()
  made.write(second)
  return made
}

/** Runs all that is pending, with hooks for each database. */
function upWith(made: Product, hooksOf: (name: string) => Hooks, hookTimeoutMs?: number) {
  const onEvent = ({ type }: ReleaseEvent) => void (type.startsWith('release') && log.push(type))
  const databases = made.databases((name) => ({ hooks: hooksOf(name), hookTimeoutMs }))
  return made.up({ databases, onEvent })
}

let log: string[] = []
afterEach(() => {
  log = []
})

describe('hooks in an atomic run', () => {
  it('of every run come first and last, and those of the steps before the decision', async () => {
    const made = await released()
    const note = (name: string, text: string) => async () => void log.push(`${text} ${name}`)
    await upWith(made, (name) => ({
      beforeRun: note(name, 'beforeRun'),
      after: note(name, 'after'),
      afterRun: note(name, 'afterRun'),
    }))
    const decided = log.indexOf('release-decided')
    const places = (text: string) => log.flatMap((entry, at) => (entry.startsWith(`${text} `) ? [at] : []))
    expect(log.indexOf('release-started')).toBe(0)
    expect(places('beforeRun')).toEqual([1, 2])
    expect(places('after')).toHaveLength(4)
    expect(Math.max(...places('after'))).toBeLessThan(decided)
    expect(Math.min(...places('afterRun'))).toBeGreaterThan(decided)
    expect(places('afterRun')).toHaveLength(2)
    expect(made.standing()).toEqual(fresh)
  })

  it.each(['beforeRun', 'before', 'after'] as const)(
    'leave all databases as they were when the %s hook of one throws',
    async (hook) => {
      const made = await released()
      const contents = names.map((name) => made.content(name))
      const throwing: Hooks = { [hook]: () => Promise.reject(new Error('not today')) }
      const running = upWith(made, (name) => (name === 'ontology' ? throwing : {}))
      await expect(running).rejects.toMatchObject({ code: 'HOOK_FAILED', details: { hook } })
      expect(names.map((name) => made.content(name))).toEqual(contents)
      expect(made.standing()).toEqual(old)
      expect(made.journals()).toEqual([])
    },
  )

  it('leave all databases as they were when one hangs', async () => {
    const made = await released()
    const hanging: Hooks = { after: () => new Promise(() => {}) }
    const running = upWith(made, (name) => (name === 'ontology' ? hanging : {}), 5)
    await expect(running).rejects.toMatchObject({ code: 'HOOK_FAILED', details: { timeoutMs: 5 } })
    expect(made.standing()).toEqual(old)
  })

  it('cannot write through a session that they have kept, once all is decided', async () => {
    const made = await released()
    let late: Promise<unknown> = Promise.resolve()
    await upWith(made, (name) => ({
      after({ session }) {
        if (name !== 'ontology') return
        late = new Promise((resolve) => setImmediate(resolve)).then(() => session.execute('DROP TABLE notes'))
        late.catch(() => {})
      },
    }))
    await expect(late).rejects.toMatchObject({ code: 'USAGE' })
    expect(made.standing()).toEqual(fresh)
  })

  it('take nothing back when one fails after the commit: the report tells of it', async () => {
    const made = await released()
    const report = await upWith(made, () => ({ afterRun: () => Promise.reject(new Error('slack is down')) }))
    expect(report.ok).toBe(true)
    for (const database of report.databases)
      expect(database.report?.findings).toMatchObject([{ code: 'HOOK_FAILED' }])
    expect(made.standing()).toEqual(fresh)
  })
})

describe('a listener of an atomic run', () => {
  it.each(['throws', 'rejects'])('changes nothing when it %s at every event', async (how) => {
    const made = await released()
    const onEvent = ({ type }: ReleaseEvent) => {
      log.push(type)
      if (how === 'throws') throw new Error('the pipe is closed')
      return Promise.reject(new Error('the pipe is closed'))
    }
    const report = await made.up({ onEvent })
    expect(report.ok).toBe(true)
    expect(log).toContain('release-decided')
    for (const database of report.databases)
      expect(database.report?.findings).toMatchObject([{ code: 'LISTENER_FAILED' }])
    expect(made.standing()).toEqual(fresh)
    expect(made.journals()).toEqual([])
  })
})
