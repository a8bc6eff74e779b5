import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '@whimbrel/core/process'
import { expect, it, onTestFinished } from 'vitest'
import { documentOf } from '../command-line.ts'
import { migration } from '../fixture.ts'
import { describeEngines, type Engine } from './engines.ts'
import { ServerProject } from './server-project.ts'

const timeout = 120_000
const programs = { postgres: ['pg_dump'], mysql: ['mariadb-dump', 'mysqldump'] } as const
const birds = migration(
  "CREATE TABLE birds (id INTEGER PRIMARY KEY, name VARCHAR(200)); INSERT INTO birds VALUES (1, 'whimbrel'), (2, 'curlew');",
  'DROP TABLE birds;',
)

const ways = {
  postgres: {
    lock: 'BEGIN; LOCK TABLE birds',
    read: 'BEGIN; SELECT * FROM birds',
    release: 'ROLLBACK',
    waiters:
      'SELECT count(*) AS n FROM pg_locks JOIN pg_database AS d ON d.oid = database WHERE NOT granted AND datname = current_database()',
    many: 'INSERT INTO birds SELECT n, md5(n::text) || md5((n + 1)::text) || md5((n + 2)::text) FROM generate_series(3, 40000) AS n',
  },
  mysql: {
    lock: 'LOCK TABLES birds WRITE',
    read: 'START TRANSACTION; SELECT * FROM birds',
    release: 'UNLOCK TABLES; ROLLBACK',
    waiters:
      "SELECT count(*) AS n FROM information_schema.processlist WHERE db = database() AND state LIKE 'Waiting for table metadata%'",
    many: 'INSERT INTO birds SELECT seq, concat(md5(seq), md5(seq + 1), md5(seq + 2)) FROM seq_3_to_40000',
  },
} as const

await describeEngines('backups and restores that go wrong', (engine) => {
  const isPossible = findProgram(programs[engine.dialect]) !== undefined
  const copies = isPossible ? it : it.skip
  if (!isPossible) it.skip(`needs ${programs[engine.dialect].join(' or ')} on the PATH`)
  const { lock, read, release, many } = ways[engine.dialect]

  copies(
    'leave nothing that looks like a backup when they are killed, and the next one works',
    { timeout },
    async () => {
      const project = await migrated(engine)
      await project.exec(lock)
      const backup = project.start('backup', '--busy-timeout', '60s')
      await someWaits(project)
      backup.kill('SIGKILL')
      await backup.ended
      await project.exec(release)
      expect(await project.works('backups')).not.toContain('✓')
      await project.works('backup')
      expect(filesOf(project)).toHaveLength(2)
    },
  )

  copies('stop when they are asked to, and say so', { timeout }, async () => {
    const project = await migrated(engine)
    await project.exec(lock)
    const backup = project.start('backup', '--busy-timeout', '60s', '--json')
    await someWaits(project)
    backup.kill('SIGINT')
    const document = documentOf(await backup.ended)
    await project.exec(release)
    expect(document.databases[0]).toMatchObject({ error: { code: 'INTERRUPTED' } })
    expect(filesOf(project)).toEqual([])
  })

  copies(
    'leave the old content when a restore is killed, and the same restore works',
    { timeout },
    async () => {
      const project = await migrated(engine)
      await project.works('backup')
      await project.exec("INSERT INTO birds VALUES (3, 'later')")
      const content = async () => [
        await project.tables(),
        await project.rows('SELECT * FROM birds ORDER BY id'),
      ]
      const before = await content()
      await project.exec(read)
      const restore = project.start('restore', 'latest', '--no-backup', '--busy-timeout', '60s')
      await someWaits(project)
      restore.kill('SIGKILL')
      await restore.ended
      await project.exec(release)
      expect(await content()).toEqual(before)
      expect((await project.json('status')).databases[0]).toMatchObject({ findings: [] })
      await project.works('restore', 'latest', '--no-backup')
      expect(await project.rows('SELECT id FROM birds ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }])
    },
  )

  copies(
    'keep a run from changing anything where the disk for the backup is full',
    { timeout },
    async ({ skip }) => {
      if (process.platform !== 'linux' || process.getuid?.() !== 0)
        skip('only root on Linux can make a small disk')
      const project = await migrated(engine)
      await project.exec(many)
      const disk = join(project.folder, 'disk')
      mkdirSync(disk)
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'pipe' })
      } catch (error) {
        skip(`mount is not permitted here: ${(error as Error).message}`)
      }
      onTestFinished(() => void execFileSync('umount', ['-l', disk]))
      project.configure({ backup: { directory: 'disk/kept' } })
      const document = await project.json('down', '--all', '--allow-data-loss')
      expect(document).toMatchObject({
        exitCode: 1,
        databases: [{ error: { code: 'BACKUP_FAILED', message: expect.stringContaining('no space left') } }],
      })
      expect(readdirSync(join(disk, 'kept')).filter((name) => name.includes('.backup'))).toEqual([])
      expect(await project.tables()).toEqual(['birds'])
    },
  )

  copies('say what may not be read, and that a server cannot be reached', { timeout }, async () => {
    const project = await migrated(engine)
    const url = new URL(await project.database.user('read'))
    await project.exec(
      engine.dialect === 'postgres'
        ? `ALTER ROLE ${url.username} CREATEDB; REVOKE pg_read_all_data FROM ${url.username}`
        : `GRANT ALL ON \`whimbrel\\_scratch\\_%\`.* TO ${url.username}; CREATE FUNCTION f() RETURNS int RETURN 1`,
    )
    project.configure({ url: String(url) })
    const { databases } = await project.json('backup')
    expect(databases[0]).toMatchObject({
      error: { message: expect.stringMatching(/denied|insufficient|privilege/i) },
    })
    expect(filesOf(project)).toEqual([])
    project.configure({ url: String(Object.assign(new URL(url), { port: '1' })) })
    expect((await project.json('backup')).databases[0]).toMatchObject({
      error: { code: 'DATABASE_UNREACHABLE' },
    })
  })
})

async function migrated(engine: Engine): Promise<ServerProject> {
  const project = await ServerProject.on(engine, { '001_birds': birds })
  await project.works('up')
  return project
}

/** Resolves as soon as somebody waits for a lock in the database. */
async function someWaits(project: ServerProject): Promise<void> {
  const { waiters } = ways[project.engine.dialect]
  for (;;) {
    const [row] = await project.rows<{ n: number | string }>(waiters)
    if (Number(row?.n) > 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function filesOf({ folder }: ServerProject): readonly string[] {
  const directory = join(folder, 'backups', 'app')
  return existsSync(directory) ? readdirSync(directory).filter((name) => name.includes('.backup')) : []
}
