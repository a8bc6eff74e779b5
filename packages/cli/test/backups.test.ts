import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BackupsOutput, Output, RunOutput } from '../src/output.ts'
import { migration, Project, table } from './project.ts'

const birds = migration(
  "CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO birds (name) VALUES ('whimbrel');",
  'DROP TABLE birds;',
)
const files = { '001_birds': birds }

async function migrated(entry: Record<string, unknown> = {}): Promise<Project> {
  const project = new Project({ app: files }, entry)
  expect(await project.run('up')).toMatchObject({ exitCode: 0 })
  return project
}

const backupsIn = (output: Output) => (output.databases[0] as BackupsOutput).backups
const runIn = (output: Output) => output.databases[0] as RunOutput
const birdsIn = (project: Project) => project.rows('app', 'SELECT name FROM birds ORDER BY id')

describe('backup, backups and restore', () => {
  it('copy a database, list the copy, and put it back', async () => {
    const project = await migrated()
    const [made] = backupsIn(await project.json('backup'))
    expect(made).toMatchObject({ state: 'complete', migration: '001_birds', reason: 'manual' })
    expect(backupsIn(await project.json('backups'))).toEqual([made])
    expect((await project.run('backups')).out).toMatch(
      /^app {2}.*backups\/app\n {2}✓ \d{8}-\d{6}-\w{4} {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2,}\d+ kB {2}001_birds {2}manual\n$/,
    )
    project.exec('app', "UPDATE birds SET name = 'curlew'")
    const restored = await project.run('restore', made?.id ?? '')
    expect(restored).toMatchObject({ exitCode: 0, err: '' })
    expect(restored.out).toMatch(
      /^app {2}restored \S+, compared with its manifest, now at 001_birds\n {2}✓ \S+ {2}what was/,
    )
    expect(birdsIn(project)).toEqual([{ name: 'whimbrel' }])
    expect(await project.run('restore', 'latest')).toMatchObject({ exitCode: 0 })
    expect(birdsIn(project)).toEqual([{ name: 'curlew' }])
  })

  it('take a file, wherever it was moved with its manifest', async () => {
    const project = await migrated()
    await project.run('backup')
    const [made] = backupsIn(await project.json('backups'))
    project.exec('app', 'DELETE FROM birds')
    expect(await project.run('restore', made?.path ?? '')).toMatchObject({ exitCode: 0 })
    expect(birdsIn(project)).toEqual([{ name: 'whimbrel' }])
    const damaged = join(project.folder, 'broken.backup')
    writeFileSync(damaged, 'no backup')
    expect(await project.run('restore', './broken.backup')).toMatchObject({
      exitCode: 3,
      err: expect.stringContaining('manifest beside it is gone'),
    })
  })

  it('remove old ones beyond --keep, and refuse a number that makes no sense', async () => {
    const project = await migrated()
    for (let n = 0; n < 3; n += 1) await project.run('backup')
    const output = await project.json('backup', '--keep', '2')
    expect((output.databases[0] as BackupsOutput).removed).toHaveLength(2)
    expect(backupsIn(await project.json('backups'))).toHaveLength(2)
    for (const keep of ['0', '-1', '1.5', 'many', '1e9', '999999999999']) {
      expect((await project.run('backup', '--keep', keep)).exitCode).toBe(2)
    }
    expect(backupsIn(await project.json('backups'))).toHaveLength(2)
  })

  it('say what there is instead of an id that nothing has', async () => {
    const project = await migrated()
    const none = await project.run('restore', '2001')
    expect(none).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('make one with "whimbrel backup"'),
    })
    const [made] = backupsIn(await project.json('backup'))
    const other = await project.run('restore', '2001')
    expect(other.err).toContain(`The newest is ${made?.id}`)
  })

  it('need one database to restore, and consent where it is protected', async () => {
    const project = new Project({ a: files, b: files })
    await project.run('up')
    await project.run('backup')
    expect(await project.run('restore', 'latest')).toMatchObject({ exitCode: 2 })
    const entry = (name: string) => ({ url: `sqlite:${name}.db`, migrations: name })
    project.manifest({
      databases: { a: entry('a'), b: entry('b') },
      environments: { live: { protected: true } },
    })
    const asked = ['restore', 'latest', '--db', 'a', '--env', 'live']
    expect(await project.run(...asked)).toMatchObject({ exitCode: 5 })
    expect(await project.run(...asked, '--yes')).toMatchObject({ exitCode: 0 })
  })

  it('refuse the backup of another database', async () => {
    const project = new Project({ a: files, b: files })
    await project.run('up')
    const [made] = backupsIn(await project.json('backup', '--db', 'a'))
    const refused = await project.run('restore', made?.path ?? '', '--db', 'b')
    expect(refused).toMatchObject({
      exitCode: 3,
      err: expect.stringContaining('is a backup of a, and this is b'),
    })
  })

  it('tell of a database that cannot be backed up, and back up the others', async () => {
    const project = new Project({ a: files, b: files })
    await project.run('up', '--db', 'b')
    const ran = await project.run('backup')
    expect(ran).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('There is no database at a.db to back up'),
    })
    expect(ran.out).toMatch(/b {2}backed up, \d+ kB, at 001_birds/)
  })

  it('put the backups of a database without a manifest beside it', async () => {
    const project = await migrated()
    const place = ['--url', 'sqlite:app.db', '--migrations', 'app']
    await project.run('backup', ...place)
    expect(readdirSync(join(project.folder, 'backups/app'))).toHaveLength(2)
    expect(await project.run('restore', 'latest', ...place)).toMatchObject({ exitCode: 0 })
  })

  it('do nothing for what lies in memory', async () => {
    const project = new Project({ app: files }, { url: 'sqlite::memory:' })
    expect(await project.run('up')).toMatchObject({ exitCode: 0 })
    expect(await project.run('backup')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('is in memory'),
    })
  })
})

