import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactText } from './redact-text.ts'

describe('redactText', () => {
  it.each([
    ['postgres://user:secret@host/db', 'postgres://user:***@host/db'],
    [
      'cannot open postgres://user:secret@host/db (try again)',
      'cannot open postgres://user:***@host/db (try again)',
    ],
    ['whimbrel up --url=mysql://a:se:cr@et@h/x --yes', 'whimbrel up --url=mysql://a:***@h/x --yes'],
    ['"postgres://u:my secret@h/x" is odd', '"postgres://u:***@h/x" is odd'],
    ['postgres://h/x?password=secret&ssl=on', 'postgres://h/x?password=***&ssl=on'],
    ['a postgres://u:secret@h/x b postgres://v:secret@h/y', 'a postgres://u:***@h/x b postgres://v:***@h/y'],
    ['no file /a/postgres:/u:secret@h/x here', 'no file /a/postgres:/u:***@h/x here'],
    ['no file app.db?password=secret here', 'no file app.db?password=*** here'],
    ['first\npostgres://u:secret@h\nlast', 'first\npostgres://u:***@h\nlast'],
  ])('turns %s into %s', (text, expected) => {
    expect(redactText(text)).toBe(expected)
  })

  it.each([
    'migrations/003_add.sql:7 (statement 2 of 3): CHECK constraint failed: email LIKE %@%',
    'held by "whimbrel up" (process 7 on host, since 12:00) root@host',
    'Name a file, sqlite:data/app.db for instance, or a server, postgres://user@host/name',
    'see https://example.org/a:b',
  ])('leaves %s as it is', (text) => {
    expect(redactText(text)).toBe(text)
  })

  it('hides a password wherever it stands in a text', () => {
    const password = fc.string({ minLength: 1, maxLength: 12 }).map((word) => `<${word}>`)
    const words = fc.string({ maxLength: 20 })
    fc.assert(
      fc.property(password, words, words, (secret, before, after) => {
        const text = `${before} postgres://app:${encodeURIComponent(secret)}@db/x ${after}`
        expect(redactText(text)).not.toContain(encodeURIComponent(secret))
      }),
      { numRuns: 200 },
    )
  })
})
