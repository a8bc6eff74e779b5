import { renameSync, rmSync } from 'node:fs'
import { type TemporaryDatabase, temporaryDatabase } from '@whimbrel/testing'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DatabaseFile } from './database-file.ts'
import type { Engine } from './engine.ts'
import { openForWriting } from './open-for-writing.ts'

let place: TemporaryDatabase
beforeEach(async () => {
  place = await temporaryDatabase()
  for (const path of [place.database, place.file('other.db')]) {
    const database = new Database(path)
    database.exec('CREATE TABLE birds (id INTEGER)')
    database.close()
  }
})
afterEach(() => place.remove())

/** Opens the file with the real engine, while somebody does something to it. */
function openWhile(meanwhile: { readonly before?: () => void; readonly after?: () => void }) {
  class Interrupted extends Database {
    constructor(path: string, options: Database.Options) {
      meanwhile.before?.()
      super(path, options)
      meanwhile.after?.()
    }
  }
  return openForWriting(new DatabaseFile(place.database, 'birds.db'), {
    engine: Interrupted as unknown as Engine,
    pragmas: new Map(),
    busyTimeoutMs: 0,
    create: false,
  })
}

const remove = () => rmSync(place.database)
const replace = () => renameSync(place.file('other.db'), place.database)

it('knows which file it has opened', async () => {
  const { handle, identity } = await openWhile({})
  expect(identity).toBe(new DatabaseFile(place.database, '').identity())
  handle.close()
})

it('notices that the file is removed at the very moment it is opened', async () => {
  await expect(openWhile({ after: remove })).rejects.toMatchObject({
    code: 'DATABASE_REPLACED',
    message: 'birds.db was removed while it was open',
  })
})

it.each(['before', 'after'] as const)(
  'notices that the file is replaced just %s it is opened',
  async (moment) => {
    await expect(openWhile({ [moment]: replace })).rejects.toMatchObject({
      code: 'DATABASE_REPLACED',
      message: 'birds.db was replaced by another file while it was open',
    })
  },
)
