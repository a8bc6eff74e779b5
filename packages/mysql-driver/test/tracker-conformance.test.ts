import { describeVersionTracker } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { mysqlDriver } from '../src/index.ts'
import { hasServer, testDatabase } from './test-server.ts'

if (await hasServer()) {
  describeVersionTracker('sqlVersionTracker on MariaDB and MySQL', async ({ table }) => {
    const database = await testDatabase()
    const driver = mysqlDriver({ url: database.url })
    return {
      tracker: sqlVersionTracker({ table, dialect: 'mysql' }),
      session: (mode) => driver.session(mode),
      async remove() {
        await driver.close()
        await database.remove()
      },
    }
  })
}
