import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '@whimbrel/core/process'
import { expect, it, onTestFinished } from 'vitest'
import { migration } from '../fixture.ts'
import { describeEngines, type Engine } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const programs = { postgres: ['pg_dump'], mysql: ['mariadb-dump', 'mysqldump'] } as const
const birds = migration(
  "CREATE TABLE birds (id INTEGER PRIMARY KEY, name VARCHAR(40)); INSERT INTO birds VALUES (1, 'whimbrel'), (2, 'curlew');",
  'DROP TABLE birds;',
)
const migrations = { '001_birds': birds, '002_nests': table('nests') }

interface BackupRow {
  readonly id: string
  readonly path: string
  readonly state: string
  readonly reason?: string
}

await describeEngines('backups', (engine) => {
  const isPossible = findProgram(programs[engine.dialect]) !== undefined
  const copies = isPossible ? it : it.skip
  if (!isPossible) it.skip(`needs ${programs[engine.dialect].join(' or ')} on the PATH`)

  copies(
    'of a destructive rollback are taken before it, stand in the history, and bring everything back',
    async () => {
      const project = await migrated(engine)
      const output = await project.json('down', '--all', '--allow-data-loss')
      const [backup] = await backupsOf(project)
      expect(output.databases[0]).toMatchObject({ outcome: 'rolled-back', backup: backup?.path })
      expect(await project.works('history')).toContain(backup?.path)
      expect(await project.works('stats')).toMatch(/last backup +\S/)
      await project.works('up')
      await project.exec("INSERT INTO birds VALUES (3, 'later'); CREATE TABLE later (id INTEGER)")
      expect(await project.works('restore', backup?.id ?? '')).toContain(
        'compared with its manifest, now at 002_nests',
      )
      expect(await project.tables()).toEqual(['birds', 'nests'])
      expect(await project.rows('SELECT id FROM birds ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }])
      const kept = (await backupsOf(project)).find(({ reason }) => reason === 'restore')
      await project.works('restore', kept?.id ?? '')
      expect(await project.rows('SELECT id FROM birds ORDER BY id')).toEqual([
        { id: 1 },
        { id: 2 },
        { id: 3 },
      ])
    },
  )

  copies('bring an identical database back', async () => {
    const project = await migrated(engine)
    const before = await project.snapshot()
    const { id } = await backedUp(project)
    await project.exec("UPDATE birds SET name = 'gone'; DROP TABLE nests")
    await project.works('restore', id, '--no-backup')
    expect(await project.snapshot()).toEqual(before)
    expect((await project.json('status')).databases[0]).toMatchObject({ current: '002_nests', findings: [] })
  })

  copies('are refused where they are damaged, cut off, edited or of another database or engine', async () => {
    const project = await migrated(engine)
    const { id, path } = await backedUp(project)
    const before = await project.snapshot()
    const whole = readFileSync(path)
    const manifest = readFileSync(`${path}.json`, 'utf8')
    const refused = async (code: string) => {
      const output = await project.json('restore', path)
      expect(output).toMatchObject({ ok: false, exitCode: 3, error: { code } })
      expect(await project.snapshot()).toEqual(before)
    }
    truncateSync(path, whole.length - 9)
    await refused('BACKUP_DAMAGED')
    const flipped = Buffer.from(whole)
    flipped.writeUInt8(flipped.readUInt8(whole.length - 40) ^ 1, whole.length - 40)
    writeFileSync(path, flipped)
    await refused('BACKUP_DAMAGED')
    writeFileSync(path, whole)
    writeFileSync(`${path}.json`, manifest.replace('whimbrel', 'x').replace('"manual"', '"restore"'))
    await refused('BACKUP_DAMAGED')
    writeFileSync(`${path}.json`, manifest)
    const other = await migrated(engine)
    expect(await other.json('restore', path)).toMatchObject({
      exitCode: 3,
      error: { code: 'BACKUP_FOREIGN' },
    })
    project.writeManifest({ databases: { app: { url: 'sqlite:app.db', migrations: 'migrations' } } })
    await project.works('up')
    expect(await project.json('restore', path)).toMatchObject({
      exitCode: 3,
      error: { code: 'BACKUP_FOREIGN' },
    })
    project.configure({})
    await project.works('restore', id)
  })

  copies('are kept as the manifest says, and never show a password', async () => {
    const project = await ServerProject.on(engine, migrations)
    const url = new URL(await keeperOf(project, 'se:cr3t@'))
    project.configure({ url: String(url), backup: { keep: 1, directory: 'kept', before: 'always' } })
    await project.works('up', '--to', '1')
    await project.works('backup')
    const first = await backupsOf(project)
    expect(first.map(({ reason }) => reason)).toEqual(['automatic', 'manual'])
    expect(first[0]?.path.startsWith(join(project.folder, 'kept'))).toBe(true)
    await project.works('up')
    const second = await backupsOf(project)
    expect(second.map(({ reason }) => reason)).toEqual(['automatic'])
    expect(second[0]?.id).not.toBe(first[0]?.id)
    for (const name of readdirSync(join(project.folder, 'kept'))) {
      if (existsSync(join(project.folder, 'kept', name)) && name.endsWith('.json'))
        expect(readFileSync(join(project.folder, 'kept', name), 'utf8')).not.toContain('cr3t')
    }
    const wrong = Object.assign(new URL(url), { username: 'nobody_here', password: 'wr0ng' })
    project.configure({ url: String(wrong) })
    const { exitCode, stdout, stderr } = await project.run('backup')
    expect(exitCode).toBe(1)
    expect(stdout + stderr).not.toMatch(/wr0ng|cr3t/)
  })

  it('that cannot be made are told by the plan, and nothing is changed until somebody agrees', async () => {
    const project = await migrated(engine)
    project.env = { ...project.env, PATH: '' }
    await withoutPrograms(async () => {
      const program = engine.dialect === 'postgres' ? 'pg_dump' : 'mariadb-dump'
      const told = expect.stringMatching(
        new RegExp(`No backup can be taken before this: ${program}.* not on the PATH`),
      )
      const plan = await project.json('down', '--all', '--dry-run')
      expect(plan.databases[0]).toMatchObject({
        outcome: 'planned',
        findings: [{ code: 'CONSENT_REQUIRED', message: told, hint: expect.stringContaining('--yes') }],
      })
      const refused = await project.json('down', '--all', '--allow-data-loss')
      expect(refused).toMatchObject({
        exitCode: 5,
        databases: [{ error: { code: 'CONSENT_REQUIRED', message: told } }],
      })
      expect(await project.tables()).toEqual(['birds', 'nests'])
      const doctor = await project.json('doctor')
      expect(JSON.stringify(doctor)).toMatch(/No backup can be made: .*not on the PATH/)
      expect(await project.json('backup')).toMatchObject({
        exitCode: 1,
        databases: [
          { error: { code: 'BACKUP_FAILED', message: expect.stringContaining('not on the PATH') } },
        ],
      })
      // What loses nothing needs no backup.
      project.write({ '003_more': table('more') })
      await project.works('up')
      await project.works('down', '--all', '--allow-data-loss', '--yes')
      expect(await project.tables()).toEqual([])
      project.configure({ backup: { before: 'never' } })
      await project.works('up')
      expect((await project.json('down', '--all', '--dry-run')).databases[0]).toMatchObject({ findings: [] })
      await project.works('down', '--all', '--allow-data-loss')
    })
  })
})

async function migrated(engine: Engine): Promise<ServerProject> {
  const project = await ServerProject.on(engine, migrations)
  await project.works('up')
  return project
}

async function backupsOf(project: ServerProject): Promise<readonly BackupRow[]> {
  const [database] = (await project.json('backups')).databases
  return (database as unknown as { readonly backups: readonly BackupRow[] }).backups
}

async function backedUp(project: ServerProject): Promise<BackupRow> {
  await project.works('backup')
  const newest = (await backupsOf(project)).at(-1)
  if (newest?.state !== 'complete') throw new Error('There is no backup')
  return newest
}

/** The URL of a user who owns the database and may make scratch databases, and nothing else. */
async function keeperOf(project: ServerProject, password: string): Promise<string> {
  const { engine, database } = project
  const user = database.name.replace('whimbrel', 'keeper')
  const [make, drop] =
    engine.dialect === 'postgres'
      ? [
          `CREATE ROLE ${user} LOGIN CREATEDB PASSWORD '${password}'; ALTER DATABASE ${database.name} OWNER TO ${user}`,
          `ALTER DATABASE ${database.name} OWNER TO postgres; REASSIGN OWNED BY ${user} TO postgres; DROP ROLE ${user}`,
        ]
      : [
          `CREATE USER ${user} IDENTIFIED BY '${password}'; GRANT ALL ON ${database.name}.* TO ${user};
           GRANT ALL ON \`whimbrel\\_scratch\\_%\`.* TO ${user}`,
          `DROP USER ${user}`,
        ]
  await project.exec(make)
  onTestFinished(() => project.exec(drop))
  return String(Object.assign(new URL(project.url), { username: user, password }))
}

/** Programs are looked for where the PATH of this process leads to. */
async function withoutPrograms(work: () => Promise<void>): Promise<void> {
  const path = process.env.PATH
  process.env.PATH = ''
  try {
    await work()
  } finally {
    process.env.PATH = path
  }
}
