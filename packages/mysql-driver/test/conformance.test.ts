import type { Driver } from '@whimbrel/core'
import { describeDriver, temporaryDirectory } from '@whimbrel/testing'
import { mysqlDriver } from '../src/index.ts'
import { hasClientPrograms, hasServer, testDatabase } from './test-server.ts'
import { mysqlWithout } from './without.ts'

const mysql = {
  createBirds:
    'CREATE TABLE birds (id INTEGER PRIMARY KEY, name VARCHAR(190) UNIQUE, size BIGINT, song BLOB)',
  alone: 'ALTER TABLE birds ADD INDEX birds_size (size)',
  without: mysqlWithout,
}

if (await hasServer()) {
  const makesCopies = hasClientPrograms()
  describeDriver(
    'mysqlDriver',
    async () => {
      const database = await testDatabase()
      const files = await temporaryDirectory()
      const drivers: Driver[] = []
      return {
        driver() {
          const driver = mysqlDriver({ url: database.url })
          drivers.push(driver)
          return driver
        },
        ...(makesCopies && { file: (name: string) => files.file(name) }),
        async remove() {
          for (const driver of drivers) await driver.close()
          await database.remove()
          await files.remove()
        },
      }
    },
    mysql,
  )
}
