import { afterAll, describe, expect, it } from 'vitest'
import { postgresDriver } from '../src/index.ts'
import { type Certificate, makeCertificate, startTlsServer } from './start-tls-server.ts'

const certificate = await makeCertificate()

describe.runIf(certificate !== undefined)('TLS', () => {
  const path = certificate?.path ?? ''
  afterAll(() => certificate?.[Symbol.asyncDispose]())

  it.each([
    ['disable', 'localhost', '', 'plain'],
    ['prefer', 'localhost', '', 'tls'],
    ['require', '127.0.0.1', '', 'tls'],
    ['verify-ca', '127.0.0.1', path, 'tls'],
    ['verify-full', 'localhost', path, 'tls'],
  ])('of mode %s comes to the password at %s', async (mode, host, authority, how) => {
    await using server = await startTlsServer(certificate as Certificate)
    const more = authority === '' ? '' : `&sslrootcert=${encodeURIComponent(authority)}`
    const url = `postgres://ada:s3cret@${host}:${server.port}/shop?sslmode=${mode}${more}`
    await expect(postgresDriver({ url }).session('read')).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: `postgres://ada@${host}:${server.port}/shop cannot be reached: password authentication failed for user "ada"`,
      hint: expect.stringContaining('Check user and password'),
      details: { engineCode: '28P01' },
    })
    expect(server.greeted).toEqual([how])
  })

  it.each([
    ['verify-ca', '127.0.0.1', ''],
    ['verify-full', 'localhost', ''],
    ['verify-full', '127.0.0.1', path],
  ])('of mode %s tells %s nothing where its certificate is not good', async (mode, host, authority) => {
    await using server = await startTlsServer(certificate as Certificate)
    const more = authority === '' ? '' : `&sslrootcert=${encodeURIComponent(authority)}`
    const url = `postgres://ada:s3cret@${host}:${server.port}/shop?sslmode=${mode}${more}`
    await expect(postgresDriver({ url }).session('read')).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      hint: expect.stringContaining('sslrootcert'),
    })
    expect(server.greeted).toEqual([])
  })
})