describe('a run', () => {
  it('takes a backup before what can lose data, prints where it is, and keeps it in the history', async () => {
    const project = await migrated()
    const output = await project.json('down', '--allow-data-loss')
    const { backup = '' } = runIn(output)
    expect(isAbsolute(backup)).toBe(true)
    expect(existsSync(backup)).toBe(true)
    expect(backupsIn(await project.json('backups'))).toMatchObject([
      { path: backup, reason: 'automatic', runId: output.runId, migration: '001_birds' },
    ])
    expect((await project.run('history')).out).toContain(`backup: ${backup}`)
    expect((await project.run('restore', 'latest')).exitCode).toBe(0)
    expect(birdsIn(project)).toEqual([{ name: 'whimbrel' }])
    const { out } = await project.run('down', '--allow-data-loss')
    expect(out).toMatch(/\n {2}✓ backup \/.*app-\d{8}-\d{6}-\w{4}\.backup\n/)
  })

  it('takes none where it only adds, where the database is new, and in a dry run', async () => {
    const project = await migrated()
    project.migrations('app', { '002_nests': table('nests') })
    await project.run('down', '--dry-run')
    expect(runIn(await project.json('up')).backup).toBeUndefined()
    expect(existsSync(join(project.folder, 'backups'))).toBe(false)
  })

  it('does as the manifest says: always, never, somewhere else, so many', async () => {
    const project = await migrated({ backup: { before: 'always', directory: 'kept', keep: 1 } })
    for (const name of ['nests', 'eggs']) {
      project.migrations('app', { [name === 'nests' ? '002_nests' : '003_eggs']: table(name) })
      expect(runIn(await project.json('up')).backup).toContain(join(project.folder, 'kept'))
    }
    expect(backupsIn(await project.json('backups'))).toHaveLength(1)
    const never = await migrated({ backup: { before: 'never' } })
    expect(runIn(await never.json('down', '--allow-data-loss')).backup).toBeUndefined()
  })

  it('is refused when its backup cannot be made, and changes nothing', async () => {
    const project = await migrated({ backup: { directory: 'in-the-way/app' } })
    project.write('in-the-way', 'a file')
    const before = project.snapshot()
    const ran = await project.run('down', '--allow-data-loss')
    expect(ran).toMatchObject({ exitCode: 1, err: expect.stringContaining('cannot hold backups') })
    expect(Object.keys(project.snapshot()).filter((path) => !path.endsWith('.lock'))).toEqual(
      Object.keys(before).filter((path) => !path.endsWith('.lock')),
    )
    expect(birdsIn(project)).toEqual([{ name: 'whimbrel' }])
  })

  it('removes old backups although it failed', async () => {
    const project = await migrated({ backup: { keep: 1 } })
    await project.run('backup')
    project.migrations('app', { '002_bad': migration('DELETE FROM birds; nonsense;') })
    expect(await project.run('up', '--allow-data-loss')).toMatchObject({ exitCode: 1 })
    expect(backupsIn(await project.json('backups'))).toMatchObject([{ reason: 'automatic' }])
  })
})
