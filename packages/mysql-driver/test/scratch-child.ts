import { mysqlDriver } from '../src/index.ts'

/** Opens a scratch database, says its name, and waits for its end. */
const session = await mysqlDriver({ url: process.argv[2] ?? '' }).scratch?.()
const [row] = (await session?.query<{ name: string }>('SELECT database() AS name')) ?? []
process.stdout.write(`${row?.name}\n`)
setTimeout(() => undefined, 600_000)
