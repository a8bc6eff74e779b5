import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { StartedProcess } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import {
  documentOf,
  type EndedRun,
  isLocked,
  Project,
  script,
  start,
  stateOf,
  until,
} from './command-line.ts'
import { migration } from './fixture.ts'

const first = migration('CREATE TABLE first (id INTEGER PRIMARY KEY, a TEXT);')
const second = migration("CREATE TABLE second (id INTEGER);\nINSERT INTO first (a) VALUES ('x');")
const journals = ['WAL', 'DELETE'] as const
const applied = (...names: string[]) => ({
  applied: names.map((name, index) => `00${index + 1}_${name}`),
  tables: names,
})

/** A database with its first migration applied and its second one pending. */
async function begun(journal: 'WAL' | 'DELETE', pending = second): Promise<Project> {
  const project = new Project({ '001_first': first }, { pragmas: { journal_mode: journal } })
  expect(await project.run('up')).toMatchObject({ exitCode: 0 })
  project.write({ '002_second': pending })
  return project
}

/** Another program with a connection that has run `sql`; it ends when something is written to it. */
async function another(path: string, sql: string): Promise<StartedProcess> {
  const code = `const db = new Database(process.argv[1]); db.exec(process.argv[2]); console.log('ready');
    process.stdin.resume().on('end', () => process.exit())`
  const running = start(script(code, path, sql))
  await until('another program to be ready', () => running.printed().stdout.includes('ready'))
  return running
}

/** The one error of a command that was expected to fail; its words are checked for what every error has. */
function errorOf(ended: EndedRun) {
  const document = documentOf(ended)
  const error = document.databases[0]?.error ?? document.error
  expect(error?.hint).toMatch(/\S/)
  expect(ended.stderr).not.toMatch(/^\s+at /m)
  return { exitCode: ended.exitCode, ...error } as {
    exitCode: number
    code: string
    message: string
    hint: string
  }
}

describe.each(journals)('a database in use by another program, journal %s', (journal) => {
  it('is waited for up to --busy-timeout, and then named with the time waited: exit 4, nothing changed', async () => {
    const project = await begun(journal)
    const writer = await another(project.path, 'BEGIN IMMEDIATE')
    const error = errorOf(await project.run('up', '--busy-timeout', '400ms', '--json'))
    expect(error).toMatchObject({ exitCode: 4, code: 'DATABASE_BUSY' })
    expect(error.message).toContain('app.db')
    expect(Number(/waiting (\d+) ms/.exec(error.message)?.[1])).toBeGreaterThanOrEqual(400)
    expect(error.hint).toContain('--busy-timeout')
    writer.write('done')
    await writer.ended
    expect(project.state()).toEqual(applied('first'))
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(project.state()).toEqual(applied('first', 'second'))
  })

  it('is migrated as soon as the other program is done', async () => {
    const project = await begun(journal)
    const writer = await another(project.path, "BEGIN IMMEDIATE; INSERT INTO first (a) VALUES ('other')")
    const running = project.start('up', '--busy-timeout', '2m')
    await project.lockHeld()
    writer.write('done')
    expect(await running.ended).toMatchObject({ exitCode: 0 })
    expect(project.state()).toEqual(applied('first', 'second'))
  })

  it('that another program has for itself alone is reported with the time waited, too', async () => {
    const project = await begun(journal)
    const alone = 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM first'
    const writer = await another(project.path, alone)
    // In WAL mode whoever only looks can look at a copy.
    for (const command of journal === 'WAL' ? ['up'] : ['up', 'status']) {
      const error = errorOf(await project.run(command, '--busy-timeout', '300ms', '--json'))
      expect(error).toMatchObject({ exitCode: 4, code: 'DATABASE_BUSY' })
      expect(error.message).toContain('app.db')
      expect(Number(/wait(?:ing|ed) (\d+) ms/.exec(error.message)?.[1])).toBeGreaterThanOrEqual(300)
    }
    writer.write('done')
    await writer.ended
    expect(project.state()).toEqual(applied('first'))
  })
})

describe('a long reader while the journal is a rollback journal', () => {
  it('delays the commit, and the work is not thrown away', async () => {
    const project = await begun('DELETE')
    const reader = await another(project.path, 'BEGIN; SELECT * FROM first')
    const running = project.start('up', '--busy-timeout', '2m', '--json')
    // A commit that waits for readers lets no new one in.
    await until('the commit to wait for the reader', () => isLocked(project.path, 'SELECT * FROM first'))
    reader.write('done')
    const ended = await running.ended
    expect(ended.exitCode).toBe(0)
    expect(project.state()).toEqual(applied('first', 'second'))
    expect(project.rows('SELECT a FROM first')).toEqual([{ a: 'x' }])
    const attempts = project.rows("SELECT outcome FROM schema_migrations_history WHERE id = '002_second'")
    expect(attempts).toEqual([{ outcome: 'applied' }])
  })

  it('that does not end makes the run give up: exit 4, nothing changed', async () => {
    const project = await begun('DELETE')
    const reader = await another(project.path, 'BEGIN; SELECT * FROM first')
    const error = errorOf(await project.run('up', '--busy-timeout', '300ms', '--json'))
    expect(error).toMatchObject({ exitCode: 4, code: 'DATABASE_BUSY' })
    expect(error.message).toMatch(/app\.db .*waiting \d+ ms/)
    reader.write('done')
    await reader.ended
    expect(project.state()).toEqual(applied('first'))
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
  })
})

