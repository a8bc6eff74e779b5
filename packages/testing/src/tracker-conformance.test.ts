import { memoryVersionTracker, type Session } from '@whimbrel/core'
import { describeVersionTracker } from './tracker-conformance.ts'

describeVersionTracker('memoryVersionTracker', async () => {
  const tracker = memoryVersionTracker()
  return { tracker, session: async () => tracker.follow(sessionWithoutDatabase()), remove: async () => {} }
})

/** The tracker in memory asks its session for transactions only. */
function sessionWithoutDatabase(): Session {
  const noDatabase = async () => {
    throw new Error('There is no database in this test')
  }
  return {
    capabilities: { transactionalDdl: true, savepoints: true },
    execute: noDatabase,
    query: noDatabase,
    changes: async () => 0,
    transaction: (work) => work(),
    close: async () => {},
  }
}
