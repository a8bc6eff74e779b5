import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusal } from '../test/manifest-folder.ts'
import { parseDatabaseUrl } from './database-url.ts'

describe('parseDatabaseUrl', () => {
  it.each([
    ['sqlite:data/app.db', '/base/data/app.db'],
    ['sqlite:../app.db', '/app.db'],
    ['sqlite:/var/app.db', '/var/app.db'],
    ['sqlite://data/app.db', '/base/data/app.db'],
    ['sqlite:///var/app.db', '/var/app.db'],
    ['sqlite:////var/app.db', '/var/app.db'],
    ['SQLite:app.db', '/base/app.db'],
    ['app.db', '/base/app.db'],
    ['./data/../app.db', '/base/app.db'],
    ['/var/app.db', '/var/app.db'],
    ['sqlite:my file#1%20.db', '/base/my file#1%20.db'],
    ['sqlite:a:b.db', '/base/a:b.db'],
    ['app', '/base/app'],
    ['sqlite:..app.db', '/base/..app.db'],
  ])('reads %s as a SQLite file', (url, path) => {
    expect(parseDatabaseUrl(url, '/base')).toEqual({
      engine: 'sqlite',
      url: `sqlite:${path}`,
      displayUrl: `sqlite:${path}`,
      path,
    })
  })

  it.each(['sqlite::memory:', ':memory:', 'sqlite://:memory:'])('reads %s as a database in memory', (url) => {
    expect(parseDatabaseUrl(url, '/base')).toMatchObject({ url: 'sqlite::memory:', path: ':memory:' })
  })

  it.each([
    ['postgres://app:secret@db:5433/app?sslmode=require', 'postgres'],
    ['postgresql://app:secret@db/app', 'postgres'],
    ['mysql://app:secret@db/app', 'mysql'],
    ['mariadb://app:secret@db/app', 'mysql'],
  ])('keeps %s as written for its driver, and shows no password', (url, engine) => {
    const place = parseDatabaseUrl(url, '/base')
    expect(place).toEqual({ engine, url, displayUrl: url.replace('secret', '***') })
  })

  it('takes a server reached by a socket', () => {
    expect(parseDatabaseUrl('postgres:///app?host=/run/pg', '/base').engine).toBe('postgres')
  })

  it.each(['', ' ', '\t\n'])('refuses the empty url %j', async (url) => {
    const error = await refusal(() => parseDatabaseUrl(url, '/base'))
    expect(error).toMatchObject({ code: 'USAGE', message: 'The database url is empty' })
  })

  it.each(['sqlite:', 'sqlite://'])('refuses %s, which names no file', async (url) => {
    const error = await refusal(() => parseDatabaseUrl(url, '/base'))
    expect(error).toMatchObject({ code: 'USAGE', message: `The database url "${url}" names no file` })
  })

  it.each([
    'data/',
    'sqlite:data/',
    '.',
    '..',
    'sqlite:data/..',
    'sqlite:/',
    'sqlite:./',
    'sqlite:C:\\data\\',
  ])('refuses %s, which names a folder', async (url) => {
    const error = await refusal(() => parseDatabaseUrl(url, '/base'))
    expect(error.code).toBe('USAGE')
    expect(error.message).toMatch(/names a folder, not a file$/)
    expect(error.hint).toContain('app.db')
  })

  it.each([' app.db', 'app.db\n', 'a\0b.db'])('refuses blanks around and NUL in %j', async (url) => {
    expect(await refusal(() => parseDatabaseUrl(url, '/base'))).toMatchObject({ code: 'USAGE' })
  })

  it('refuses parameters of a SQLite file, which would become part of its name', async () => {
    const error = await refusal(() => parseDatabaseUrl('sqlite:app.db?mode=ro', '/base'))
    expect(error.hint).toContain('pragmas')
  })

  it.each([
    ['postgre://db/app', 'Did you mean postgres://?'],
    ['sqlite3:app.db', 'Did you mean sqlite:?'],
    ['file:app.db', 'Did you mean sqlite:?'],
    ['constructor:x', 'Known: sqlite:, postgres:// and mysql://'],
    ['oracle://app:secret@db/app', 'Known: sqlite:, postgres:// and mysql://'],
  ])('does not know a driver for %s', async (url, hint) => {
    const error = await refusal(() => parseDatabaseUrl(url, '/base'))
    expect(error.code).toBe('DRIVER_UNKNOWN')
    expect(error.hint).toContain(hint)
    expect(error.message + error.hint).not.toContain('secret')
  })

  it.each([
    'postgres:app:secret@db',
    'mysql://',
    'postgres://app:secret@db:99999/x',
    'postgres://app:secret@a b/x',
  ])('refuses %s without its password in message, hint, details or cause', async (url) => {
    const error = await refusal(() => parseDatabaseUrl(url, '/base'))
    expect(error.code).toBe('USAGE')
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain('secret')
    expect(error.cause).toBeUndefined()
  })

  it('gives an absolute path again for what it returned', () => {
    const segment = fc.stringMatching(/^[a-z][a-z0-9_ .-]{0,6}[a-z]$/)
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const once = parseDatabaseUrl(`sqlite:${segments.join('/')}`, '/base')
        expect(parseDatabaseUrl(once.url, '/elsewhere')).toEqual(once)
      }),
    )
  })

  it('ends every text with a place or a MigrateError', () => {
    const odd = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom('sqlite:', 'postgres://', 'mysql:', 'x:', ':'), fc.string())
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(odd, (text) => {
        try {
          expect(parseDatabaseUrl(text, '/base').url).toBeTypeOf('string')
        } catch (error) {
          expect(error).toMatchObject({ name: 'MigrateError' })
        }
      }),
      { numRuns: 300 },
    )
  })
})
