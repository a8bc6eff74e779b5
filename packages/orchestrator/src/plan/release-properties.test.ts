import { type Migration, type MigrationState, plan, withOwnDependencies } from '@whimbrel/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocking, migration, record, stepsOf } from '../../test/release-fixture.ts'
import { releases } from '../../test/release-graphs.ts'
import type { KnownDatabase } from './known-database.ts'
import { planRelease } from './plan-release.ts'
import type { ReleasePlan, ReleaseStep } from './release-plan.ts'

const independent = { direction: 'up', release: 'independent' } as const
const atomic = { direction: 'up', release: 'atomic' } as const
const runs = { numRuns: 300 }

const stateOf = ({ state }: KnownDatabase) => state as MigrationState
const inOrder = ({ phases }: ReleasePlan): readonly ReleaseStep[] => phases.flatMap(({ steps }) => steps)

/** Everything that a step comes too early for. */
function tooEarly(planned: ReleasePlan): readonly string[] {
  const done = new Set<string>()
  return inOrder(planned).flatMap(({ database, step }) => {
    const needs = step.migration.dependsOn.map(
      ({ database: other = database, target }) => `${other}:${target}_m`,
    )
    const early = needs.filter((need) => !done.has(need))
    done.add(`${database}:${step.id}`)
    return early
  })
}

/** The databases after a number of steps of a plan. */
function after(databases: readonly KnownDatabase[], done: readonly ReleaseStep[]): readonly KnownDatabase[] {
  return databases.map((database) => {
    const steps = done.filter(({ database: name }) => name === database.name)
    const applied = steps.map(({ step }, index) => record(step.migration, index + 1))
    return { ...database, state: { ...stateOf(database), applied } }
  })
}

describe('the order of any release', () => {
  it('has every step once, after all it depends on', () => {
    fc.assert(
      fc.property(releases(), (databases) => {
        const planned = planRelease(databases, independent)
        expect(blocking(planned)).toEqual([])
        expect(new Set(stepsOf(planned)).size).toBe(15)
        expect(tooEarly(planned)).toEqual([])
        for (const { database, plan: own } of planned.parts) {
          const steps = inOrder(planned).filter((each) => each.database === database)
          expect(own.steps).toEqual(steps.map(({ step }) => step))
        }
      }),
      runs,
    )
  })

  it('has what nothing undoes behind everything that does not need it', () => {
    fc.assert(
      fc.property(releases(), fc.nat(2), (databases, index) => {
        const known = databases.map((each, at) =>
          at === index ? { ...each, transactionalDdl: false } : each,
        )
        const planned = planRelease(known, atomic)
        if (blocking(planned).length > 0) return
        const steps = inOrder(planned)
        const isLast = ({ database }: ReleaseStep) => database === databases[index]?.name
        const behind = steps.findLastIndex((each) => !isLast(each))
        // What comes before the last of the others is needed by one of them, or comes before what is.
        const early = steps.slice(0, behind).filter(isLast).at(-1)
        if (early === undefined) return
        const others = steps.filter((each) => !isLast(each))
        const needed = others.flatMap(({ step }) =>
          step.migration.dependsOn.filter(({ database }) => database === early.database),
        )
        expect(needed.length).toBeGreaterThan(0)
      }),
      runs,
    )
  })

  it('is that of the own plans where nothing depends on another database', () => {
    fc.assert(
      fc.property(releases({ across: false }), (databases) => {
        const own = databases.flatMap(({ name, state }) => {
          const available = withOwnDependencies((state as MigrationState).available, name)
          const { steps } = plan({ available, applied: [] }, { direction: 'up' })
          return steps.map(({ id }) => `${name}:${id}`)
        })
        expect(stepsOf(planRelease(databases, independent))).toEqual(own)
        expect(stepsOf(planRelease(databases, atomic))).toEqual(own)
      }),
      runs,
    )
  })

  it('does not depend on the order of files, nor on that of a Depends-On line', () => {
    const backwards = (each: Migration) => ({ ...each, dependsOn: [...each.dependsOn].reverse() })
    fc.assert(
      fc.property(releases(), (databases) => {
        const other = databases.map((database) => {
          const available = stateOf(database).available.map(backwards).reverse()
          return { ...database, state: { ...stateOf(database), available } }
        })
        expect(stepsOf(planRelease(other, independent))).toEqual(stepsOf(planRelease(databases, independent)))
      }),
      runs,
    )
  })

  it('goes on where a run stopped, with the same rest', () => {
    fc.assert(
      fc.property(releases(), fc.nat(15), (databases, count) => {
        const planned = planRelease(databases, independent)
        const rest = planRelease(after(databases, inOrder(planned).slice(0, count)), independent)
        expect(blocking(rest)).toEqual([])
        expect(stepsOf(rest)).toEqual(stepsOf(planned).slice(count))
      }),
      runs,
    )
  })

  it('has one atomic phase at most, and nothing too early around it, unless it says that this cannot be', () => {
    const odd = (database: KnownDatabase, version: string): KnownDatabase => {
      const available = stateOf(database).available.map((each) =>
        each.version === version ? { ...migration(each.id), ...each, transactional: false } : each,
      )
      return { ...database, state: { ...stateOf(database), available } }
    }
    fc.assert(
      fc.property(releases(), fc.nat(2), (databases, at) => {
        const given = databases.map((database, index) => (index === at ? odd(database, '3') : database))
        const planned = planRelease(given, atomic)
        expect(tooEarly(planned)).toEqual([])
        expect(new Set(stepsOf(planned)).size).toBe(15)
        const impossible = planned.findings.some(({ code }) => code === 'ATOMIC_IMPOSSIBLE')
        expect(planned.phases.filter(({ release }) => release === 'atomic')).toHaveLength(impossible ? 0 : 1)
        for (const { database, plan: own } of planned.parts) {
          const steps = inOrder(planned).filter((each) => each.database === database)
          expect(steps.map(({ step }) => step)).toEqual(own.steps)
        }
      }),
      runs,
    )
  })
})
