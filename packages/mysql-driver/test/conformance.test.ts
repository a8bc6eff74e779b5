import type { Driver } from '@whimbrel/core'
import { describeDriver } from '@whimbrel/testing'
import { mysqlDriver } from '../src/index.ts'
import { hasServer, testDatabase } from './test-server.ts'

const mysql = {
  createBirds:
    'CREATE TABLE birds (id INTEGER PRIMARY KEY, name VARCHAR(190) UNIQUE, size BIGINT, song BLOB)',
  // A server has its databases before anybody migrates them: one that is misspelt must not be made.
  makesDatabases: false,
}

if (await hasServer()) {
  describeDriver(
    'mysqlDriver',
    async () => {
      const database = await testDatabase()
      const drivers: Driver[] = []
      return {
        driver() {
          const driver = mysqlDriver({ url: database.url })
          drivers.push(driver)
          return driver
        },
        async remove() {
          for (const driver of drivers) await driver.close()
          await database.remove()
        },
      }
    },
    mysql,
  )
}
