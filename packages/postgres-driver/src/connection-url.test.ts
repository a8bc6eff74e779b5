import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locationOf, parseConnectionUrl } from './connection-url.ts'

describe('the URL of a database', () => {
  it('says everything that a connection needs', () => {
    const url =
      'postgresql://ad%40a:s%2Fcret@db.example:6543/shop?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=3'
    expect(parseConnectionUrl(url)).toEqual({
      host: 'db.example',
      port: 6543,
      database: 'shop',
      user: 'ad@a',
      password: 's/cret',
      tls: 'verify-full',
      certificates: { authority: '/ca.pem', client: undefined, key: undefined },
      applicationName: 'whimbrel',
      connectTimeoutMs: 3000,
    })
  })

  it('needs no more than the name of the database', () => {
    const target = parseConnectionUrl('postgres:///shop')
    expect(target).toMatchObject({ host: 'localhost', port: 5432, database: 'shop', tls: 'prefer' })
    expect(target).toMatchObject({ user: undefined, password: undefined })
  })

  it.each([
    ['postgres://ada:secret@db/shop', 'postgres://ada@db:5432/shop'],
    ['postgres://db/shop?sslmode=disable', 'postgres://db:5432/shop'],
    ['postgres://[::1]:6000/a%20b', 'postgres://[::1]:6000/a%20b'],
    ['postgres:///shop?user=ada&host=/run/pg', 'postgres:///shop?host=/run/pg&user=ada'],
  ])('is shown to people without password and parameters: %s', (url, shown) => {
    expect(locationOf(parseConnectionUrl(url))).toBe(shown)
  })

  it.each([
    ['sslmode=require&sslrootcert=/ca.pem', 'verify-ca'],
    ['sslmode=require', 'require'],
    ['sslrootcert=system', 'verify-full'],
    ['', 'prefer'],
  ])('takes "%s" for what libpq takes it for', (parameters, tls) => {
    expect(parseConnectionUrl(`postgres://db/shop?${parameters}`).tls).toBe(tls)
  })

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['another protocol', 'mysql://db/shop'],
    ['no database', 'postgres://db'],
    ['a password with a /', 'postgres://ada:se/cret@db/shop'],
    ['a password with digits and a /', 'postgres://ada:12/3cret@db/shop'],
    ['a password with a #', 'postgres://ada:12#3cret@db/shop'],
    ['a % that encodes nothing', 'postgres://ada:%zzcret@db/shop'],
    ['a misspelt parameter', 'postgres://ada:cret@db/shop?ssl_mode=require'],
    ['an sslmode that does not exist', 'postgres://ada:cret@db/shop?sslmode=allow'],
    ['a time that is no number', 'postgres://ada:cret@db/shop?connect_timeout=1s'],
  ])('is refused with %s, and a password in it is not repeated', (_, url) => {
    const error = thrownBy(() => parseConnectionUrl(url))
    expect(error).toMatchObject({ code: 'USAGE' })
    // The error of a URL that cannot be read holds the URL.
    expect(error.cause).toBeUndefined()
    expect(`${error.message} ${error.hint}`).not.toContain('cret')
  })

  it('suggests the parameter that was meant', () => {
    expect(() => parseConnectionUrl('postgres://db/shop?ssl_mode=require')).toThrow(
      expect.objectContaining({ hint: 'Did you mean "sslmode"?' }),
    )
  })

  it('gives back whatever user, password and database were encoded', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' })
    fc.assert(
      fc.property(text, text, text, (user, password, database) => {
        const [u, p, d] = [user, password, database].map((part) =>
          encodeURIComponent(part).replaceAll('.', '%2E'),
        )
        // A path of nothing but dots is a direction and no name.
        fc.pre(!/^\.+$/.test(database))
        const target = parseConnectionUrl(`postgres://${u}:${p}@db/${d}`)
        expect(target).toMatchObject({ user, password, database })
      }),
    )
  })
})

function thrownBy(work: () => unknown): Error & { hint?: string } {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('Nothing was thrown')
}
