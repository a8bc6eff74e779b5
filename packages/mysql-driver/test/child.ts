import { mysqlDriver } from '../src/index.ts'

/** Takes the lock, changes something in a transaction, says so, and waits for its end. */
const driver = mysqlDriver({ url: process.argv[2] ?? '' })
const owner = { host: 'marsh', pid: process.pid, command: 'child', since: new Date().toISOString() }
await driver.lock(owner, { timeoutMs: 0 })
const session = await driver.session('write')
await session.transaction(async () => {
  await session.execute('INSERT INTO birds VALUES (1)')
  process.stdout.write('working\n')
  await new Promise((resolve) => setTimeout(resolve, 600_000))
})
