import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { translateError } from './error-translation.ts'

describe('translateError', () => {
  it.each([
    ['SQLITE_FULL', 'DATABASE_FULL', 'There is no space left for data/app.db'],
    ['SQLITE_IOERR_SHMSIZE', 'DATABASE_IO', 'Reading or writing data/app.db failed: SQLITE_IOERR_SHMSIZE'],
  ])('speaks of a full disk only where one is: %s', (engine, code, message) => {
    const error = new Database.SqliteError('text of the engine', engine)
    const place = { location: 'data/app.db', path: join(tmpdir(), 'app.db') }
    expect(translateError(error, place)).toMatchObject({ code, message })
  })
})
