import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { eachTestInItsDatabase } from './each-database.ts'
import { kitchenSink } from './kitchen-sink.ts'
import { hasServer, onServer } from './test-server.ts'

const databasesLike = (pattern: string) =>
  onServer(async (client) => {
    const sql = 'SELECT datname FROM pg_database WHERE datname LIKE $1'
    const { rows } = await client.query<{ datname: string }>(sql, [pattern])
    return rows.map(({ datname }) => datname)
  })

describe.runIf(await hasServer())('a scratch database', () => {
  const { current } = eachTestInItsDatabase()

  const nameOf = async (session: { query: (sql: string) => Promise<object[]> }) => {
    const [row] = (await session.query('SELECT current_database()::text AS name')) as { name: string }[]
    return row?.name ?? ''
  }

  it('has the whole schema of another database and none of its rows, and is gone when its session ends', async () => {
    const session = await current().session()
    for (const statement of kitchenSink) await session.execute(statement)
    await session.execute("INSERT INTO nests (place) VALUES ('marsh')")
    const like = await session.inspector?.schema()
    const scratch = await current().driver().scratch?.(like)
    if (scratch === undefined) throw new Error('PostgreSQL has scratch databases')
    expect(await scratch.inspector?.schema()).toEqual(like)
    expect(await scratch.inspector?.count('nests')).toEqual({ rows: 0, values: [] })
    const name = await nameOf(scratch)
    expect(await databasesLike(name)).toEqual([name])
    await scratch.close()
    expect(await databasesLike(name)).toEqual([])
  })

  it('is empty where nothing is given, has the search path of the other one, and goes with its driver', async () => {
    const { name: original } = current()
    await onServer((client) => client.query(`ALTER DATABASE ${original} SET search_path = app, public`))
    const driver = current().driver()
    const scratch = await driver.scratch?.()
    expect(await scratch?.query('SHOW search_path')).toEqual([{ search_path: 'app, public' }])
    expect(await scratch?.inspector?.schema()).toEqual({ objects: [] })
    const name = await nameOf(scratch as never)
    await driver.close()
    expect(await databasesLike(name)).toEqual([])
  })

  it('does not run what other databases would feel', async () => {
    const role = `whimbrel_${randomBytes(5).toString('hex')}`
    const scratch = await current().driver().scratch?.()
    await scratch?.execute(`CREATE ROLE ${role}`)
    await scratch?.execute(`DO $$ BEGIN CREATE ROLE ${role}; END $$`)
    await scratch?.execute(`GRANT pg_read_all_data TO ${role}`)
    await scratch?.execute(`ALTER DATABASE ${current().name} RENAME TO ${role}`)
    await scratch?.execute("COPY (SELECT 1) TO '/nowhere/at/all'")
    await scratch?.close()
    await onServer(async (client) => {
      expect((await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role])).rowCount).toBe(0)
    })
    expect(await databasesLike(current().name)).toEqual([current().name])
  })

  it('of a killed process is dropped by the next one, and a young one is not', async () => {
    const tag = randomBytes(5).toString('hex')
    const seconds = Math.floor(Date.now() / 1000)
    const names = [seconds - 3_600, seconds].map((time) => `whimbrel_scratch_${time.toString(36)}_${tag}`)
    for (const name of names)
      await onServer((client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0`))
    await (await current().driver().scratch?.())?.close()
    expect(await databasesLike(`%${tag}`)).toEqual([names[1]])
    await onServer((client) => client.query(`DROP DATABASE ${names[1]}`))
  })

  it('needs the right CREATEDB, and says so', async () => {
    const role = `whimbrel_${randomBytes(5).toString('hex')}`
    await onServer((client) => client.query(`CREATE ROLE ${role} LOGIN`))
    try {
      const driver = current().driver({ url: current().urlWith({ username: role }) })
      const error = await driver.scratch?.().catch((reason: unknown) => reason)
      expect(error).toMatchObject({
        code: 'SCRATCH_REFUSED',
        message: expect.stringContaining(`${role} may not make a database`),
        hint: expect.stringContaining(`ALTER ROLE ${role} CREATEDB`),
      })
    } finally {
      await onServer((client) => client.query(`DROP ROLE ${role}`))
    }
  })

  it('is made for a database that is not there yet, too', async () => {
    const driver = current().driver({ url: current().urlWith({ pathname: '/not_there_at_all' }) })
    const scratch = await driver.scratch?.()
    expect(await nameOf(scratch as never)).toMatch(/^whimbrel_scratch_/)
    await scratch?.close()
  })

  it('names the object that cannot be made again', async () => {
    const like = {
      objects: [
        {
          kind: 'view' as const,
          name: 'v',
          table: 'v',
          sql: 'CREATE VIEW v AS SELECT * FROM missing',
          columns: [],
          storage: 'ordinary' as const,
        },
      ],
    }
    await expect(current().driver().scratch?.(like)).rejects.toMatchObject({
      code: 'SCRATCH_REFUSED',
      message: expect.stringMatching(/view v: relation "missing" does not exist/),
    })
  })
})
