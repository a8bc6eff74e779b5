import { describe, expect, it } from 'vitest'
import { migration, Project } from '../../packages/cli/test/project.ts'
import { startProxy } from '../../packages/postgres-driver/test/start-proxy.ts'
import { hasServer, testDatabase } from '../../packages/postgres-driver/test/test-server.ts'

const birds = (count: number, suffix = '') =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `${String(at + 1).padStart(4, '0')}_birds`,
      migration(`CREATE TABLE birds${suffix}${at} (id integer);`, `DROP TABLE birds${suffix}${at};`),
    ]),
  )

describe.runIf(await hasServer())('what a command sends to PostgreSQL and back', () => {
  const through = async (
    files: Readonly<Record<string, string>>,
    work: (
      figures: (...command: string[]) => Promise<readonly [connections: number, trips: number]>,
    ) => unknown,
    entry: Record<string, unknown> = {},
  ) => {
    await using database = await testDatabase()
    await using proxy = await startProxy(new URL(database.url))
    const url = database.urlWith({ host: `127.0.0.1:${proxy.port}` })
    const project = new Project()
    project.manifest({ databases: { birds: { url, migrations: 'birds', ...entry } } })
    project.migrations('birds', files)
    await work(async (...command) => {
      proxy.reset()
      expect(await project.run(...command)).toMatchObject({ exitCode: 0 })
      return [proxy.connections, proxy.roundTrips]
    })
  }

  it('is one connection and three round trips where nothing is pending with 1,000 applied', async () => {
    const files = Object.fromEntries(Object.keys(birds(1000)).map((id) => [id, migration('SELECT 1;')]))
    await through(
      files,
      async (figures) => {
        await figures('up')
        const [connections, trips] = await figures('up')
        expect(connections).toBe(1)
        expect(trips).toBeLessThanOrEqual(3)
      },
      { transaction: 'all' },
    )
  }, 60_000)

  it('is eight for a rollback with a backup, an impact and a scratch database', async () => {
    await through(birds(3), async (figures) => {
      await figures('up')
      expect((await figures('down', '--steps', '2', '--yes'))[0]).toBeLessThanOrEqual(8)
    })
  })

  it.each([2, 20])('is a few connections for a run, however many migrations it has: %i', async (count) => {
    await through(birds(count), async (figures) => {
      expect((await figures('up'))[0]).toBeLessThanOrEqual(3)
      expect((await figures('status'))[0]).toBeLessThanOrEqual(2)
      expect((await figures('plan'))[0]).toBeLessThanOrEqual(2)
    })
  })
})
