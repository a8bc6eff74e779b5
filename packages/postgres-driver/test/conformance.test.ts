import type { Driver } from '@whimbrel/core'
import { describeDriver, temporaryDirectory } from '@whimbrel/testing'
import { postgresDriver } from '../src/index.ts'
import { hasClientPrograms, hasServer, testDatabase } from './test-server.ts'
import { postgresWithout } from './without.ts'

const postgres = {
  createBirds: 'CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size BIGINT, song BYTEA)',
  parameter: (index: number) => `$${index}`,
  alone: 'CREATE INDEX CONCURRENTLY birds_size ON birds (size)',
  without: postgresWithout,
}

if (await hasServer()) {
  const makesCopies = hasClientPrograms()
  describeDriver(
    'postgresDriver',
    async () => {
      const database = await testDatabase()
      const files = await temporaryDirectory()
      const drivers: Driver[] = []
      return {
        driver() {
          const driver = postgresDriver({ url: database.url })
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
    postgres,
  )
}
