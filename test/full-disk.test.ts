import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { type Document, documentOf, Project, run, stateOf, whimbrel } from './command-line.ts'
import { migration } from './fixture.ts'

const journals = ['WAL', 'DELETE'] as const
const first = migration('CREATE TABLE first (id INTEGER, a BLOB);')
const small = migration('CREATE TABLE small (id INTEGER);')
/** Megabytes in pieces, and a change of the schema before and after. */
const large = (megabytes: number) =>
  migration(`CREATE TABLE large (a BLOB);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${megabytes * 100})
INSERT INTO large SELECT randomblob(10000) FROM n;
INSERT INTO first VALUES (1, 'x');`)
/** What fits into memory is only written at the end. */
const moments = [
  { moment: 'in a statement', megabytes: 30 },
  { moment: 'at the commit', megabytes: 6 },
]
const matrix = journals.flatMap((journal) => moments.map((moment) => ({ journal, ...moment })))
const all = ['001_first', '002_small', '003_large']

/** A project whose database is on a disk of one megabyte, which can be made larger. */
async function onSmallDisk(journal: string, context: TestContext) {
  const project = new Project(
    { '001_first': first },
    { url: 'sqlite:disk/app.db', pragmas: { journal_mode: journal } },
  )
  const { disk, enlarge } = smallDisk(project, context)
  const path = join(disk, 'app.db')
  expect(await project.run('up')).toMatchObject({ exitCode: 0 })
  project.write({ '002_small': small })
  return { project, path, disk, enlarge }
}

/** A disk of one megabyte in the folder of the project. */
function smallDisk(project: Project, { skip }: TestContext) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    skip('only root on Linux can make a small disk')
  const disk = join(project.folder, 'disk')
  mkdirSync(disk)
  const mount = (...args: string[]) =>
    execFileSync('mount', ['-t', 'tmpfs', ...args, 'tmpfs', disk], { stdio: 'pipe' })
  try {
    mount('-o', 'size=1m')
  } catch (error) {
    skip(`mount is not permitted here: ${(error as Error).message}`)
  }
  onTestFinished(() => void execFileSync('umount', ['-l', disk]))
  return { disk, enlarge: () => mount('-o', 'remount,size=128m') }
}

/** The report says what is there: what it calls applied is, and nothing else is. */
function expectHonest({ databases, exitCode }: Document, path: string): void {
  expect(exitCode).toBe(1)
  const { applied, tables } = stateOf(path)
  const said = databases[0]?.steps.filter(({ outcome }) => outcome === 'applied').map(({ id }) => id) ?? []
  expect(applied).toEqual(['001_first', ...said])
  expect(tables).toEqual(applied.map((id) => id.slice(4)))
  expect(databases[0]?.after).toBe(applied.at(-1))
}

describe.each(matrix)('a disk that becomes full $moment, journal $journal', ({ journal, megabytes }) => {
  it('leaves schema and record in agreement; with more room the next run finishes', async (context) => {
    const { project, path, enlarge } = await onSmallDisk(journal, context)
    project.write({ '003_large': large(megabytes) })
    const document = await project.json('up')
    expectHonest(document, path)
    const [database] = document.databases
    expect(database?.error).toMatchObject({
      code: 'DATABASE_FULL',
      hint: expect.stringContaining('Free space'),
    })
    expect(database?.error?.message).toMatch(/no space left for disk\/app\.db/)
    expect(stateOf(path).tables).not.toContain('large')
    expect(await project.json('status')).toMatchObject({ exitCode: 0, databases: [{ findings: [] }] })
    enlarge()
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(stateOf(path).applied).toEqual(all)
  })
})

describe.each(journals)('a disk without any room, journal %s', (journal) => {
  it('leaves everything as it was', async (context) => {
    const { project, path, disk, enlarge } = await onSmallDisk(journal, context)
    try {
      writeFileSync(join(disk, 'filler'), Buffer.alloc(2_000_000))
    } catch {
      // That is the point: it takes what there is.
    }
    const ended = await project.run('up', '--json')
    const document = documentOf(ended)
    expect(document.exitCode).toBe(1)
    expect(document.databases[0]?.error?.code).toMatch(/^DATABASE_(FULL|IO)$/)
    expect(document.databases[0]?.error?.message).toContain('disk/app.db')
    enlarge()
    expect(stateOf(path)).toEqual({ applied: ['001_first'], tables: ['first'] })
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
  })
})

describe.each(matrix)(
  'a limit of the size of files that is reached $moment, journal $journal',
  ({ journal, megabytes }) => {
    it('leaves schema and record in agreement; without it the next run finishes', async ({ skip }) => {
      if (process.platform === 'win32') skip('there is no such limit here')
      const project = new Project({ '001_first': first }, { pragmas: { journal_mode: journal } })
      expect(await project.run('up')).toMatchObject({ exitCode: 0 })
      project.write({ '002_small': small, '003_large': large(megabytes) })
      // A block is 512 bytes in some shells and 1,024 in others: between one and two megabytes.
      const limited = ['sh', '-c', 'ulimit -f 2000 && exec "$0" "$@"', ...whimbrel('up', '--json')]
      const document = documentOf(await run(limited, { cwd: project.folder }))
      expectHonest(document, project.path)
      const error = document.databases[0]?.error
      expect(error?.code).toMatch(/^DATABASE_(FULL|IO)$/)
      expect(error?.message).toContain('app.db')
      expect(project.state().tables).not.toContain('large')
      expect(await project.run('up')).toMatchObject({ exitCode: 0 })
      expect(project.state().applied).toEqual(all)
    })
  },
)

describe('a database with a limit of its own', () => {
  it('is reported as full with the hint that says which', async () => {
    const files = { '001_first': first, '002_small': small, '003_large': large(6) }
    const project = new Project(files, { pragmas: { max_page_count: 200 } })
    const document = await project.json('up')
    const [error] = document.databases.map((database) => database.error)
    expect(error).toMatchObject({ code: 'DATABASE_FULL', hint: expect.stringContaining('max_page_count') })
    expect(error?.message).toContain('003_large failed at')
    expect(project.state()).toEqual({ applied: ['001_first', '002_small'], tables: ['first', 'small'] })
    // The two before it were applied by the same run.
    expect(error?.hint).not.toContain('nothing was changed')
    project.configure({})
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(project.state().applied).toEqual(all)
  })
})

describe('a disk that becomes full while rows are kept', () => {
  it('stops the step before it is run, leaves nothing behind, and with more room the same command works', async (context) => {
    const project = new Project(
      { '001_first': migration('CREATE TABLE first (id INTEGER PRIMARY KEY, a);', 'DROP TABLE first;') },
      { backup: { directory: 'disk', before: 'never' } },
    )
    const { disk, enlarge } = smallDisk(project, context)
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    project.exec(
      'INSERT INTO first WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i, hex(randomblob(5000)) FROM n',
    )
    const { exitCode, databases } = await project.json('down', '--allow-data-loss')
    expect(exitCode).toBe(1)
    expect(databases[0]?.error).toMatchObject({ code: 'ROWS_NOT_KEPT' })
    expect(databases[0]?.error?.message).toMatch(/ENOSPC/)
    expect(project.rows('SELECT count(*) AS n FROM first')).toEqual([{ n: 300 }])
    expect(readdirSync(join(disk, 'kept'))).toEqual([])
    enlarge()
    expect(await project.run('down', '--allow-data-loss')).toMatchObject({ exitCode: 0 })
    expect(project.state().tables).toEqual([])
  })
})
