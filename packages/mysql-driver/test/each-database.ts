import type { Driver, Session } from '@whimbrel/core'
import { afterEach, beforeEach } from 'vitest'
import { type MysqlDriverOptions, mysqlDriver } from '../src/index.ts'
import { type TestDatabase, testDatabase } from './test-server.ts'

export interface TestPlace extends TestDatabase {
  /** A driver for the database of the test, closed after it. */
  driver(options?: Partial<MysqlDriverOptions>): Driver
  session(mode?: 'read' | 'write', options?: Partial<MysqlDriverOptions>): Promise<Session>
}

/** A database of its own for each test of a file. */
export function eachTestInItsDatabase(): { current: () => TestPlace } {
  let place: TestPlace | undefined
  const drivers: Driver[] = []
  beforeEach(async () => {
    const database = await testDatabase()
    const driver: TestPlace['driver'] = (options) => {
      const made = mysqlDriver({ url: database.url, ...options })
      drivers.push(made)
      return made
    }
    place = { ...database, driver, session: (mode = 'write', options) => driver(options).session(mode) }
  })
  afterEach(async () => {
    for (const driver of drivers.splice(0)) await driver.close().catch(() => undefined)
    await place?.remove()
  })
  return {
    current() {
      if (place === undefined) throw new Error('There is a database only inside a test')
      return place
    },
  }
}

/** The number of the connection of a session. */
export async function connectionOf(session: Session): Promise<number> {
  const [row] = await session.query<{ id: number }>('SELECT connection_id() AS id')
  return row?.id ?? 0
}
