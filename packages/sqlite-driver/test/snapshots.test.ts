import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { startProcess, temporaryDirectory } from '@whimbrel/testing'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sqliteDriver } from '../src/index.ts'
import { eachTestInItsPlace } from './open-session.ts'

const { current } = eachTestInItsPlace()
const journals = ['WAL', 'DELETE'] as const

/** A database that holds `count` birds, in this journal mode; its last connection is closed. */
function makeBirds(count: number, { journal = 'WAL', pageSize = 4096 } = {}): void {
  const database = new Database(current().database)
  database.pragma(`page_size = ${pageSize}`)
  database.pragma(`journal_mode = ${journal}`)
  database.exec('CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT)')
  addBirds(database, count)
  database.close()
}

function addBirds(database: Database.Database, count: number): void {
  database.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO birds (name) SELECT 'bird ' || i FROM n`)
}

function countOf(database: Database.Database): number {
  return database.prepare('SELECT count(*) FROM birds').pluck().get() as number
}

function snapshotsOf(journal = 'WAL') {
  const { snapshots } = current().driver({ pragmas: { journal_mode: journal } })
  if (snapshots === undefined) throw new Error('A file has them')
  return snapshots
}

/** Names beside the database that belong to it. */
function beside(): readonly string[] {
  return readdirSync(current().path)
    .filter((name) => name.startsWith('database.db'))
    .sort()
}

async function saved(journal?: string): Promise<string> {
  const path = current().file('copy')
  await snapshotsOf(journal).save(path)
  return path
}

describe.each(journals)('a saved file, journal %s', (journal) => {
  it('is one single file that passes every check', async () => {
    makeBirds(500, { journal })
    const open = current().handle()
    addBirds(open, 1)
    const path = await saved(journal)
    const copy = new Database(path, { readonly: true })
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(copy.pragma('journal_mode', { simple: true })).toBe('delete')
    expect(countOf(copy)).toBe(501)
    copy.close()
    expect(readdirSync(current().path).filter((name) => name.startsWith('copy'))).toEqual(['copy'])
  })

  it('holds one moment although somebody never stops writing', async () => {
    makeBirds(20_000, { journal })
    const open = current().handle()
    open.exec(
      'CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0); CREATE TABLE log (n INTEGER)',
    )
    const writing = startWriter()
    await writing.busy()
    const before = open.prepare('SELECT n FROM counter').pluck().get() as number
    const path = await saved(journal)
    writing.stop()
    const copy = new Database(path, { readonly: true })
    const [counter, logged] = copy
      .prepare('SELECT n, (SELECT count(*) FROM log) FROM counter')
      .raw()
      .get() as [number, number]
    expect(counter).toBe(logged)
    expect(counter).toBeGreaterThanOrEqual(before)
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    copy.close()
  })
})

/** Another process that writes two tables in each of its transactions, with hardly a pause between them. */
function startWriter() {
  const engine = JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))
  const code = `const db = new (require(${engine}))(process.argv[1], { timeout: 10000 })
    for (;;) {
      db.exec('BEGIN IMMEDIATE; UPDATE counter SET n = n + 1; INSERT INTO log SELECT n FROM counter; COMMIT')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
    }`
  const running = startProcess([process.execPath, '-e', code, current().database])
  const stop = () => running.kill('SIGKILL')
  onTestFinished(async () => {
    stop()
    await running.ended
  })
  const busy = async () => {
    const reader = current().handle({ readonly: true })
    const read = () => reader.prepare('SELECT n FROM counter').pluck().get() as number
    while (running.isRunning() && read() < 20) await new Promise((resolve) => setTimeout(resolve, 5))
    reader.close()
  }
  return { stop, busy }
}

describe.each(journals)('restore, journal %s', (journal) => {
  it('gives the old content back, in the journal mode there is, and leaves nothing beside it', async () => {
    makeBirds(300, { journal })
    const path = await saved(journal)
    const changing = new Database(current().database)
    changing.exec('DELETE FROM birds WHERE id > 10; CREATE TABLE later (x)')
    changing.close()
    await snapshotsOf(journal).restore(path)
    expect(beside()).toEqual(['database.db'])
    const database = current().handle()
    expect(countOf(database)).toBe(300)
    expect(database.pragma('journal_mode', { simple: true })).toBe(journal.toLowerCase())
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'later'").get()).toBeUndefined()
  })

  it('is one commit for a connection that stays open', async () => {
    makeBirds(300, { journal })
    const path = await saved(journal)
    const open = current().handle()
    open.exec('DELETE FROM birds WHERE id > 10')
    expect(countOf(open)).toBe(10)
    await snapshotsOf(journal).restore(path)
    expect(countOf(open)).toBe(300)
    open.exec("INSERT INTO birds (name) VALUES ('afterwards')")
    expect(open.pragma('integrity_check', { simple: true })).toBe('ok')
  })

  it('waits for a writer, and then says that the database is in use', async () => {
    makeBirds(10, { journal })
    const path = await saved(journal)
    const writer = current().handle()
    addBirds(writer, 1)
    writer.exec('BEGIN IMMEDIATE')
    const refused = expect(snapshotsOf(journal).restore(path)).rejects
    await refused.toMatchObject({ code: 'DATABASE_BUSY', message: expect.stringMatching(/waited \d+ ms/) })
    writer.exec('ROLLBACK')
    expect(countOf(writer)).toBe(11)
    await snapshotsOf(journal).restore(path)
    expect(countOf(writer)).toBe(10)
  })

  it('takes another size of pages than the database has', async () => {
    makeBirds(300, { journal, pageSize: 8192 })
    const path = await saved(journal)
    rmSync(current().database)
    makeBirds(10, { journal })
    await snapshotsOf(journal).restore(path)
    const database = current().handle()
    expect(countOf(database)).toBe(300)
    expect(database.pragma('journal_mode', { simple: true })).toBe(journal.toLowerCase())
    expect(database.pragma('page_size', { simple: true })).toBe(8192)
  })

  it('makes a database that is not there, as one is configured', async () => {
    makeBirds(300, { journal })
    const path = await saved(journal)
    rmSync(current().database)
    await snapshotsOf(journal).restore(path)
    expect(beside()).toEqual(['database.db'])
    const database = current().handle()
    expect(countOf(database)).toBe(300)
    expect(database.pragma('journal_mode', { simple: true })).toBe(journal.toLowerCase())
  })
})

describe('restore', () => {
  it('leaves a reader of a WAL what it reads, until it reads again', async () => {
    makeBirds(300)
    const path = await saved()
    const reader = current().handle()
    reader.exec('DELETE FROM birds WHERE id > 10; BEGIN')
    expect(countOf(reader)).toBe(10)
    await snapshotsOf().restore(path)
    expect(countOf(reader)).toBe(10)
    reader.exec('COMMIT')
    expect(countOf(reader)).toBe(300)
  })

  it('waits for a reader where there is no WAL', async () => {
    makeBirds(10, { journal: 'DELETE' })
    const path = await saved('DELETE')
    const reader = current().handle()
    reader.exec('BEGIN')
    countOf(reader)
    const restoring = snapshotsOf('DELETE').restore(path)
    await expect(restoring).rejects.toMatchObject({ code: 'DATABASE_BUSY' })
    const patient = current().driver({ busyTimeoutMs: 10_000 }).snapshots?.restore(path)
    setTimeout(() => reader.exec('COMMIT'), 50)
    await patient
  })

  it('puts nothing over a file that is no database, and says how to move it away', async () => {
    makeBirds(10)
    const path = await saved()
    const garbage = 'not a database, but perhaps dear to somebody '.repeat(100)
    writeFileSync(current().database, garbage)
    const { database } = current()
    const refused = expect(snapshotsOf().restore(path)).rejects
    await refused.toMatchObject({
      code: 'DATABASE_INVALID',
      hint: expect.stringContaining(`mv ${database} `),
    })
    expect(readFileSync(database, 'utf8')).toBe(garbage)
  })

  it('mends a database that is damaged inside', async () => {
    makeBirds(3000)
    const path = await saved()
    const bytes = readFileSync(current().database)
    bytes.fill(7, 8192, bytes.length - 4096)
    writeFileSync(current().database, bytes)
    await snapshotsOf().restore(path)
    const database = current().handle()
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(countOf(database)).toBe(3000)
  })

  it('takes no part of another database for its own, and loses none of it', async () => {
    makeBirds(10)
    const path = await saved()
    const crashed = current().handle()
    crashed.exec('DELETE FROM birds')
    const wal = readFileSync(`${current().database}-wal`)
    crashed.close()
    rmSync(current().database)
    writeFileSync(`${current().database}-wal`, wal)
    await snapshotsOf().restore(path)
    expect(countOf(current().handle())).toBe(10)
    const [kept = ''] = beside().filter((name) => name.includes('-wal.orphan-'))
    expect(readFileSync(current().file(kept))).toEqual(wal)
  })

  it('refuses a file that is not there, or is no database, and touches nothing', async () => {
    makeBirds(10)
    const before = statSync(current().database, { bigint: true }).mtimeNs
    const nowhere = snapshotsOf().restore(current().file('nowhere'))
    await expect(nowhere).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
    writeFileSync(current().file('text'), 'text '.repeat(1000))
    const text = snapshotsOf().restore(current().file('text'))
    await expect(text).rejects.toMatchObject({ code: 'DATABASE_INVALID' })
    expect(statSync(current().database, { bigint: true }).mtimeNs).toBe(before)
    expect(existsSync(`${current().database}-wal`)).toBe(false)
  })
})

describe('the content of a database', () => {
  const contentOf = async (sql: string) => {
    await using directory = await temporaryDirectory()
    const database = new Database(directory.file('content.db'))
    database.exec(sql)
    database.close()
    const session = await sqliteDriver({ path: directory.file('content.db') }).session('read')
    const content = await session.inspector?.content()
    await session.close()
    return content
  }
  const table = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a, b);'
  const unlike: readonly [string, string][] = [
    ['1', '1.0'],
    ['1', "'1'"],
    ["'1'", "x'31'"],
    ['NULL', "''"],
    ["''", "x''"],
    ['0', 'NULL'],
    ['9223372036854775807', '9223372036854775806'],
    ['0.1', '0.1000000000000000195'],
    ['9e999', '-9e999'],
    ["CAST(x'610062' AS TEXT)", "CAST(x'610063' AS TEXT)"],
    ["'a'", "'a '"],
  ]

  it.each(unlike)('tells %s from %s', async (a, b) => {
    const [one, other] = [
      await contentOf(`${table} INSERT INTO t VALUES (1, ${a}, 0)`),
      await contentOf(`${table} INSERT INTO t VALUES (1, ${b}, 0)`),
    ]
    expect(one?.tables[0]?.rows).toBe(1)
    expect(one?.schema).toBe(other?.schema)
    expect(one?.tables[0]?.hash).not.toBe(other?.tables[0]?.hash)
  })

  it('tells where one value ends and the next begins', async () => {
    const one = await contentOf(`${table} INSERT INTO t VALUES (1, 'ab', 'c')`)
    expect(one).not.toEqual(await contentOf(`${table} INSERT INTO t VALUES (1, 'a', 'bc')`))
  })

  it('is the same however the rows came to be where they are', async () => {
    const fill = "INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2); CREATE INDEX i ON t (b, a, id);"
    const detour =
      "INSERT INTO t VALUES (2, 'b', 2), (3, randomblob(9000), 0), (1, 'x', 1); DELETE FROM t WHERE id = 3; UPDATE t SET a = 'a' WHERE id = 1; CREATE INDEX i ON t (b, a, id);"
    expect(await contentOf(table + fill)).toEqual(await contentOf(`${table}${detour} VACUUM;`))
    const keyed = 'CREATE TABLE t (k TEXT PRIMARY KEY, v) WITHOUT ROWID;'
    expect(await contentOf(`${keyed} INSERT INTO t VALUES ('a', 1), ('b', 2)`)).toEqual(
      await contentOf(`${keyed} INSERT INTO t VALUES ('b', 2); INSERT INTO t VALUES ('a', 1)`),
    )
  })

  it('sees values of every size, generated columns once, and what is behind a virtual table', async () => {
    const sql = (length: number) => `CREATE TABLE t (a, b AS (a || a), c AS (a || 1) STORED);
      INSERT INTO t (a) VALUES (hex(zeroblob(${length}))), (zeroblob(${length})), ('end');
      CREATE VIRTUAL TABLE search USING fts5 (words); INSERT INTO search VALUES ('bird');`
    const content = await contentOf(sql(400_000))
    expect(content).not.toEqual(await contentOf(sql(400_001)))
    const names = content?.tables.map(({ name }) => name)
    expect(names).toContain('search_content')
    expect(names).not.toContain('search')
  })

  it('changes with the schema, the application id and the user version', async () => {
    const base = await contentOf(table)
    for (const more of ['CREATE INDEX i ON t (a)', 'PRAGMA user_version = 2', 'PRAGMA application_id = 2']) {
      const changed = await contentOf(`${table} ${more}`)
      expect(changed?.schema).not.toBe(base?.schema)
      expect(changed?.tables).toEqual(base?.tables)
    }
  })
})
