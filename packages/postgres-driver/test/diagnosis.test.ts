import { describe, expect, it, onTestFinished } from 'vitest'
import { postgresDriver } from '../src/index.ts'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer, onServer } from './test-server.ts'

const owner = { host: 'marsh', pid: 7, command: 'whimbrel up', since: '2026-11-20T10:11:12.345Z' }

it('tells of a server that cannot be reached, and of no password', async () => {
  const found = await postgresDriver({ url: 'postgres://ada:s3cret@127.0.0.1:1/shop' }).diagnose?.()
  expect(found).toMatchObject([{ name: 'connection', verdict: 'problem', hint: expect.any(String) }])
  expect(JSON.stringify(found)).not.toContain('s3cret')
})

describe.runIf(await hasServer())('a look at the server', () => {
  const { current } = eachTestInItsDatabase()

  const seen = async (driver = current().driver()) => {
    const found = (await driver.diagnose?.()) ?? []
    return new Map(found.map((each) => [each.name, each]))
  }

  it('finds nothing that keeps a sound one from being migrated', async () => {
    const found = await seen()
    expect([...found.values()].filter(({ verdict }) => verdict === 'problem')).toEqual([])
    for (const name of [
      'server',
      'encoding',
      'writing',
      'rights',
      'TLS',
      'clock',
      'locks',
      'lock',
      'indexes',
    ])
      expect(found.has(name)).toBe(true)
    expect(found.get('server')?.message).toMatch(/^PostgreSQL \d+/)
  })

  it('names who migrates, an index that is not valid, and a right that is missing', async () => {
    const role = `${current().name}_reader`
    const client = await current().client()
    await client.query(`CREATE ROLE ${role} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC`)
    onTestFinished(async () => {
      await onServer((server) => server.query(`DROP ROLE ${role}`))
    })
    await client.query('CREATE TABLE birds (id integer); INSERT INTO birds VALUES (1), (1)')
    await client.query('CREATE UNIQUE INDEX CONCURRENTLY birds_id ON birds (id)').catch(() => undefined)
    const lock = await current().driver().lock(owner, { timeoutMs: 0 })
    const found = await seen()
    expect(found.get('lock')).toMatchObject({
      verdict: 'note',
      message: 'held by whimbrel up (process 7 on marsh, since 2026-11-20T10:11:12.345Z)',
    })
    expect(found.get('indexes')).toMatchObject({
      verdict: 'problem',
      message: expect.stringContaining('birds_id'),
    })
    await lock.release()
    const driver = current().driver({ url: current().urlWith({ username: role }) })
    expect((await seen(driver)).get('rights')).toMatchObject({
      verdict: 'problem',
      hint: `GRANT CREATE ON SCHEMA "public" TO "${role}"`,
    })
    await driver.close()
    const nowhere = await seen(current().driver({ schema: 'nowhere' }))
    expect(nowhere.get('rights')).toMatchObject({ verdict: 'problem', hint: 'CREATE SCHEMA "nowhere"' })
  })
})
