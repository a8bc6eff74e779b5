import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Backups, backupAt, backupSafeguard, lossSafeguard } from '@whimbrel/rollback-manager'
import { expect, it, onTestFinished } from 'vitest'
import type { RecoveryReport, ReleaseDatabase } from '../src/index.ts'
import { committed, interrupt } from './interrupted-release.ts'
import { Product, twoReleases } from './product.ts'

/** The databases with backups before every run. */
function backedUp(product: Product): readonly ReleaseDatabase[] {
  return product.databases().map((database) => {
    const directory = join(product.folder, 'backups')
    const { name: of, driver, tracker } = database
    const backups = new Backups({ database: of, driver, tracker, directory })
    return {
      ...database,
      safeguard: backupSafeguard({ backups, before: 'always' }),
      restoreBackup: async (path) => {
        const { kept } = await backups.restore(await backupAt(path), { lock: 'held' })
        return { kept: kept?.path }
      },
    }
  })
}

/** Two databases, of which only `a` is committed; that has no way back but its backup, and `b` no way forward. */
async function interrupted(pragmas = {}, down = ''): Promise<Product> {
  const { first, second } = twoReleases(['a', 'b'])
  const made = Product.create(first, pragmas)
  onTestFinished(() => made.remove())
  await made.up()
  made.write(second)
  made.write({ a: { '003_index': ['CREATE INDEX notes_tag ON notes (tag);', down] } })
  await interrupt(made, { at: committed('a'), options: { databases: backedUp(made) } })
  expect(made.standing()).toEqual({ a: '003_index', b: '001_notes' })
  made.write({ b: { '002_tags': ['ALTER TABLE notes ADD COLUMN other TEXT;'] } })
  return made
}

const outcomes = ([report]: readonly RecoveryReport[]) => [
  report?.outcome,
  ...(report?.databases.map(({ outcome }) => outcome) ?? []),
]

it.each(['WAL', 'DELETE'])(
  'a backup is the way back of what has no down, in journal mode %s',
  async (mode) => {
    const made = await interrupted({ journal_mode: mode })
    made.exec('a', "INSERT INTO notes (body) VALUES ('written since')")
    const reports = await made.runner({ databases: backedUp(made) }).recover()
    expect(outcomes(reports)).toEqual(['taken-back', 'taken-back', 'untouched'])
    expect(made.standing()).toEqual({ a: '001_notes', b: '001_notes' })
    expect(made.journals()).toEqual([])
    const [a] = reports[0]?.databases ?? []
    expect(a?.restored).toContain(join(made.folder, 'backups'))
    // What an application has written since the run is not lost: it is in a backup of its own.
    await new Backups({
      database: 'a',
      directory: join(made.folder, 'backups'),
      driver: made.databases()[0]?.driver as never,
      tracker: made.databases()[0]?.tracker as never,
    }).restore(await backupAt(a?.kept ?? ''), { lock: 'held' })
    expect(made.rows('a', 'SELECT body FROM notes')).toEqual([{ body: 'first' }, { body: 'written since' }])
  },
)

it('a backup is the way back where a down fails, too', async () => {
  const made = await interrupted({}, 'DROP INDEX nothing;')
  const reports = await made.runner({ databases: backedUp(made) }).recover()
  expect(outcomes(reports)).toEqual(['taken-back', 'taken-back', 'untouched'])
  expect(reports[0]?.databases[0]?.restored).toContain(join(made.folder, 'backups'))
  expect(made.standing()).toEqual({ a: '001_notes', b: '001_notes' })
  expect(made.journals()).toEqual([])
})

it('rows that a down takes away are kept in a file, and the report says in which', async () => {
  const { first, second } = twoReleases(['a', 'b'])
  const made = Product.create(first)
  onTestFinished(() => made.remove())
  await made.up()
  made.write(second)
  await interrupt(made, { at: committed('a') })
  made.exec('a', "UPDATE notes SET tag = 'written since'")
  made.write({ b: { '002_tags': ['ALTER TABLE notes ADD COLUMN other TEXT;'] } })
  const directory = join(made.folder, 'kept')
  const [report] = await made
    .runner({
      databases: made.databases((database) => ({
        recoverySafeguard: lossSafeguard({ database, directory, allowDataLoss: true }),
      })),
    })
    .recover()
  const [a] = report?.databases ?? []
  expect(a).toMatchObject({ outcome: 'taken-back', findings: [{ code: 'KEPT_ROWS' }] })
  expect(existsSync(String(a?.findings?.[0]?.details?.file))).toBe(true)
})

it('a backup that is gone is noticed before anything is changed, and the way forward stays open', async () => {
  const made = await interrupted()
  rmSync(join(made.folder, 'backups'), { recursive: true })
  await expect(made.runner({ databases: backedUp(made) }).recover()).rejects.toMatchObject({
    code: 'RUN_UNFINISHED',
    message: expect.stringMatching(
      /b cannot go forward: .*edited since; a cannot be taken back either: .*backup/,
    ),
    hint: expect.stringContaining('recover --forget'),
  })
  expect(made.standing()).toEqual({ a: '003_index', b: '001_notes' })
  expect(made.journals()).toHaveLength(2)
  made.write({ b: { '002_tags': twoReleases(['b']).second.b?.['002_tags'] ?? [''] } })
  expect(outcomes(await made.runner({ databases: backedUp(made) }).recover())).toEqual([
    'finished',
    'kept',
    'finished',
  ])
})

it('a backup is restored once, however many processes recover at the same time', async () => {
  const made = await interrupted()
  const reports = await Promise.all([1, 2, 3].map(() => made.runner({ databases: backedUp(made) }).recover()))
  expect(reports.flat()).toHaveLength(1)
  expect(made.standing()).toEqual({ a: '001_notes', b: '001_notes' })
  expect(existsSync(`${made.path('a')}.run`)).toBe(false)
})
