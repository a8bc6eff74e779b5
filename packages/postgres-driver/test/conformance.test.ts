import type { Driver } from '@whimbrel/core'
import { describeDriver } from '@whimbrel/testing'
import { postgresDriver } from '../src/index.ts'
import { hasServer, testDatabase } from './test-server.ts'

const postgres = {
  createBirds: 'CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size BIGINT, song BYTEA)',
  parameter: (index: number) => `$${index}`,
  // A server has its databases before anybody migrates them: one that is misspelt must not be made.
  makesDatabases: false,
}

if (await hasServer()) {
  describeDriver(
    'postgresDriver',
    async () => {
      const database = await testDatabase()
      const drivers: Driver[] = []
      return {
        driver() {
          const driver = postgresDriver({ url: database.url })
          drivers.push(driver)
          return driver
        },
        async remove() {
          for (const driver of drivers) await driver.close()
          await database.remove()
        },
      }
    },
    postgres,
  )
}
