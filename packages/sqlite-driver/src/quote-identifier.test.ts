import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { quoteIdentifier } from './quote-identifier.ts'

it('doubles the quotation marks inside', () => {
  expect(quoteIdentifier('x"; DROP TABLE users; --')).toBe('"x""; DROP TABLE users; --"')
})

it('keeps any name as it is, in the eyes of SQLite', () => {
  const handle = new Database(':memory:')
  // SQLite ends every text at a NUL, names included, and keeps names that begin with sqlite_ for itself.
  const names = fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => !/\0|^sqlite_/i.test(name))
  fc.assert(
    fc.property(names, (name) => {
      handle.exec(`CREATE TABLE ${quoteIdentifier(name)} (x)`)
      const found = handle.prepare('SELECT name FROM sqlite_schema').pluck().all()
      handle.exec(`DROP TABLE ${quoteIdentifier(name)}`)
      expect(found).toEqual([name])
    }),
    { numRuns: 60 },
  )
  handle.close()
})
