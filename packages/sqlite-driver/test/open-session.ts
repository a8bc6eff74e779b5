import { rm } from 'node:fs/promises'
import type { Driver, Session } from '@whimbrel/core'
import { type TemporaryDatabase, temporaryDatabase } from '@whimbrel/testing'
import Database from 'better-sqlite3'
import { afterEach, beforeEach } from 'vitest'
import { type SqliteDriverOptions, sqliteDriver } from '../src/index.ts'

export interface Place extends TemporaryDatabase {
  /** A driver for the database of the test, closed after it. */
  driver(options?: SqliteDriverOptions): Driver
  session(mode?: 'read' | 'write', options?: SqliteDriverOptions): Promise<Session>
  /** A plain connection, closed after the test. */
  handle(options?: Database.Options): Database.Database
}

/** A place of its own for each test of a file. */
export function eachTestInItsPlace(): { current: () => Place } {
  let place: Place | undefined
  const cleanups: (() => unknown)[] = []
  beforeEach(async () => {
    const database = await temporaryDatabase()
    const driver = (options: SqliteDriverOptions = {}) => {
      const made = sqliteDriver({ path: database.database, busyTimeoutMs: 200, ...options })
      cleanups.push(() => made.close().catch(() => undefined))
      return made
    }
    place = {
      ...database,
      driver,
      session: (mode = 'write', options) => driver(options).session(mode),
      handle(options) {
        const made = new Database(database.database, options)
        cleanups.push(() => made.close())
        return made
      },
    }
  })
  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean()
    await place?.remove()
  })
  return {
    current() {
      if (place === undefined) throw new Error('There is a place only inside a test')
      return place
    },
  }
}

/** Removes the database file with everything beside it, as a careless script would. */
export async function removeDatabase({ database }: TemporaryDatabase): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(database + suffix, { force: true })
}
