import { type Driver, MigrateError, type Session } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const alone = migration(
  'CREATE TABLE a (id INTEGER);\nCREATE TABLE b (id INTEGER);',
  '',
  '-- Transaction: none',
)

/** Calls of methods reach the real thing, which has private parts. */
function changed<T extends object>(real: T, changes: Partial<T>): T {
  return new Proxy(real, {
    get(target, name) {
      if (name in changes) return Reflect.get(changes, name)
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The real driver, whose n-th commit of a run is kept and reported as failed. */
function failingCommit(path: string, failing: number): Driver {
  const driver = sqliteDriver({ path })
  let commits = 0
  const unsure = (session: Session): Session =>
    changed(session, {
      async transaction(work, options) {
        const result = await session.transaction(work, options)
        commits += 1
        if (commits !== failing) return result
        const details = { commit: true }
        throw new MigrateError('DATABASE_IO', 'The disk is on fire', { hint: 'Put it out', details })
      },
    })
  return changed(driver, {
    session: async (mode) =>
      mode === 'read' ? driver.session('read') : unsure(await driver.session('write')),
  })
}

// One transaction makes the tracking tables, one says that the step begins, one runs each statement, one ends it.
describe('an error at a commit that was kept, of a migration outside a transaction', () => {
  it('is done where it was the last one: the records say so', async () => {
    const fixture = new Fixture({ '001_alone': alone })
    const report = await fixture.up({ driver: failingCommit(fixture.path, 5) })
    expect(report).toMatchObject({ outcome: 'migrated', steps: [{ outcome: 'applied' }] })
    expect(await fixture.applied()).toEqual(['001_alone'])
  })

  it.each([2, 3, 4])('is said to leave it in doubt where the records do: commit %i', async (commit) => {
    const fixture = new Fixture({ '001_alone': alone })
    const { error } = await failure(fixture.up({ driver: failingCommit(fixture.path, commit) }))
    expect(error.message).toMatch(/The disk is on fire.*001_alone is in doubt now$/s)
    expect(fixture.rows('SELECT state FROM schema_migrations')).toEqual([{ state: 'in-doubt' }])
    const next = await failure(fixture.up())
    expect(next.error.code).toBe('IN_DOUBT')
  })
})
