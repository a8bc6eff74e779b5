import { createHash } from 'node:crypto'
import { chmod, copyFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { type TemporaryDatabase, temporaryDatabase } from '@whimbrel/testing'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sqliteDriver } from '../src/index.ts'
import { compileChild } from './child-process.ts'

let children: Awaited<ReturnType<typeof compileChild>>
let place: TemporaryDatabase
beforeAll(async () => {
  children = await compileChild()
})
afterAll(() => children.remove())
beforeEach(async () => {
  place = await temporaryDatabase()
})
afterEach(() => place.remove())

const birds = (journalMode: string) => {
  const handle = new Database(place.database)
  handle.pragma(`journal_mode = ${journalMode}`)
  handle.exec('CREATE TABLE birds (name); INSERT INTO birds VALUES (1), (2)')
  return handle
}

/** Every file with a hash of its bytes and the time of its last change. */
async function files(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of (await readdir(place.path)).sort()) {
    // The index of the WAL may be rebuilt by whoever reads: it holds nothing of its own.
    if (name.endsWith('-shm')) found[name] = 'there'
    else {
      const bytes = await readFile(place.file(name))
      const { mtimeMs } = await stat(place.file(name))
      found[name] = `${createHash('sha256').update(bytes).digest('hex')} ${mtimeMs}`
    }
  }
  return found
}

async function countBirds(): Promise<unknown> {
  const driver = sqliteDriver({ path: place.database })
  const session = await driver.session('read')
  const [row] = await session.query<{ count: number }>('SELECT count(*) AS count FROM birds')
  await session.inspector?.verify()
  await session.close()
  return row?.count
}

async function countAsPlainUser(): Promise<unknown> {
  const child = children.start('count-birds', place.database, { plainUser: true })
  const answer = await child.next()
  await child.end()
  return answer
}

/** A copy of the files as they are while somebody writes: what a crash leaves. */
async function crash(handle: Database.Database, suffixes: readonly string[]): Promise<void> {
  for (const suffix of suffixes) await copyFile(place.database + suffix, `${place.database}.crash${suffix}`)
  handle.close()
  for (const suffix of suffixes) {
    await copyFile(`${place.database}.crash${suffix}`, place.database + suffix)
    await rm(`${place.database}.crash${suffix}`)
  }
}

describe.each(['WAL', 'DELETE', 'TRUNCATE', 'PERSIST'])(
  'a database with the journal mode %s',
  (journalMode) => {
    it('is read without a trace when nobody has it open', async () => {
      birds(journalMode).close()
      const before = await files()
      expect(await countBirds()).toBe(2)
      expect(await files()).toEqual(before)
    })

    it('is read without a trace while another connection has it open', async () => {
      const handle = birds(journalMode)
      const before = await files()
      expect(await countBirds()).toBe(2)
      expect(await files()).toEqual(before)
      handle.exec('INSERT INTO birds VALUES (3)')
      expect(await countBirds()).toBe(3)
      handle.close()
    })

    it('is read without a trace in the middle of a transaction', async () => {
      const handle = birds(journalMode)
      handle.exec('BEGIN IMMEDIATE; INSERT INTO birds VALUES (3)')
      const before = await files()
      expect(await countBirds()).toBe(2)
      expect(await files()).toEqual(before)
      handle.exec('COMMIT')
      handle.close()
    })

    it('is read without a trace by a user who may not write to the file', async () => {
      birds(journalMode).close()
      await chmod(place.path, 0o777)
      for (const name of await readdir(place.path)) await chmod(place.file(name), 0o444)
      const before = await files()
      expect(await countAsPlainUser()).toBe(2)
      expect(await files()).toEqual(before)
    })

    it('is read without a trace in a directory that may not be written to', async () => {
      birds(journalMode).close()
      await place.makeReadOnly()
      const before = await files()
      expect(await countAsPlainUser()).toBe(2)
      expect(await files()).toEqual(before)
    })
  },
)

describe('what a crash left behind', () => {
  it('is read from a WAL with its index', async () => {
    await crash(birds('WAL'), ['', '-wal', '-shm'])
    const before = await files()
    expect(await countBirds()).toBe(2)
    expect(await files()).toEqual(before)
  })

  it('is read from a WAL without its index', async () => {
    await crash(birds('WAL'), ['', '-wal'])
    const before = await files()
    expect(Object.keys(before)).toEqual(['database.db', 'database.db-wal'])
    expect(await countBirds()).toBe(2)
    expect(await files()).toEqual(before)
  })

  it('is not taken for a crash while somebody has the database for himself', async () => {
    const handle = birds('WAL')
    handle.close()
    const alone = new Database(place.database)
    alone.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN; INSERT INTO birds VALUES (3)')
    const before = await readdir(place.path)
    expect(before).toEqual(['database.db', 'database.db-wal'])
    const reading = sqliteDriver({ path: place.database, busyTimeoutMs: 30 }).session('read')
    await expect(reading).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
      message: expect.stringContaining('30 ms'),
    })
    expect(await readdir(place.path)).toEqual(before)
    alone.exec('COMMIT')
    alone.close()
  })

  it.each(['-wal', '-shm'])('is read beside an empty %s', async (suffix) => {
    birds('WAL').close()
    await writeFile(place.database + suffix, '')
    const before = await files()
    expect(await countBirds()).toBe(2)
    expect(await files()).toEqual(before)
  })

  it('is read as it was before the transaction of a hot journal', async () => {
    const handle = birds('DELETE')
    handle.exec('PRAGMA cache_size = 1; BEGIN')
    for (let row = 0; row < 500; row += 1) handle.exec('INSERT INTO birds VALUES (zeroblob(1000))')
    await crash(handle, ['', '-journal'])
    const before = await files()
    expect(await countBirds()).toBe(2)
    expect(await files()).toEqual(before)
  })

  it('is read from a WAL in a directory that may not be written to', async () => {
    await crash(birds('WAL'), ['', '-wal'])
    await place.makeReadOnly()
    expect(await countAsPlainUser()).toBe(2)
  })
})

describe('a session for reading', () => {
  const reading = (path: string) => sqliteDriver({ path }).session('read')

  it('says that a missing database is missing and makes nothing', async () => {
    await expect(reading(place.database)).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
    await expect(reading(place.file('no', 'such', 'directory.db'))).rejects.toMatchObject({
      code: 'DATABASE_MISSING',
    })
    expect(await readdir(place.path)).toEqual([])
  })

  it('reads an empty file as an empty database', async () => {
    await writeFile(place.database, '')
    const session = await reading(place.database)
    expect(await session.query('SELECT name FROM sqlite_schema')).toEqual([])
    await session.close()
    expect((await stat(place.database)).size).toBe(0)
  })

  it('refuses a directory and a file that is no database', async () => {
    await expect(reading(place.path)).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining('it is a directory'),
    })
    await writeFile(place.database, 'a text and no database, however long it is '.repeat(40))
    await expect(reading(place.database)).rejects.toMatchObject({ code: 'DATABASE_INVALID' })
  })

  it('keeps the locks of other connections of this process', async () => {
    const handle = birds('DELETE')
    handle.exec('BEGIN IMMEDIATE')
    await countBirds()
    const child = children.start('write-at-once', place.database)
    expect(await child.next()).toMatchObject({ code: 'DATABASE_BUSY' })
    handle.exec('COMMIT')
    handle.close()
    await child.end()
  })
})
