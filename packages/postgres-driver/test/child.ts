import { postgresDriver } from '../src/index.ts'

/** Takes the lock, changes something in a transaction, says so, runs a statement where one is given, and waits for its end. */
const driver = postgresDriver({ url: process.argv[2] ?? '' })
const owner = { host: 'marsh', pid: process.pid, command: 'child', since: new Date().toISOString() }
await driver.lock(owner, { timeoutMs: 0 })
const session = await driver.session('write')
await session.transaction(async () => {
  await session.execute('CREATE TABLE birds (id integer)')
  process.stdout.write('working\n')
  if (process.argv[3] !== undefined) await session.execute(process.argv[3])
  await new Promise((resolve) => setTimeout(resolve, 600_000))
})
