import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { sqliteDriver } from '../src/index.ts'

// A compiled child finds the engine by NODE_PATH, which only `require` looks at.
const Database: typeof import('better-sqlite3') = createRequire(import.meta.url)('better-sqlite3')

/** What a test asks of another process: `node child.js <task> <path>`; it answers with lines of JSON. */
const tasks: Record<string, (path: string) => Promise<void>> = {
  async 'hold-lock'(path) {
    const owner = {
      host: 'marsh.example',
      pid: process.pid,
      command: 'hold-lock',
      since: new Date().toISOString(),
    }
    const lock = await sqliteDriver({ path }).lock(owner, { timeoutMs: 10_000 })
    answer('held')
    await endOfInput()
    await lock.release()
    answer('released')
  },

  async 'glance-at-owner'(path) {
    const lockFile = new Database(`${path}.lock`)
    lockFile.exec('BEGIN; SELECT * FROM owner')
    answer('held')
    await new Promise((resolve) => setTimeout(resolve, 100))
    lockFile.close()
  },

  async 'hold-transaction'(path) {
    const session = await sqliteDriver({ path }).session('write')
    await session.transaction(async () => {
      answer('held')
      await endOfInput()
    })
    await session.close()
  },

  async 'leave-in-transaction'(path) {
    const session = await sqliteDriver({ path }).session('write')
    await session.execute('PRAGMA cache_size = 1')
    await session.execute('CREATE TABLE kept (x)')
    await session.transaction(async () => {
      await session.execute('CREATE TABLE lost (x)')
      for (let row = 0; row < 2000; row += 1)
        await session.execute('INSERT INTO lost VALUES (hex(randomblob(400)))')
      answer('held')
      await endOfInput()
    })
  },

  async 'read-journals'(path) {
    const { runJournal } = sqliteDriver({ path })
    const told = (reading: Promise<unknown> | undefined) =>
      reading?.catch(({ code, message, hint }) => ({ code, message, hint }))
    answer(await told(runJournal?.read()))
    answer(await told(runJournal?.readOther({ place: `${dirname(path)}/closed/b.db`, from: path })))
  },

  async 'count-birds'(path) {
    const session = await sqliteDriver({ path }).session('read')
    const [row] = await session.query<{ count: number }>('SELECT count(*) AS count FROM birds')
    await session.close()
    answer(row?.count)
  },

  async 'add-many'(path) {
    const session = await sqliteDriver({ path }).session('write')
    try {
      await session.transaction(async () => {
        await session.execute('CREATE TABLE many (x)')
        for (let row = 0; row < 4000; row += 1)
          await session.execute('INSERT INTO many VALUES (zeroblob(1000))')
      })
    } finally {
      answer(await session.query("SELECT name FROM sqlite_schema WHERE name = 'many'"))
      await session.close()
    }
  },

  async 'write-at-once'(path) {
    const session = await sqliteDriver({ path, busyTimeoutMs: 0 }).session('write')
    await session.transaction(async () => answer('written'))
    await session.close()
  },

  async 'take-lock'(path) {
    const owner = {
      host: 'marsh.example',
      pid: process.pid,
      command: 'take-lock',
      since: new Date().toISOString(),
    }
    const lock = await sqliteDriver({ path }).lock(owner, { timeoutMs: 0 })
    await lock.release()
    answer('released')
  },
}

function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

function endOfInput(): Promise<void> {
  return new Promise((resolve) => process.stdin.on('end', resolve).resume())
}

const [, , task = '', path = ''] = process.argv
try {
  await tasks[task]?.(path)
} catch (error) {
  const { code, message, hint } = error as { code?: string; message: string; hint?: string }
  answer({ code, message, hint })
}
process.exit()
