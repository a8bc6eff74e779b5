import { retry } from '@whimbrel/core'
import { temporaryDirectory } from '@whimbrel/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { mysqlDriver } from '../src/index.ts'
import { hasOwnServer, type OwnServer, startOwnServer } from './own-server.ts'
import { errorOf, migrationFile, runnerFor } from './runner-for.ts'

const odd = [
  '--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE',
  '--default-time-zone=+05:30',
  '--character-set-server=latin1',
  '--default-storage-engine=MyISAM',
  '--lower-case-table-names=1',
  '--max-allowed-packet=1M',
  '--innodb-rollback-on-timeout=ON',
  '--autocommit=OFF',
]

describe.runIf(hasOwnServer())('a server with odd settings', () => {
  let server: OwnServer
  let directory: string

  beforeAll(async () => {
    server = await startOwnServer(odd)
  }, 120_000)
  afterAll(async () => server?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    await server.query('SET GLOBAL read_only = 0; DROP DATABASE test; CREATE DATABASE test')
    const folder = await temporaryDirectory()
    onTestFinished(() => folder[Symbol.asyncDispose]())
    directory = folder.path
  })

  const driverFor = (url = server.url, options = {}) => {
    const driver = mysqlDriver({ url, ...options })
    onTestFinished(() => driver.close())
    return driver
  }
  const runner = (up: string, url = server.url, options = {}) =>
    runnerFor({ driver: driverFor(url, options), directory, files: { '001_birds': migrationFile(up) } })

  it('runs the same SQL: quotation marks, backslashes, DELIMITER, comments, times', async () => {
    const run =
      await runner(`CREATE TABLE birds (id integer PRIMARY KEY, name varchar(40), seen datetime) ENGINE = InnoDB CHARACTER SET utf8mb4; # a ; comment
DELIMITER //
CREATE TRIGGER shout BEFORE INSERT ON birds FOR EACH ROW BEGIN /* ; */ SET NEW.name = concat(NEW.name, "!"); END//
DELIMITER ;
INSERT INTO \`birds\` VALUES (1, "a;b", from_unixtime(0)), (2, 'c\\';d', now()); -- another ;
/*!50000 INSERT INTO birds (id, name) VALUES (3, 'versioned') */;
/*M!100100 INSERT INTO birds (id, name) VALUES (4, 'only MariaDB; really') */;
/*!99999 INSERT INTO birds (id, name) VALUES (5, 'of the future') */;
INSERT INTO birds (id, name) VALUES (6, 'back\\\\slash'), (7, '1' || '0'), (8, 'ä€😀');`)
    await run.up()
    const rows = await server.query(
      "SELECT id, name, seen = '1970-01-01 00:00:00' AS epoch FROM test.birds ORDER BY id",
    )
    expect((rows as { name: string }[]).map(({ name }) => name)).toEqual([
      'a;b!',
      "c';d!",
      'versioned!',
      'only MariaDB; really!',
      'back\\slash!',
      '1!',
      'ä€😀!',
    ])
    expect(rows).toMatchObject([{ epoch: 1 }, { epoch: 0 }, {}, {}, {}, {}, {}])
    const [applied] = (await run.status()).applied
    expect(Math.abs(Date.parse(applied?.appliedAt ?? '') - Date.now())).toBeLessThan(60_000)
    expect((await run.up()).steps).toEqual([])
  })

  it('keeps its records in tables that undo what fails, whatever the default engine is', async () => {
    await (await runner('CREATE TABLE birds (id integer) ENGINE = InnoDB;')).up()
    const engines = await server.query(
      "SELECT DISTINCT engine FROM information_schema.tables WHERE table_schema = 'test' AND table_name LIKE '%migrations%'",
    )
    expect(engines).toEqual([{ engine: 'InnoDB' }])
  })

  it('says of rows in a table without transactions that they stay when their migration fails', async () => {
    await server.query('CREATE TABLE test.old (id integer PRIMARY KEY) ENGINE = MyISAM')
    const run = await runner('INSERT INTO old VALUES (1);\nINSERT INTO old VALUES (1);')
    const error = await errorOf(run.up())
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED', details: { notUndone: true } })
    expect(error.message).toContain('what it changed in tables without transactions (MyISAM, Aria) stays')
    expect(await server.query('SELECT id FROM test.old')).toEqual([{ id: 1 }])
    expect((await run.status()).applied).toEqual([])
  })

  it('refuses a statement that is longer than it takes, says what to do, and keeps nothing', async () => {
    await server.query('CREATE TABLE test.birds (name longtext) ENGINE = InnoDB')
    const run = await runner(
      `INSERT INTO birds VALUES ('knot');\nINSERT INTO birds VALUES ('${'x'.repeat(2_000_000)}');`,
    )
    const error = await errorOf(run.up())
    expect(error.message).toContain('max_allowed_packet')
    expect(error.hint).toContain('raise max_allowed_packet')
    expect(await server.query('SELECT name FROM test.birds')).toEqual([])
    expect(await run.status()).toMatchObject({ applied: [], findings: [] })
  })

  it('tries a step again that waited for a lock in vain, although the server undid everything for it', async () => {
    await server.query(
      'CREATE TABLE test.birds (id integer PRIMARY KEY) ENGINE = InnoDB; INSERT INTO test.birds VALUES (5)',
    )
    const { default: mysql } = await import('mysql2/promise')
    const client = await mysql.createConnection(server.url)
    onTestFinished(() => client.end())
    await client.query('START TRANSACTION')
    await client.query('DELETE FROM birds')
    const files = {
      '001_birds': migrationFile('INSERT INTO birds VALUES (1);\nINSERT INTO birds VALUES (5);'),
    }
    const run = await runnerFor(
      { driver: driverFor(server.url, { busyTimeoutMs: 60_000 }), directory, files },
      { onEvent: ({ type }) => void (type === 'step-delayed' && client.query('COMMIT')) },
    )
    await run.up()
    expect(await server.query('SELECT id FROM test.birds')).toEqual([{ id: 1 }, { id: 5 }])
  })

  it('that is only for reading is recognised, and nothing is changed', async () => {
    await server.query(
      "CREATE OR REPLACE USER plain@'%' IDENTIFIED BY 's3cret'; GRANT ALL ON test.* TO plain@'%'; SET GLOBAL read_only = 1",
    )
    const url = server.urlWith({ username: 'plain', password: 's3cret' })
    const run = await runner('CREATE TABLE birds (id integer);', url)
    const error = await errorOf(run.up())
    expect(error).toMatchObject({ code: 'DATABASE_READ_ONLY', details: { engineCode: 1290 } })
    expect(error.hint).toContain('primary')
    expect(await server.query('SHOW TABLES FROM test')).toEqual([])
    expect((await run.status()).plan?.steps).toHaveLength(1)
    const found = await driverFor(url).diagnose?.()
    expect(found?.filter(({ verdict }) => verdict === 'problem').map(({ name }) => name)).toEqual([
      'read_only',
    ])
  })

  it('is described by doctor', async () => {
    await server.query('CREATE TABLE test.old (id integer) ENGINE = MyISAM')
    const driver = driverFor()
    const found = await driver.diagnose?.()
    const notes = found?.filter(({ verdict }) => verdict !== 'ok').map(({ name, message }) => [name, message])
    expect(notes).toEqual([
      ['packets', 'max_allowed_packet 1048576 bytes: a longer statement, or file to be kept, is refused'],
      ['storage engine', 'MyISAM where a table says none, and only InnoDB undoes what fails'],
      ['character set', 'latin1, latin1_swedish_ci: new tables cannot hold every character'],
      ['tables', 'without transactions: old (MyISAM); rows changed there stay when a migration fails'],
    ])
    expect(found?.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'server',
        'read_only',
        'sql_mode',
        'names',
        'clock',
        'rights',
        'right PROCESS',
        'lock',
      ]),
    )
    const owner = { host: 'marsh', pid: 7, command: 'whimbrel up', since: '2026-11-20T10:11:12.345Z' }
    const lock = await driver.lock(owner, { timeoutMs: 0 })
    const held = (await driverFor().diagnose?.())?.find(({ name }) => name === 'lock')
    expect(held?.message).toMatch(/^held by whimbrel up \(process 7 on marsh, .*\), connection \d+ of root/)
    await lock.release()
  })

  it('that ends in the middle and comes back leaves what status explains, and a retry finishes', async () => {
    const run = await runner(`CREATE TABLE birds (id integer) ENGINE = InnoDB;
INSERT INTO birds VALUES (1);
CREATE TABLE nests ENGINE = InnoDB AS SELECT 1 AS id, sleep(3) AS slept;
INSERT INTO birds VALUES (2);`)
    const failed = errorOf(run.up())
    const working = "SELECT id FROM information_schema.processlist WHERE info LIKE 'CREATE TABLE nests%'"
    await expect.poll(() => server.query(working), { timeout: 20_000 }).toHaveLength(1)
    await server.crash()
    const error = await failed
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    expect(error.message).toContain('001_birds is in doubt now')
    expect(await errorOf(run.status())).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    await server.start()
    const { applied, findings } = await run.status()
    expect(applied).toMatchObject([{ state: 'in-doubt', progress: 2 }])
    expect(findings).toMatchObject([{ code: 'IN_DOUBT' }])
    await run.run(...retry())
    expect(await server.query('SELECT id FROM test.birds UNION ALL SELECT id FROM test.nests')).toEqual([
      { id: 1 },
      { id: 2 },
      { id: 1 },
    ])
  })
})
