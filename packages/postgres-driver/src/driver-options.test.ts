import { describe, expect, it } from 'vitest'
import { postgresDriver } from './postgres-driver.ts'

const url = 'postgres://db/shop'

describe('the options of postgresDriver', () => {
  it.each([
    ['a misspelt option', { url, lockTimeout: 1 }, 'Did you mean "lockTimeoutMs"?'],
    ['a time below zero', { url, lockTimeoutMs: -1 }, 'whole number'],
    ['half a millisecond', { url, statementTimeoutMs: 0.5 }, 'whole number'],
    ['a schema without a name', { url, schema: ' ' }, '"schema"'],
    ['a search path that is a text', { url, searchPath: 'app' }, '["app", "public"]'],
    ['an empty search path', { url, searchPath: [] }, 'leave it out'],
    ['no URL', {}, 'postgres://'],
    ['something that is no object', url, 'postgresDriver({ url'],
  ])('refuse %s before anything is opened', (_, options, hint) => {
    expect(() => postgresDriver(options as { url: string })).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining(hint) }),
    )
  })

  it('may name the database as people should see it', () => {
    expect(postgresDriver({ url, label: 'the shop' }).location).toBe('the shop')
    expect(postgresDriver({ url: 'postgres://ada:secret@db/shop' }).location).toBe(
      'postgres://ada@db:5432/shop',
    )
  })
})
