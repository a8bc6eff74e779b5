import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { cleanEnv, documentOf, Project, script, start, whimbrel } from './command-line.ts'
import { migration } from './fixture.ts'

const files = { '001_first': migration('CREATE TABLE first (id INTEGER);') }
const more = { '002_second': migration('CREATE TABLE second (id INTEGER);') }
const everything = { ...files, ...more }

/** Rights do not bind root: as root, commands are run as a user who owns nothing. */
const isRoot = process.getuid?.() === 0
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

function plainly(command: readonly string[]): readonly string[] {
  return isRoot ? [...nobody, ...command] : command
}

/** Why a plain user cannot be had, or cannot run the command at all; undefined where one can. */
const obstacle = (() => {
  if (process.getuid === undefined) return 'rights of files are different here'
  const [program = '', ...args] = plainly(whimbrel('--version'))
  const tried = spawnSync(program, args, { cwd: '/', env: cleanEnv, encoding: 'utf8' })
  if (tried.error !== undefined) return `setpriv cannot be run: ${tried.error.message}`
  return tried.status === 0 ? undefined : `a plain user cannot run the command: ${tried.stderr}`
})()

function needsPlainUser({ skip }: TestContext): void {
  if (obstacle !== undefined) skip(obstacle)
}

const journals = ['WAL', 'DELETE'] as const

/** A project with one applied and one pending migration, all of it readable and nothing of it writable. */
async function readOnly(
  journal: 'WAL' | 'DELETE',
  rights: { file: number; folder: number },
): Promise<Project> {
  const project = new Project(files, { pragmas: { journal_mode: journal } })
  expect(await project.run('up')).toMatchObject({ exitCode: 0 })
  rmSync(`${project.path}.lock`)
  project.write(more)
  chmodSync(project.path, rights.file)
  restrict(project, rights.folder)
  return project
}

/** What may not be written to cannot be removed, either. */
function restrict(project: Project, folder: number): void {
  onTestFinished(() => chmodSync(project.folder, 0o755))
  chmodSync(project.folder, folder)
}

async function json(project: Project, ...args: string[]) {
  const ended = await start(plainly(whimbrel(...args, '--json')), { cwd: project.folder, env: cleanEnv })
    .ended
  return documentOf(ended)
}

const rights = [
  { what: 'its file and its directory', file: 0o444, folder: 0o555 },
  { what: 'its directory', file: 0o666, folder: 0o555 },
  { what: 'its file', file: 0o444, folder: 0o777 },
]

describe.each(journals)('a database that may only be read, journal %s', (journal) => {
  it.for(rights)(
    'because of $what: up says so and changes nothing, status works and leaves nothing',
    async (right, context) => {
      needsPlainUser(context)
      const project = await readOnly(journal, right)
      const bytes = readFileSync(project.path)
      const before = project.files()

      const status = await json(project, 'status')
      expect(status).toMatchObject({ exitCode: 0 })
      expect(status.databases).toMatchObject([
        { applied: [{ id: '001_first' }], pending: [{ id: '002_second' }] },
      ])
      expect(await json(project, 'up', '--dry-run')).toMatchObject({
        exitCode: 0,
        databases: [{ outcome: 'planned' }],
      })
      expect(await json(project, 'history')).toMatchObject({ exitCode: 0 })
      expect(project.files()).toEqual(before)

      const up = await json(project, 'up')
      expect(up).toMatchObject({ exitCode: 1, databases: [{ error: { code: 'DATABASE_READ_ONLY' } }] })
      const error = up.databases[0]?.error
      expect(error?.message).toMatch(/app\.db.* cannot be (?:changed|made or opened)/)
      expect(error?.hint).toMatch(/right to write/)
      expect(readFileSync(project.path).equals(bytes)).toBe(true)
      // A -shm that is as read-only as the database was would be in the way of the next run.
      expect(project.files().filter((name) => name !== 'app.db.lock')).toEqual(before)

      chmodSync(project.folder, 0o755)
      chmodSync(project.path, 0o644)
      expect(await project.json('up')).toMatchObject({ exitCode: 0, databases: [{ after: '002_second' }] })
    },
  )

  it('that has nothing pending is up to date, and up says so without writing', async (context) => {
    needsPlainUser(context)
    const project = await readOnly(journal, { file: 0o444, folder: 0o555 })
    rmSync(join(project.folder, 'migrations', '002_second.sql'))
    expect(await json(project, 'up')).toMatchObject({ exitCode: 0, databases: [{ outcome: 'up-to-date' }] })
    expect(project.files()).toEqual(['app.db', 'migrations', 'whimbrel.json'])
  })
})

describe('a database that was left by a killed process and may only be read', () => {
  it('is shown with what was committed last', async (context) => {
    needsPlainUser(context)
    const project = await readOnly('WAL', { file: 0o644, folder: 0o755 })
    const writer = start(
      script(
        'new Database(process.argv[1]).exec(process.argv[2]); process.kill(process.pid, 9)',
        project.path,
        'PRAGMA wal_autocheckpoint = 0; CREATE TABLE by_hand (id INTEGER)',
      ),
    )
    await writer.ended
    expect(project.files()).toContain('app.db-wal')
    chmodSync(project.path, 0o444)
    restrict(project, 0o555)
    const before = project.files()
    expect(await json(project, 'status')).toMatchObject({
      exitCode: 0,
      databases: [{ applied: [{ id: '001_first' }] }],
    })
    expect(project.files()).toEqual(before)
    expect(await json(project, 'up')).toMatchObject({
      exitCode: 1,
      databases: [{ error: { code: 'DATABASE_READ_ONLY' } }],
    })
    chmodSync(project.folder, 0o755)
    expect(project.state().tables).toEqual(['by_hand', 'first'])
  })
})

describe('a database that does not exist in a directory that may not be written to', () => {
  it('cannot be made, and is missing for status', async (context) => {
    needsPlainUser(context)
    const project = new Project(everything)
    restrict(project, 0o555)
    expect(await json(project, 'status')).toMatchObject({ exitCode: 0, databases: [{ exists: false }] })
    const up = await json(project, 'up')
    expect(up).toMatchObject({ exitCode: 1, databases: [{ error: { code: 'DATABASE_READ_ONLY' } }] })
    expect(project.files()).toEqual(['migrations', 'whimbrel.json'])
  })
})

describe('a database that may not be read', () => {
  it('says so', async (context) => {
    needsPlainUser(context)
    const project = await readOnly('WAL', { file: 0o000, folder: 0o755 })
    for (const command of ['status', 'up']) {
      const { exitCode, databases } = await json(project, command)
      expect(exitCode).toBe(1)
      expect(databases[0]?.error).toMatchObject({
        code: 'DATABASE_UNREACHABLE',
        message: expect.stringContaining('app.db'),
      })
      expect(databases[0]?.error?.message).toContain('it may not be read')
    }
  })
})
