import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { translateError } from './error-translation.ts'

describe('translateError', () => {
  it.each(['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE'])(
    'tells of a full disk, also where a WAL has no room to begin: %s',
    (code) => {
      const error = new Database.SqliteError('text of the engine', code)
      const place = { location: 'data/app.db', path: '/data/app.db' }
      expect(translateError(error, place)).toMatchObject({
        code: 'DATABASE_FULL',
        message: 'There is no space left for data/app.db',
      })
    },
  )
})
