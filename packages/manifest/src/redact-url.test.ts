import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactUrl } from './redact-url.ts'

describe('redactUrl', () => {
  it.each([
    ['postgres://app:secret@db.example/app', 'postgres://app:***@db.example/app'],
    ['mysql://app:se:cr:et@db/app', 'mysql://app:***@db/app'],
    ['postgres://app:se@cr/et#1?@db:5432/app', 'postgres://app:***@db:5432/app'],
    ['postgres://:secret@db/app', 'postgres://:***@db/app'],
    ['app:secret@db/app', 'app:***@db/app'],
    ['mysql:app:secret@db/app', 'mysql:***@db/app'],
    ['see postgres://app:secret@db/app', 'see postgres:***@db/app'],
    [
      'postgres://db/app?user=a&password=secret&sslmode=on',
      'postgres://db/app?user=a&password=***&sslmode=on',
    ],
    ['postgres://db/app?pass%77ord=secret', 'postgres://db/app?pass%77ord=***'],
    ['postgres://db/app?x=%zz&Pwd=secret', 'postgres://db/app?x=%zz&Pwd=***'],
    ['Server=db;User=a;Password=secret', 'Server=db;User=a;Password=***'],
    ['host=db password = secret', 'host=db password =***'],
    ['libsql://db.example?authToken=secret', 'libsql://db.example?authToken=***'],
    ['sqlite://app:secret@db', 'sqlite://app:***@db'],
  ])('hides the password of %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown)
  })

  it.each([
    'sqlite:data/app.db',
    'sqlite:a:b@c.db',
    'C:\\data\\me@home.db',
    'data/me@home.db',
    'postgres://app@db/app',
    'postgres://db:5432/app?sslmode=require',
    '',
  ])('leaves %j as it is', (url) => {
    expect(redactUrl(url)).toBe(url)
  })

  it('never shows a password, however odd it is', () => {
    const user = fc.stringMatching(/^[a-z]{0,6}$/)
    const password = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `<${text}>`)
    const scheme = fc.constantFrom(
      'postgres://',
      'mysql://',
      'POSTGRES://',
      'odd+scheme://',
      '',
      'mysql:',
      'x ',
    )
    fc.assert(
      fc.property(scheme, user, password, (start, name, secret) => {
        expect(redactUrl(`${start}${name}:${secret}@host/db`)).not.toContain(secret)
      }),
      { numRuns: 300 },
    )
  })

  it('never shows a password given as a parameter', () => {
    const key = fc.constantFrom(
      'password',
      'PASSWORD',
      'pwd',
      'sslpassword',
      'passwd',
      'auth_token',
      'client-secret',
    )
    const secret = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `<${encodeURIComponent(text)}>`)
    const before = fc.constantFrom('?', '?a=b&', '?a=b;', '?a=b@c&', '?&')
    fc.assert(
      fc.property(key, secret, before, (name, value, start) => {
        expect(redactUrl(`postgres://host/db${start}${name}=${value}&x=y`)).not.toContain(value)
      }),
      { numRuns: 300 },
    )
  })
})
