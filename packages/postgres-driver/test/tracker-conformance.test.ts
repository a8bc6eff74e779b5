import { randomBytes } from 'node:crypto'
import { describeVersionTracker } from '@whimbrel/testing'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { afterAll, beforeAll } from 'vitest'
import { postgresDriver, quoteIdentifier } from '../src/index.ts'
import { hasServer, onServer, type TestDatabase, testDatabase } from './test-server.ts'

if (await hasServer()) {
  let database: TestDatabase | undefined
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database?.remove())

  describeVersionTracker('sqlVersionTracker on PostgreSQL', async ({ table }) => {
    // To make a database takes longer than all that is done in it: each test has an empty schema of its own.
    const schema = `it's "${randomBytes(6).toString('hex')}"`
    const url = database?.url ?? ''
    await onServer((client) => client.query(`CREATE SCHEMA ${quoteIdentifier(schema)}`), url)
    const driver = postgresDriver({ url, schema })
    return {
      tracker: sqlVersionTracker({ table, schema, dialect: 'postgres' }),
      session: (mode) => driver.session(mode),
      remove: () => driver.close(),
    }
  })
}
