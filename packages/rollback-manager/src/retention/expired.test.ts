import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expired, type Retained } from './expired.ts'
import type { RetentionPolicy } from './retention-policy.ts'

const DAY = 86_400_000
const start = Date.parse('2026-01-01T00:00:00.000Z')
const at = (ms: number) => new Date(start + ms).toISOString()

/** Entry n was made on day n. */
const daily = (count: number) =>
  Array.from({ length: count }, (_, day) => ({ day, recordedAt: at(day * DAY), bytes: 10 }))

const daysOf = (entries: readonly { readonly day: number }[]) => entries.map(({ day }) => day)

describe('expired', () => {
  it('removes exactly the five oldest of 35 by recorded time where 30 are kept', () => {
    const shuffled = [...daily(35)].sort((a, b) => ((a.day * 7) % 35) - ((b.day * 7) % 35))
    expect(daysOf(expired(shuffled, { keep: 30 }))).toEqual([0, 1, 2, 3, 4])
  })

  it('keeps a protected one among them', () => {
    const entries = daily(35).map((entry) => ({ ...entry, protected: entry.day === 2 }))
    expect(daysOf(expired(entries, { keep: 30 }))).toEqual([0, 1, 3, 4])
  })

  it('removes what is too old, but never the newest', () => {
    const now = new Date(start + 100 * DAY)
    expect(daysOf(expired(daily(4), { keep: 30, maxAgeMs: 98 * DAY }, now))).toEqual([0, 1])
    expect(daysOf(expired(daily(4), { keep: 30, maxAgeMs: 1 }, now))).toEqual([0, 1, 2])
  })

  it('removes what goes beyond the room there is, oldest first, but never the newest', () => {
    expect(daysOf(expired(daily(5), { keep: 30, maxBytes: 25 }))).toEqual([0, 1, 2])
    expect(daysOf(expired(daily(5), { keep: 30, maxBytes: 5 }))).toEqual([0, 1, 2, 3])
  })

  it('takes the last given for the newest of one moment', () => {
    const twins = daily(3).map((entry) => ({ ...entry, recordedAt: at(0) }))
    expect(daysOf(expired(twins, { keep: 1 }))).toEqual([0, 1])
  })

  it('counts an entry from the future as new', () => {
    expect(daysOf(expired(daily(3), { keep: 30, maxAgeMs: DAY }, new Date(start)))).toEqual([])
  })

  const nonsense: readonly RetentionPolicy[] = [
    { keep: 0 },
    { keep: -3 },
    { keep: 1.5 },
    { keep: Number.NaN },
    { keep: Number.POSITIVE_INFINITY },
    { keep: 1e9 },
    { keep: '30' as unknown as number },
    { keep: 30, maxAgeMs: 0 },
    { keep: 30, maxBytes: -1 },
    { keep: 30, maxBytes: Number.NaN },
  ]

  it.each(nonsense)('refuses a policy that makes no sense, naming the value: %o', (policy) => {
    expect(() => expired([], policy)).toThrow(expect.objectContaining({ code: 'USAGE' }))
    const [name, value] = Object.entries(policy).at(-1) as [string, unknown]
    expect(() => expired([], policy)).toThrow(`${name} = ${value}`)
  })

  it('refuses a time that is none', () => {
    expect(() => expired([{ recordedAt: 'yesterday', bytes: 1 }], { keep: 1 })).toThrow('"yesterday"')
  })
})

describe('expired, of any entries under any policy,', () => {
  const entry = fc.record({
    recordedAt: fc.integer({ min: 0, max: 50 }).map((day) => at(day * DAY)),
    bytes: fc.nat(1000),
    protected: fc.boolean(),
  })
  const entries = fc.array(entry, { maxLength: 40 })
  const policy: fc.Arbitrary<RetentionPolicy> = fc.record(
    {
      keep: fc.integer({ min: 1, max: 45 }),
      maxAgeMs: fc.integer({ min: 1, max: 60 * DAY }),
      maxBytes: fc.integer({ min: 1, max: 20_000 }),
    },
    { requiredKeys: ['keep'] },
  )
  const now = new Date(start + 50 * DAY)
  const holds = (check: (given: readonly Retained[], policy: RetentionPolicy) => void) =>
    fc.assert(fc.property(entries, policy, check))

  it('leaves the newest and everything protected', () => {
    holds((given, rules) => {
      const gone = new Set(expired(given, rules, now))
      const left = given.filter((each) => !gone.has(each))
      const newest = (some: readonly Retained[]) =>
        some
          .map(({ recordedAt }) => recordedAt)
          .sort()
          .at(-1)
      expect(newest(left)).toBe(newest(given))
      expect([...gone].some((each) => each.protected === true)).toBe(false)
    })
  })

  it('removes nothing that is newer than something unprotected that it leaves', () => {
    holds((given, rules) => {
      const gone = expired(given, rules, now)
      const left = given.filter((each) => !gone.includes(each) && each.protected !== true)
      const oldest = left.map(({ recordedAt }) => recordedAt).sort()[0] ?? at(1000 * DAY)
      for (const { recordedAt } of gone) expect(recordedAt <= oldest).toBe(true)
    })
  })

  it('leaves no more than the policy says, but for the newest and what is protected', () => {
    holds((given, rules) => {
      const gone = expired(given, rules, now)
      const free = given.filter((each) => !gone.includes(each) && each.protected !== true)
      expect(free.length).toBeLessThanOrEqual(rules.keep)
    })
  })

  it('finds nothing more when it is asked again', () => {
    holds((given, rules) => {
      const gone = expired(given, rules, now)
      const left = given.filter((each) => !gone.includes(each))
      expect(expired(left, rules, now)).toEqual([])
    })
  })

  it('does not depend on the order in which different moments are given', () => {
    holds((given, rules) => {
      const unlike = given.filter(
        (each, index) => given.findIndex(({ recordedAt }) => recordedAt === each.recordedAt) === index,
      )
      expect(expired([...unlike].reverse(), rules, now)).toEqual(expired(unlike, rules, now))
    })
  })
})
