import type { Driver } from '@whimbrel/core'
import { describeDriver, temporaryDatabase } from '@whimbrel/testing'
import { sqliteDriver } from '../src/index.ts'
import { sqliteWithout } from './without.ts'

const makeFixture = async () => {
  const place = await temporaryDatabase()
  const drivers: Driver[] = []
  return {
    driver() {
      const driver = sqliteDriver({ path: place.database, busyTimeoutMs: 200 })
      drivers.push(driver)
      return driver
    },
    file: (name: string) => place.file(name),
    async remove() {
      for (const driver of drivers) await driver.close()
      await place.remove()
    },
  }
}

describeDriver('sqliteDriver on a file', makeFixture, { without: sqliteWithout })
