import type { HistoryEntry } from '@whimbrel/core'
import { exampleAttempt, exampleMigration } from '@whimbrel/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { run, type TrackedDatabase, trackedDatabase } from './tracked-database.ts'

type State = 'applied' | 'up in doubt' | 'down in doubt'
/** What is current, by id. */
type Model = ReadonlyMap<string, State>

const migrations = ['001_a', '2_b', '0010_c', '999999999999999999_d'].map((id) => exampleMigration(id))
const steps = ['up', 'down', 'fail', 'begin up', 'begin down', 'mark applied', 'mark pending'] as const
type Step = (typeof steps)[number]

/** What a step makes of the state of its migration; `refused` where it makes no sense. */
function expected(step: Step, state: State | undefined): State | undefined | 'refused' {
  if (step === 'fail') return state
  if (step === 'up') return state === undefined || state === 'up in doubt' ? 'applied' : 'refused'
  if (step === 'begin up') return state === undefined || state === 'up in doubt' ? 'up in doubt' : 'refused'
  if (state === undefined) return 'refused'
  if (step === 'down') return undefined
  if (step === 'begin down') return 'down in doubt'
  if (state === 'applied') return 'refused'
  return step === 'mark applied' ? 'applied' : undefined
}

async function take(database: TrackedDatabase, step: Step, at: number): Promise<void> {
  const migration = migrations[at] ?? exampleMigration('001_a')
  const { tracker, session, up, down, begin } = database
  const settle = (as: 'applied' | 'pending') => tracker.settle(session, migration.id, { as, run })
  const fail = () => tracker.fail(session, exampleAttempt(migration), { durationMs: 1, reason: 'no' })
  const actions: Record<Step, () => Promise<void>> = {
    up: () => up(migration),
    down: () => down(migration),
    fail,
    'begin up': () => begin(migration, 'up'),
    'begin down': () => begin(migration, 'down'),
    'mark applied': () => settle('applied'),
    'mark pending': () => settle('pending'),
  }
  await actions[step]()
}

/** The current state as the history alone tells it, oldest entry first. */
function fold(history: readonly HistoryEntry[]): Model {
  const states = new Map<string, State>()
  for (const { id, action, outcome } of history) {
    if (outcome === 'applied') states.set(id, 'applied')
    if (outcome === 'reverted') states.delete(id)
    if (outcome === 'started') states.set(id, action === 'down' ? 'down in doubt' : 'up in doubt')
  }
  return states
}

async function current({ tracker, session }: TrackedDatabase): Promise<Model> {
  const records = await tracker.applied(session)
  const states = records.map(({ id, state, direction }): [string, State] => {
    if (state === 'applied') return [id, 'applied']
    return [id, direction === 'up' ? 'up in doubt' : 'down in doubt']
  })
  return new Map(states)
}

it('is at any time what its history says, whatever happened', async () => {
  const anything = fc.array(fc.tuple(fc.constantFrom(...steps), fc.nat(migrations.length - 1)), {
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(anything, async (sequence) => {
      await using database = await trackedDatabase()
      const { tracker, session } = database
      await tracker.prepare(session)
      const model = new Map<string, State>()
      for (const [step, at] of sequence) {
        const id = migrations[at]?.id ?? ''
        const entries = (await tracker.history(session)).length
        const next = expected(step, model.get(id))
        const taken = await take(database, step, at).then(
          () => true,
          () => false,
        )
        expect(taken).toBe(next !== 'refused')
        expect(await tracker.history(session)).toHaveLength(entries + Number(taken))
        if (next === undefined) model.delete(id)
        else if (next !== 'refused') model.set(id, next)
        expect(await current(database)).toEqual(model)
      }
      expect(fold((await tracker.history(session)).toReversed())).toEqual(model)
      const sequences = (await tracker.applied(session)).map((record) => record.sequence)
      expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b))
    }),
    { numRuns: 10 },
  )
})
