import { afterEach, beforeEach, describe } from 'vitest'
import { describeDoubt } from './tracker-conformance/doubt-suite.ts'
import { describeHistory } from './tracker-conformance/history-suite.ts'
import { describeRecords } from './tracker-conformance/record-suite.ts'
import type { TrackerFixture, TrackerName } from './tracker-conformance/tracker-fixture.ts'
import { describeTransactions } from './tracker-conformance/transaction-suite.ts'

/**
 * Tests that every version tracker passes, with real sessions. `makeFixture` is called before each test, with the
 * name that the tracker has to use where it has names.
 *
 * describeVersionTracker('sqlVersionTracker', async ({ table }) => { … })
 */
export function describeVersionTracker(
  name: string,
  makeFixture: (name: TrackerName) => Promise<TrackerFixture>,
): void {
  const names = { 'its own name': 'migrations_of_mine', 'an odd name': 'x"; DROP TABLE users; --' }
  for (const [title, table] of Object.entries(names)) {
    describe(`${name} as a version tracker, under ${title}`, () => {
      let current: TrackerFixture | undefined
      beforeEach(async () => {
        current = await makeFixture({ table })
      })
      afterEach(() => current?.remove())
      const fixture = () => {
        if (current === undefined) throw new Error('The fixture is only there inside a test')
        return current
      }
      describeRecords(fixture)
      describeTransactions(fixture)
      describeHistory(fixture)
      describeDoubt(fixture)
    })
  }
}
