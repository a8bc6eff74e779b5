import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MigrateError } from '../migrate-error.ts'
import { patiently, pauseBefore } from './patience.ts'

const waiting = fc.record({
  tries: fc.integer({ min: 1, max: 200 }),
  waitedMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
  limitMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
  chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
})

const busy = () =>
  new MigrateError('DATABASE_BUSY', 'a.users is locked by others', {
    hint: 'Wait for them',
    details: { transient: true },
  })

describe('pauseBefore', () => {
  it('never pauses beyond the limit, nor longer than two seconds', () => {
    fc.assert(
      fc.property(waiting, (state) => {
        const pause = pauseBefore(state)
        if (pause === undefined) expect(state.waitedMs).toBeGreaterThanOrEqual(state.limitMs)
        else {
          expect(pause).toBeGreaterThan(0)
          expect(pause).toBeLessThanOrEqual(2_000)
          expect(state.waitedMs + pause).toBeLessThanOrEqual(state.limitMs + 1e-6)
        }
      }),
    )
  })

  it('grows with every try as long as there is time', () => {
    const pauses = [1, 2, 3, 4, 5, 6].map((tries) =>
      pauseBefore({ tries, waitedMs: 0, limitMs: 60_000, chance: 0 }),
    )
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1000])
  })
})

describe('patiently', () => {
  it('tries again while others are in the way, and returns what came of it', async () => {
    const told: number[] = []
    let tries = 0
    const work = async () => {
      tries += 1
      if (tries < 3) throw busy()
      return 'done'
    }
    const onPause = (_error: MigrateError, pauseMs: number) => told.push(pauseMs)
    expect(await patiently(work, { limitMs: 5_000, onPause })).toBe('done')
    expect(told).toHaveLength(2)
  })

  it('gives up with the last error, which says how often and how long', async () => {
    const work = () => Promise.reject(busy())
    await expect(patiently(work, { limitMs: 120 })).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
      message: expect.stringMatching(/^a\.users is locked by others; tried \d times in 0\.\d s$/),
      details: { transient: true },
    })
  })

  it.each([
    ['the engine waits by itself', busy(), undefined],
    ['the error will not go away', new MigrateError('STATEMENT_FAILED', 'no', { hint: 'x' }), 5_000],
  ])('tries once where %s', async (_name, error, limitMs) => {
    let tries = 0
    const work = async () => {
      tries += 1
      throw error
    }
    await expect(patiently(work, { limitMs })).rejects.toBe(error)
    expect(tries).toBe(1)
  })

  it('pauses no more once somebody asked it to stop', async () => {
    let tries = 0
    const work = async () => {
      tries += 1
      throw busy()
    }
    await expect(patiently(work, { limitMs: 60_000, signal: { aborted: true } })).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
    })
    expect(tries).toBe(1)
  })
})
