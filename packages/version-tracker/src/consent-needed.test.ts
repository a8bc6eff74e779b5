import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consentNeeded } from './consent-needed.ts'
import { nextStamp, type Stamp, type StampedUse, type Use } from './stamp.ts'

const here = '/srv/app.db (inode 1)'
const elsewhere = '/home/ada/app.db (inode 2)'

function stamp(change: Partial<Stamp> = {}): Stamp {
  return {
    instanceId: 'one',
    environment: 'production',
    protected: true,
    place: here,
    stampedAt: '2026-11-20T10:11:12.345Z',
    by: 'ada@example',
    ...change,
  }
}

const production: Use = { environment: 'production', protected: true }
const development: Use = { environment: 'development', protected: false }
const nowhere: Use = { protected: false }

describe('consent', () => {
  it.each([
    ['the manifest protects', production, undefined],
    ['the database protects itself', { environment: 'production', protected: false }, stamp()],
  ])('is needed for what can lose data where %s, and for nothing else', (_, use, found) => {
    const question = { use, stamp: found, place: here }
    expect(consentNeeded({ ...question, risky: true })).toMatchObject({
      kind: 'protected',
      environment: 'production',
    })
    expect(consentNeeded({ ...question, risky: false })).toBeUndefined()
  })

  it.each([
    ['another environment', development, 'development'],
    ['another protected environment', { environment: 'staging', protected: true }, 'staging'],
    ['no environment', nowhere, null],
  ])('is needed for every change of a protected database in %s', (_, use, used) => {
    for (const risky of [true, false]) {
      expect(consentNeeded({ use, stamp: stamp(), place: here, risky })).toEqual({
        kind: 'other-environment',
        stamped: 'production',
        used,
        copied: false,
      })
    }
  })

  it('is needed for a copy of a protected database in another environment once', () => {
    const copy = { use: development, stamp: stamp(), place: elsewhere, risky: false }
    expect(consentNeeded(copy)).toMatchObject({ kind: 'other-environment', copied: true })
    const next = nextStamp(stamp(), { use: development, place: elsewhere, newId: () => 'two' })
    expect(next).toEqual({
      instanceId: 'two',
      environment: 'development',
      protected: false,
      place: elsewhere,
    })
    const settled = stamp(next)
    for (const risky of [true, false])
      expect(consentNeeded({ ...copy, stamp: settled, risky })).toBeUndefined()
  })

  it('is never needed where neither manifest nor database protects', () => {
    for (const found of [undefined, stamp({ protected: false })]) {
      for (const use of [development, nowhere]) {
        expect(consentNeeded({ use, stamp: found, place: elsewhere, risky: true })).toBeUndefined()
      }
    }
  })
})

describe('a stamp', () => {
  const newId = () => 'two'

  it('is made where there is none', () => {
    expect(nextStamp(undefined, { use: production, place: here, newId })).toEqual({
      instanceId: 'two',
      environment: 'production',
      protected: true,
      place: here,
    })
  })

  it('stays as it is while it is true', () => {
    expect(nextStamp(stamp(), { use: production, place: here, newId })).toBeUndefined()
    const free = stamp({ environment: 'development', protected: false })
    expect(nextStamp(free, { use: nowhere, place: here, newId })).toBeUndefined()
    expect(nextStamp(free, { use: development, place: undefined, newId })).toBeUndefined()
  })

  it('keeps protection and environment when the original is used as something else', () => {
    for (const use of [development, nowhere, { environment: 'production', protected: false }]) {
      expect(nextStamp(stamp(), { use, place: here, newId })).toBeUndefined()
    }
  })

  it('takes over an environment that protects as well', () => {
    const renamed = { environment: 'live', protected: true }
    expect(nextStamp(stamp(), { use: renamed, place: here, newId })).toMatchObject({
      instanceId: 'one',
      environment: 'live',
      protected: true,
    })
    const free = stamp({ environment: null, protected: false })
    expect(nextStamp(free, { use: production, place: here, newId })).toMatchObject(production)
  })

  it('keeps the protection of a database that was moved inside its environment', () => {
    const use = { environment: 'production', protected: false }
    expect(nextStamp(stamp(), { use, place: elsewhere, newId })).toEqual({
      instanceId: 'two',
      environment: 'production',
      protected: true,
      place: elsewhere,
    })
  })

  const environments = fc.option(fc.constantFrom('production', 'staging', 'development'), { nil: null })
  const places = fc.option(fc.constantFrom(here, elsewhere), { nil: null })
  const stamps: fc.Arbitrary<StampedUse> = fc.record({
    instanceId: fc.constant('one'),
    environment: environments,
    protected: fc.boolean(),
    place: places,
  })
  const uses = fc
    .tuple(environments, fc.boolean())
    .map(
      ([environment, isProtected]): Use =>
        environment === null ? { protected: false } : { environment, protected: isProtected },
    )

  it('is true after it was written, and loses protection only as a copy that somebody agreed to', () => {
    fc.assert(
      fc.property(stamps, uses, places, (before, use, found) => {
        const place = found ?? undefined
        const next = nextStamp(before, { use, place, newId })
        const after = next ?? before
        expect(nextStamp(after, { use, place, newId })).toBeUndefined()
        if (use.protected) expect(after).toMatchObject({ protected: true, environment: use.environment })
        if (before.protected && !after.protected) {
          expect(after.instanceId).toBe('two')
          const question = { stamp: stamp(before), use, place, risky: false }
          expect(consentNeeded(question)).toMatchObject({ kind: 'other-environment', copied: true })
        }
      }),
      { numRuns: 500 },
    )
  })
})
