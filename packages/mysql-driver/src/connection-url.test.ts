import { describe, expect, it } from 'vitest'
import { locationOf, parseConnectionUrl } from './connection-url.ts'
import { mysqlDriver } from './mysql-driver.ts'

describe('the URL of a database', () => {
  it('says everything that a connection needs', () => {
    const url = 'mariadb://ad%40a:s%2Fcret@db.example:3307/shop?ssl-mode=verify_ca&ssl-ca=/ca.pem'
    expect(parseConnectionUrl(url)).toEqual({
      host: 'db.example',
      port: 3307,
      socket: undefined,
      database: 'shop',
      user: 'ad@a',
      password: 's/cret',
      tls: 'VERIFY_CA',
      authority: '/ca.pem',
    })
  })

  it.each([
    ['mysql://ada:secret@db/shop', 'mysql://ada@db:3306/shop'],
    ['mysql:///shop', 'mysql://root@localhost:3306/shop'],
    ['mysql://[::1]:6000/a%20b?ssl-mode=DISABLED', 'mysql://root@[::1]:6000/a%20b'],
    ['mysql://ada:secret@x/shop?socket=/run/my.sock', 'mysql://ada@localhost/shop?socket=/run/my.sock'],
  ])('is shown to people without password and TLS: %s', (url, shown) => {
    expect(locationOf(parseConnectionUrl(url))).toBe(shown)
  })

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['another protocol', 'postgres://ada:cret@db/shop'],
    ['no database', 'mysql://ada:cret@db'],
    ['a password with a /', 'mysql://ada:se/cret@db/shop'],
    ['a password with a #', 'mysql://ada:12#3cret@db/shop'],
    ['a % that encodes nothing', 'mysql://ada:%zzcret@db/shop'],
    ['a misspelt parameter', 'mysql://ada:cret@db/shop?ssl_mode=required'],
    ['an ssl-mode that does not exist', 'mysql://ada:cret@db/shop?ssl-mode=allow'],
  ])('is refused with %s, and a password in it is not repeated', (_, url) => {
    let error: unknown
    try {
      parseConnectionUrl(url)
    } catch (reason) {
      error = reason
    }
    expect(error).toMatchObject({ code: 'USAGE' })
    const { message, hint, cause } = error as Error & { hint?: string }
    expect(cause).toBeUndefined()
    expect(`${message} ${hint}`).not.toContain('cret')
  })
})

describe('the options of mysqlDriver', () => {
  const url = 'mysql://db/shop'

  it.each([
    ['a misspelt option', { url, lockTimeout: 1 }, 'Did you mean "lockTimeoutMs"?'],
    ['a time below zero', { url, lockTimeoutMs: -1 }, 'whole number'],
    ['half a millisecond', { url, connectTimeoutMs: 0.5 }, 'whole number'],
    ['no URL', {}, 'mysql://'],
    ['something that is no object', url, 'mysqlDriver({ url'],
  ])('refuse %s before anything is opened', (_, options, hint) => {
    expect(() => mysqlDriver(options as { url: string })).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining(hint) }),
    )
  })

  it('may name the database as people should see it', () => {
    expect(mysqlDriver({ url, label: 'the shop' }).location).toBe('the shop')
  })
})