describe('a file that is no database', () => {
  const pending = { '001_first': first }

  it.each([
    ['random bytes', Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919) % 251))],
    ['a text', Buffer.from('hello\n')],
  ])('of %s is left alone, by up and by status', async (_, bytes) => {
    const project = new Project(pending)
    writeFileSync(project.path, bytes)
    for (const command of ['up', 'status', 'history']) {
      const error = errorOf(await project.run(command, '--json'))
      expect(error).toMatchObject({ exitCode: 1, code: 'DATABASE_INVALID' })
      expect(error.message).toBe('app.db is not a SQLite database')
    }
    expect(readFileSync(project.path).equals(bytes)).toBe(true)
    expect(project.files()).toEqual(['app.db', 'migrations', 'whimbrel.json'])
  })

  it('but a directory is called one', async () => {
    const project = new Project(pending)
    mkdirSync(project.path)
    for (const command of ['up', 'status']) {
      const error = errorOf(await project.run(command, '--json'))
      expect(error).toMatchObject({ exitCode: 1, code: 'DATABASE_UNREACHABLE' })
      expect(error.message).toBe('app.db cannot be opened: it is a directory')
    }
    expect(project.files()).toEqual(['app.db', 'migrations', 'whimbrel.json'])
  })

  it('but below a file is called that', async () => {
    const project = new Project(pending, { url: 'sqlite:whimbrel.json/app.db' })
    for (const command of ['up', 'status']) {
      const error = errorOf(await project.run(command, '--json'))
      expect(error).toMatchObject({ exitCode: 1, code: 'DATABASE_UNREACHABLE' })
      expect(error.message).toMatch(/whimbrel\.json is a file, not a directory/)
    }
  })

  it('because half of it is gone is called damaged, and nothing is written to it', async () => {
    const project = await begun('DELETE')
    rmSync(`${project.path}.lock`)
    for (const length of [Math.floor(statSync(project.path).size / 2), 600, 50]) {
      truncateSync(project.path, length)
      const bytes = readFileSync(project.path)
      for (const command of ['up', 'status']) {
        const error = errorOf(await project.run(command, '--json'))
        expect(error.exitCode).toBe(1)
        expect(['DATABASE_CORRUPT', 'DATABASE_INVALID']).toContain(error.code)
        expect(error.message).toContain('app.db')
      }
      expect(readFileSync(project.path).equals(bytes)).toBe(true)
    }
  })

  it('because it is empty is a new one', async () => {
    const project = new Project(pending)
    writeFileSync(project.path, '')
    expect(await project.json('status')).toMatchObject({
      databases: [{ applied: [], pending: [{ id: '001_first' }] }],
    })
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(project.state()).toEqual(applied('first'))
  })
})

describe('a database in a directory that does not exist', () => {
  it('is missing for status, which makes nothing, and made by up, which says so', async () => {
    const project = new Project({ '001_first': first }, { url: 'sqlite:data/deep/app.db' })
    expect(await project.json('status')).toMatchObject({
      exitCode: 0,
      databases: [{ exists: false, applied: [] }],
    })
    expect(await project.run('up', '--dry-run')).toMatchObject({ exitCode: 0 })
    expect(project.files()).toEqual(['migrations', 'whimbrel.json'])
    const { exitCode, stderr } = await project.run('up')
    expect(exitCode).toBe(0)
    expect(stderr).toBe('app: sqlite:data/deep/app.db does not exist yet and is created\n')
    expect(stateOf(join(project.folder, 'data/deep/app.db'))).toEqual(applied('first'))
    expect((await project.run('up')).stderr).toBe('')
  })
})

describe('a file that is moved while it is migrated', () => {
  const slow = migration(
    'CREATE TABLE second (id INTEGER);\n' +
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000000) SELECT count(*) FROM n;',
  )

  it.each(journals)('away is noticed, and nobody is told that it worked, journal %s', async (journal) => {
    const project = await begun(journal, slow)
    const running = project.start('up', '--json')
    await project.lockHeld()
    await project.writing()
    rmSync(project.path)
    const error = errorOf(await running.ended)
    expect(error).toMatchObject({ exitCode: 1, code: 'DATABASE_REPLACED' })
    expect(error.message).toMatch(/app\.db was removed/)
  })

  it.each(journals)(
    'and replaced is noticed, and the new one is not touched, journal %s',
    async (journal) => {
      const project = await begun(journal, slow)
      const other = join(project.folder, 'other.db')
      copyFileSync(project.path, other)
      const before = readFileSync(other)
      const running = project.start('up', '--json')
      await project.lockHeld()
      await project.writing()
      renameSync(other, project.path)
      const error = errorOf(await running.ended)
      expect(error).toMatchObject({ exitCode: 1, code: 'DATABASE_REPLACED' })
      expect(error.message).toMatch(/app\.db was replaced/)
      expect(readFileSync(project.path).equals(before)).toBe(true)
    },
  )
})

describe('a migration outside a transaction that fails', () => {
  it('is not where the database stands', async () => {
    const up = 'CREATE TABLE second (id INTEGER);\nINSERT INTO nowhere VALUES (1);'
    const project = await begun('WAL', migration(up, '', '-- Transaction: none'))
    expect(await project.json('up')).toMatchObject({ exitCode: 1, databases: [{ after: '001_first' }] })
    const blocked = await project.json('up')
    expect(blocked).toMatchObject({ exitCode: 3, databases: [{ before: '001_first', after: '001_first' }] })
    expect(await project.json('status')).toMatchObject({ databases: [{ current: '001_first' }] })
  })
})
