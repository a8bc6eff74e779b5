import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { describeVersionTracker, temporaryDatabase } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'

describeVersionTracker('sqlVersionTracker on SQLite', async ({ table }) => {
  const place = await temporaryDatabase()
  const driver = sqliteDriver({ path: place.database })
  return {
    tracker: sqlVersionTracker({ table }),
    session: (mode) => driver.session(mode),
    remove: async () => {
      await driver.close()
      await place.remove()
    },
  }
})
