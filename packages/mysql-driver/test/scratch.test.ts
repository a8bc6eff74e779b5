import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Session } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { compileProgram } from './compile-program.ts'
import { eachTestInItsDatabase } from './each-database.ts'
import { hasServer, onServer } from './test-server.ts'

const scratches = async (): Promise<readonly string[]> => {
  const [rows] = await onServer((client) => client.query("SHOW DATABASES LIKE 'whimbrel\\_scratch\\_%'"))
  return (rows as object[]).map((row) => String(Object.values(row)[0]))
}

const databaseOf = async (session: Session) => {
  const [row] = await session.query<{ name: string }>('SELECT database() AS name')
  return row?.name ?? ''
}

describe.runIf(await hasServer())('a scratch database', () => {
  const { current } = eachTestInItsDatabase()

  const scratch = async (like?: Parameters<NonNullable<ReturnType<typeof driver>['scratch']>>[0]) => {
    const session = await driver().scratch?.(like)
    if (session === undefined) throw new Error('The driver has scratch databases')
    return session
  }
  const driver = () => current().driver()

  it('has the schema that is given and no rows, and goes with its session', async () => {
    const live = await current().session()
    for (const sql of [
      'CREATE TABLE b_parent (id int PRIMARY KEY)',
      'CREATE TABLE a_child (id int PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES b_parent (id))',
      'CREATE VIEW z_first AS SELECT id FROM b_parent',
      'CREATE VIEW a_second AS SELECT id FROM z_first',
      'CREATE TRIGGER t AFTER INSERT ON b_parent FOR EACH ROW INSERT INTO a_child VALUES (NEW.id, NEW.id)',
      'INSERT INTO b_parent VALUES (1)',
    ])
      await live.execute(sql)
    const schema = await live.inspector?.schema()
    const session = await scratch(schema)
    expect(await session.inspector?.schema()).toEqual(schema)
    expect(await session.inspector?.count('b_parent')).toEqual({ rows: 0, values: [] })
    await expect(session.execute('INSERT INTO a_child VALUES (1, 9)')).rejects.toMatchObject({
      code: 'STATEMENT_FAILED',
    })
    const name = await databaseOf(session)
    expect(await scratches()).toContain(name)
    await session.close()
    expect(await scratches()).not.toContain(name)
  })

  it('lets nothing of the real databases be changed', async () => {
    const live = await current().session()
    await live.execute('CREATE TABLE birds (id int)')
    const session = await scratch()
    await session.execute('CREATE TABLE birds (id int)')
    // Its own name means the scratch database.
    await session.execute(`INSERT INTO ${current().name}.birds VALUES (1)`)
    expect(await live.inspector?.count('birds')).toEqual({ rows: 0, values: [] })
    expect(await session.inspector?.count('birds')).toEqual({ rows: 1, values: [] })
    const dynamic = session.execute(`EXECUTE IMMEDIATE 'DROP TABLE ${current().name}.birds'`)
    await expect(dynamic).rejects.toMatchObject({ code: 'STATEMENT_FAILED' })
    const other = `${current().name}_other`
    await onServer((client) => client.query(`CREATE DATABASE ${other}`))
    try {
      const next = await scratch()
      await expect(next.execute(`CREATE TABLE ${other}.birds (id int)`)).rejects.toMatchObject({
        code: 'STATEMENT_FAILED',
        message: `The statement names the database ${other} of the same server`,
      })
      await next.execute(`DROP DATABASE ${other}`)
      expect(await onServer((client) => client.query(`SHOW TABLES IN ${other}`))).toBeDefined()
    } finally {
      await onServer((client) => client.query(`DROP DATABASE ${other}`))
    }
  })

  it('of a process that was killed is dropped by the next one, and one in use is not', async () => {
    const inUse = await databaseOf(await scratch())
    await using directory = await temporaryDirectory()
    const entry = fileURLToPath(new URL('scratch-child.ts', import.meta.url))
    const program = await compileProgram(entry, directory)
    const child = spawn(process.execPath, [program, current().url], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [data] = await once(child.stdout, 'data')
    const left = String(data).trim()
    expect(await scratches()).toContain(left)
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    let names = await scratches()
    // The server needs a moment to see that the connection has ended.
    for (let tries = 0; tries < 100 && names.includes(left); tries += 1) {
      await (await scratch()).close()
      names = await scratches()
    }
    expect(names).not.toContain(left)
    expect(names).toContain(inUse)
  })

  it('needs a right, and says which one', async () => {
    const { name, urlWith } = current()
    const user = `${name.slice(0, 20)}_u`
    await onServer((client) => client.query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'secret'`))
    try {
      await onServer((client) => client.query(`GRANT ALL ON ${name}.* TO '${user}'@'%'`))
      const poor = current().driver({ url: urlWith({ username: user, password: 'secret' }) })
      await expect(poor.scratch?.()).rejects.toMatchObject({
        code: 'SCRATCH_REFUSED',
        message: expect.stringContaining(`The user ${user}@% may make no scratch database`),
        hint: expect.stringContaining(`GRANT ALL ON \`whimbrel\\_scratch\\_%\`.* TO '${user}'@'%'`),
      })
      await onServer((client) => client.query(`GRANT ALL ON \`whimbrel\\_scratch\\_%\`.* TO '${user}'@'%'`))
      const session = await poor.scratch?.()
      await session?.execute('CREATE TABLE birds (id int)')
      const made = session && (await databaseOf(session))
      await session?.close()
      expect(await scratches()).not.toContain(made)
    } finally {
      await onServer((client) => client.query(`DROP USER '${user}'@'%'`))
    }
  })
})
