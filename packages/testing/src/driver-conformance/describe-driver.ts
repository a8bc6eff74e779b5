import { afterEach, beforeEach, describe } from 'vitest'
import { type DriverFixture, type DriverSql, defaultSql } from './driver-fixture.ts'
import { describeInspector } from './inspector-suite.ts'
import { describeLock } from './lock-suite.ts'
import { describeRoles } from './role-suite.ts'
import { describeSessions } from './session-suite.ts'
import { describeSnapshots } from './snapshots-suite.ts'
import { describeStatements } from './statement-suite.ts'
import { describeTransactions } from './transaction-suite.ts'

/**
 * Tests that every driver passes, on its real engine. `makeFixture` is called before each test.
 *
 * describeDriver('sqliteDriver', async () => { … })
 */
export function describeDriver(
  name: string,
  makeFixture: () => Promise<DriverFixture>,
  sql: Partial<DriverSql> = {},
): void {
  describe(`${name} as a driver`, () => {
    let current: DriverFixture | undefined
    beforeEach(async () => {
      current = await makeFixture()
    })
    afterEach(() => current?.remove())
    const fixture = () => {
      if (current === undefined) throw new Error('The fixture is only there inside a test')
      return current
    }
    const suite = { sql: { ...defaultSql, ...sql }, fixture }
    describeStatements(suite)
    describeTransactions(suite)
    describeSessions(suite)
    describeLock(suite)
    describeInspector(suite)
    describeSnapshots(suite)
    describeRoles(suite)
  })
}
