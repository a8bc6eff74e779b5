import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Driver, MigrateError, type Session, type Snapshots } from '@whimbrel/core'
import {
  type Backup,
  Backups,
  type BackupsOptions,
  backupAt,
  backupSafeguard,
} from '@whimbrel/rollback-manager'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const lock = 'held' as const
const birds = migration(
  "CREATE TABLE birds (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO birds (name) VALUES ('whimbrel'), ('curlew');",
  'DROP TABLE birds;',
)
const losing = migration('DELETE FROM birds WHERE id = 1;', "INSERT INTO birds VALUES (1, 'whimbrel');")
const adding = migration('CREATE TABLE nests (id INTEGER);', 'DROP TABLE nests;')

/** A migrated database with a folder of backups. */
class BackedUp extends Fixture {
  readonly directory = join(this.folder, 'backups', 'app')

  backups(options: Partial<BackupsOptions> = {}): Backups {
    return new Backups({
      database: 'app',
      driver: sqliteDriver({ path: this.path, busyTimeoutMs: 100 }),
      tracker: sqlVersionTracker(),
      directory: this.directory,
      toolVersion: '1.2.3',
      ...options,
    })
  }

  names(): readonly string[] {
    return existsSync(this.directory) ? readdirSync(this.directory).sort() : []
  }

  async content() {
    const session = await sqliteDriver({ path: this.path }).session('read')
    try {
      return await session.inspector?.content()
    } finally {
      await session.close()
    }
  }
}

async function migrated(files: Record<string, string> = { '001_birds': birds }): Promise<BackedUp> {
  const fixture = new BackedUp(files)
  await fixture.up()
  return fixture
}

/** Writes something else into the manifest, as by hand. */
function edit({ path }: Backup, change: (text: string) => string): void {
  writeFileSync(`${path}.json`, change(readFileSync(`${path}.json`, 'utf8')))
}

describe('a backup', () => {
  it('says what it is: database, newest migration, engine, rows and hashes of every table, SHA-256 of the file', async () => {
    const fixture = await migrated()
    const { id, path, state, manifest } = await fixture.backups().create({ lock })
    expect(id).toMatch(/^\d{8}-\d{6}-[0-9a-f]{4}$/)
    expect(state).toBe('complete')
    expect(manifest).toMatchObject({
      id,
      database: 'app',
      instance: null,
      migration: '001_birds',
      engine: { name: 'sqlite', version: expect.stringMatching(/^3\./) },
      toolVersion: '1.2.3',
      reason: 'manual',
      runId: null,
      file: { bytes: statSync(path).size, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      content: await fixture.content(),
    })
    expect(manifest?.content.tables).toContainEqual(expect.objectContaining({ name: 'birds', rows: 2 }))
    expect(fixture.names()).toEqual([`app-${id}.backup`, `app-${id}.backup.json`])
  })

  it('is listed oldest first, and found by its id or the beginning of it', async () => {
    const backups = (await migrated()).backups()
    const first = await backups.create({ lock })
    const second = await backups.create({ lock })
    expect((await backups.list()).map(({ id }) => id)).toEqual([first.id, second.id])
    expect(await backups.find(first.id)).toEqual(first)
    await expect(backups.find(first.id.slice(0, 8))).rejects.toMatchObject({ code: 'BACKUP_UNKNOWN' })
    await expect(backups.find('2001')).rejects.toMatchObject({
      code: 'BACKUP_UNKNOWN',
      hint: expect.stringContaining(second.id),
    })
  })

  it('that was killed leaves nothing that looks like one, and the next clears it up', async () => {
    const fixture = await migrated()
    const backups = fixture.backups()
    mkdirSync(fixture.directory, { recursive: true })
    const dead = 'app-20260101-000000-dead.backup'
    for (const name of [`${dead}.part`, `${dead}.part-journal`, `${dead}.json.part`]) {
      writeFileSync(join(fixture.directory, name), '{}')
    }
    expect(await backups.list()).toEqual([])
    await backups.create({ lock })
    expect(fixture.names().filter((name) => name.includes('dead'))).toEqual([])
  })

  it('that was killed before the last name is finished by the next', async () => {
    const fixture = await migrated()
    const backups = fixture.backups()
    const { path, id } = await backups.create({ lock })
    const manifest = readFileSync(`${path}.json`)
    rmSync(`${path}.json`)
    writeFileSync(`${path}.json.part`, manifest)
    await backups.create({ lock })
    expect(await backups.find(id)).toMatchObject({ state: 'complete' })
  })

  it('leaves alone what it did not write', async () => {
    const fixture = await migrated()
    mkdirSync(fixture.directory, { recursive: true })
    const others = ['app-20260101-000000-dead.backup', 'notes.txt', 'other-20260101-000000-dead.backup.part']
    for (const name of others) writeFileSync(join(fixture.directory, name), 'dear to somebody')
    await fixture.backups({ retention: { keep: 1 } }).create({ lock })
    await fixture.backups({ retention: { keep: 1 } }).rotate({ lock })
    expect(fixture.names()).toEqual(expect.arrayContaining(others))
  })

  it.each([
    [
      'a file where the directory should be',
      (fixture: BackedUp) => writeFileSync(join(fixture.folder, 'backups'), ''),
    ],
    ['the database itself', undefined],
  ])('is refused with a clear error and without a trace: %s', async (_, prepare) => {
    const fixture = await migrated()
    prepare?.(fixture)
    const directory = prepare === undefined ? fixture.path : fixture.directory
    const before = await fixture.content()
    const { error } = await failure(fixture.backups({ directory }).create({ lock }))
    expect(error).toMatchObject({ code: 'BACKUP_FAILED', message: expect.stringContaining(directory) })
    expect(await fixture.content()).toEqual(before)
  })

  it('of a database that is not there is refused', async () => {
    const fixture = new BackedUp()
    const { error } = await failure(fixture.backups().create({ lock }))
    expect(error.code).toBe('DATABASE_MISSING')
    expect(existsSync(fixture.path)).toBe(false)
  })

  it('stops when it is asked to, and leaves nothing', async () => {
    const fixture = await migrated()
    const { error } = await failure(fixture.backups().create({ lock, signal: { aborted: true } }))
    expect(error.code).toBe('INTERRUPTED')
    expect(fixture.names()).toEqual([])
  })

  it.each(['', '../x', 'a/b', 'a b'])('cannot be named after "%s"', async (database) => {
    expect(() => new BackedUp().backups({ database })).toThrow('cannot name the files')
  })
})

/** The real driver, of which one method of its snapshots is told to misbehave. */
function misbehaving(driver: Driver, restore: (snapshots: Snapshots, path: string) => Promise<void>): Driver {
  const snapshots = driver.snapshots as Snapshots
  const changed: Snapshots = {
    engine: () => snapshots.engine(),
    save: (path, options) => snapshots.save(path, options),
    open: (path) => snapshots.open(path),
    examine: (path, options) => snapshots.examine(path, options),
    restore: (path) => restore(snapshots, path),
  }
  return new Proxy(driver, {
    get(target, name) {
      if (name === 'snapshots') return changed
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe('restore', () => {
  it('looks what is there when the engine fails: done is what was done, whatever failed after its commit', async () => {
    const fixture = await migrated()
    const driver = sqliteDriver({ path: fixture.path, busyTimeoutMs: 100 })
    const broken = new MigrateError('DATABASE_IO', 'The disk is on fire', { hint: 'Put it out' })
    const afterwards = misbehaving(driver, async (snapshots, path) => {
      await snapshots.restore(path)
      throw broken
    })
    const before = misbehaving(driver, async () => {
      throw broken
    })
    const backup = await fixture.backups().create({ lock })
    fixture.exec('DELETE FROM birds')
    await expect(fixture.backups({ driver: before }).restore(backup, { lock })).rejects.toBe(broken)
    expect(fixture.rows('SELECT * FROM birds')).toEqual([])
    const { content } = await fixture.backups({ driver: afterwards }).restore(backup, { lock })
    expect(content).toEqual(backup.manifest?.content)
    expect(fixture.rows('SELECT * FROM birds')).toHaveLength(2)
  })

  it('says that it could not be seen where nobody can tell what a failure left', async () => {
    const fixture = await migrated()
    const backup = await fixture.backups().create({ lock })
    const driver = misbehaving(sqliteDriver({ path: fixture.path, busyTimeoutMs: 100 }), async () => {
      writeFileSync(fixture.path, 'no database any more')
      throw new MigrateError('DATABASE_IO', 'The disk is on fire', { hint: 'Put it out' })
    })
    const { error } = await failure(fixture.backups({ driver }).restore(backup, { lock }))
    expect(error.message).toBe('The disk is on fire; whether it was restored could not be seen')
    expect(error.hint).toMatch(/^Run the same restore again/)
  })

  it('returns an identical database, and says so only after comparing it', async () => {
    const fixture = await migrated()
    const backups = fixture.backups()
    const before = await fixture.content()
    const backup = await backups.create({ lock })
    fixture.exec('DELETE FROM birds; CREATE TABLE later (x); INSERT INTO later VALUES (1)')
    const { content, kept } = await backups.restore(backup, { lock })
    expect(content).toEqual(before)
    expect(await fixture.content()).toEqual(before)
    expect(
      readdirSync(fixture.folder).filter(
        (name) => /-(wal|shm|journal)$/.test(name) && !name.includes('.lock'),
      ),
    ).toEqual([])
    expect(kept?.manifest).toMatchObject({ reason: 'restore' })
  })

  it('can itself be undone: what was there before is a backup, too', async () => {
    const fixture = await migrated()
    const backups = fixture.backups()
    const backup = await backups.create({ lock })
    fixture.exec("INSERT INTO birds (name) VALUES ('godwit')")
    const present = await fixture.content()
    const { kept } = await backups.restore(backup, { lock })
    expect(kept).toBeDefined()
    await backups.restore(kept as Backup, { lock })
    expect(await fixture.content()).toEqual(present)
  })

  it('keeps nothing of a database without rows, or when it is told not to', async () => {
    const fixture = await migrated()
    const backups = fixture.backups()
    const backup = await backups.create({ lock })
    expect((await backups.restore(backup, { lock, keepPresent: false })).kept).toBeUndefined()
    fixture.exec('DELETE FROM birds')
    expect((await backups.restore(backup, { lock })).kept).toBeUndefined()
    rmSync(fixture.path)
    expect((await backups.restore(backup, { lock })).kept).toBeUndefined()
    expect(fixture.rows('SELECT count(*) AS n FROM birds')).toEqual([{ n: 2 }])
  })

  const damages: readonly [string, string, (backup: Backup) => void][] = [
    ['truncated', 'BACKUP_DAMAGED', ({ path, bytes }) => truncateSync(path, bytes - 512)],
    ['with one bit flipped', 'BACKUP_DAMAGED', ({ path, bytes }) => flip(path, bytes / 2)],
    ['with one bit of its last byte flipped', 'BACKUP_DAMAGED', ({ path, bytes }) => flip(path, bytes - 1)],
    ['without its file', 'BACKUP_DAMAGED', ({ path }) => rmSync(path)],
    ['without its manifest', 'BACKUP_DAMAGED', ({ path }) => rmSync(`${path}.json`)],
    [
      'with a manifest edited by hand',
      'BACKUP_DAMAGED',
      (backup) => edit(backup, (text) => text.replace('"rows": 2', '"rows": 3')),
    ],
    ['with a manifest that is no JSON', 'BACKUP_DAMAGED', (backup) => edit(backup, () => 'rows = 2')],
    ['with an empty manifest', 'BACKUP_DAMAGED', (backup) => edit(backup, () => '{}')],
    [
      'with a manifest of a newer form',
      'BACKUP_NEWER',
      (backup) => edit(backup, (text) => text.replace('"form": 1', '"form": 2')),
    ],
  ]

  it.each(damages)('refuses a backup %s, and leaves the database alone', async (_, code, damage) => {
    const fixture = await migrated()
    const backups = fixture.backups()
    const backup = await backups.create({ lock })
    damage(backup)
    fixture.exec("INSERT INTO birds (name) VALUES ('godwit')")
    const before = await fixture.content()
    const { error } = await failure(backups.restore(backup, { lock }))
    expect(error.code).toBe(code)
    expect(error.message).toContain(backup.path)
    expect(await fixture.content()).toEqual(before)
  })

  it('takes a manifest that was only laid out anew', async () => {
    const fixture = await migrated()
    const backup = await fixture.backups().create({ lock })
    edit(backup, (text) => JSON.stringify(JSON.parse(text)))
    await fixture.backups().verify(backup)
  })

  it('refuses a backup of another database, naming both', async () => {
    const fixture = await migrated()
    const backup = await fixture.backups().create({ lock })
    const other = fixture.backups({ database: 'settings' })
    const { error } = await failure(other.restore(await backupAt(backup.path), { lock }))
    expect(error).toMatchObject({
      code: 'BACKUP_FOREIGN',
      message: expect.stringMatching(/of app, and this is settings/),
    })
  })

  it('refuses a backup of another instance, naming both, but not where there is no database', async () => {
    const fixture = await migrated()
    fixture.exec("CREATE TABLE stamp (id TEXT); INSERT INTO stamp VALUES ('first')")
    const instanceOf = async (session: Session) => {
      const [row] = await session.query<{ id: string }>('SELECT id FROM stamp')
      return row?.id ?? null
    }
    const backups = fixture.backups({ instanceOf })
    const backup = await backups.create({ lock })
    fixture.exec("UPDATE stamp SET id = 'second'")
    const { error } = await failure(backups.restore(backup, { lock }))
    expect(error).toMatchObject({ code: 'BACKUP_FOREIGN', message: expect.stringMatching(/first.*second/) })
    rmSync(fixture.path)
    await backups.restore(backup, { lock })
    expect(fixture.rows('SELECT id FROM stamp')).toEqual([{ id: 'first' }])
  })

  it('refuses a backup of a newer engine, naming both', async () => {
    const fixture = await migrated()
    const made = await fixture.backups().create({ lock })
    edit(made, (text) => {
      const { checksum: _, ...manifest } = JSON.parse(text)
      manifest.engine.version = '4.0.1'
      const checksum = createHash('sha256').update(JSON.stringify(manifest)).digest('hex')
      return JSON.stringify({ ...manifest, checksum: `sha256:${checksum}` })
    })
    const { error } = await failure(fixture.backups().restore(made, { lock }))
    expect(error).toMatchObject({
      code: 'BACKUP_NEWER',
      message: expect.stringMatching(/sqlite 4\.0\.1, and here is sqlite 3\./),
    })
  })

  it('of a database in use waits, and then leaves it alone', async () => {
    const fixture = await migrated()
    const backups = fixture.backups()
    const backup = await backups.create({ lock })
    const writer = new Database(fixture.path)
    writer.exec('BEGIN IMMEDIATE; DELETE FROM birds')
    const { error } = await failure(backups.restore(backup, { lock }))
    expect(error.code).toBe('DATABASE_BUSY')
    writer.exec('ROLLBACK')
    writer.close()
    expect(fixture.rows('SELECT count(*) AS n FROM birds')).toEqual([{ n: 2 }])
  })

  it('takes the lock of the database, and waits for it as long as it is told', async () => {
    const fixture = await migrated()
    const backups = fixture.backups()
    const backup = await backups.create({ lock })
    const owner = { host: 'marsh', pid: 1, command: 'test', since: new Date().toISOString() }
    const held = await sqliteDriver({ path: fixture.path }).lock(owner, { timeoutMs: 0 })
    const waiting = { owner, timeoutMs: 20 }
    const works = [
      () => backups.restore(backup, { lock: waiting }),
      () => backups.create({ lock: waiting }),
      () => backups.rotate({ lock: waiting }),
    ]
    for (const work of works) expect((await failure(work())).error.code).toBe('LOCK_TIMEOUT')
    await held.release()
    await backups.restore(backup, { lock: waiting })
  })
})

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  const index = Math.floor(at)
  bytes[index] = (bytes[index] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

describe('rotation', () => {
  it('removes exactly the five oldest when the thirty-fifth is made and 30 are kept', async () => {
    const fixture = await migrated()
    const made: Backup[] = []
    for (let n = 0; n < 35; n += 1) made.push(await fixture.backups().create({ lock }))
    const gone = await fixture.backups({ retention: { keep: 30 } }).rotate({ lock })
    expect(gone.map(({ id }) => id)).toEqual(made.slice(0, 5).map(({ id }) => id))
    const left = await fixture.backups().list()
    expect(left.map(({ id }) => id)).toEqual(made.slice(5).map(({ id }) => id))
    expect(fixture.names()).toHaveLength(60)
  })

  it('keeps the one that the newest applied migration refers to, however old it is', async () => {
    const fixture = await migrated({ '001_birds': birds, '002_losing': losing })
    const files = { '001_birds': birds }
    const early = new BackedUp(files)
    await early.up()
    early.write({ '002_losing': losing })
    const safeguard = backupSafeguard({ backups: early.backups() })
    const { backup } = await early.up({ safeguard })
    for (let n = 0; n < 3; n += 1) await early.backups().create({ lock })
    await early.backups({ retention: { keep: 1 } }).rotate({ lock })
    const left = (await early.backups().list()).map(({ path }) => path)
    expect(left).toHaveLength(2)
    expect(left[0]).toBe(backup)
    expect(fixture.names()).toEqual([])
  })
})

describe('the safeguard of a run', () => {
  const runWith = async (files: Record<string, string>, before?: 'destructive' | 'always' | 'never') => {
    const fixture = await migrated()
    fixture.write(files)
    const safeguard = backupSafeguard({ backups: fixture.backups(), before })
    return { fixture, report: await fixture.up({ safeguard }) }
  }

  it('takes a backup before what may destroy data, whose path is in the report and in the history', async () => {
    const fixture = await migrated()
    const before = await fixture.content()
    fixture.write({ '002_losing': losing })
    const report = await fixture.up({ safeguard: backupSafeguard({ backups: fixture.backups() }) })
    const [backup] = await fixture.backups().list()
    expect(report.backup).toBe(backup?.path)
    expect(backup?.manifest).toMatchObject({
      reason: 'automatic',
      runId: report.runId,
      migration: '001_birds',
    })
    expect(backup?.manifest?.content).toEqual(before)
    const session = await sqliteDriver({ path: fixture.path }).session('read')
    expect(await sqlVersionTracker().history(session, { limit: 1 })).toMatchObject([
      { id: '002_losing', backup: backup?.path },
    ])
    await session.close()
    await fixture.backups().restore(backup as Backup, { lock })
    expect(await fixture.content()).toEqual(before)
  })

  it('takes one before a rollback, which drops what is there', async () => {
    const fixture = await migrated()
    const report = await fixture.down({}, { safeguard: backupSafeguard({ backups: fixture.backups() }) })
    expect(await fixture.backups().list()).toMatchObject([{ path: report.backup }])
  })

  it('takes none before what only adds, unless always is asked for, and none with never', async () => {
    expect((await runWith({ '002_adding': adding })).report.backup).toBeUndefined()
    expect((await runWith({ '002_adding': adding }, 'always')).report.backup).toBeDefined()
    expect((await runWith({ '002_losing': losing }, 'never')).report.backup).toBeUndefined()
  })

  it('takes none where the run makes the database, and none where there are no rows', async () => {
    const fixture = new BackedUp({ '001_birds': birds, '002_losing': losing })
    const always = backupSafeguard({ backups: fixture.backups(), before: 'always' })
    expect((await fixture.up({ safeguard: always })).backup).toBeUndefined()
    fixture.exec('DELETE FROM birds')
    const safeguard = backupSafeguard({ backups: fixture.backups() })
    expect((await fixture.down({}, { safeguard })).backup).toBeUndefined()
    expect(fixture.names()).toEqual([])
  })

  it('refuses the run when it cannot take one, before anything is changed', async () => {
    const fixture = await migrated()
    fixture.write({ '002_losing': losing })
    writeFileSync(join(fixture.folder, 'backups'), 'in the way')
    const before = await fixture.content()
    const { error } = await failure(
      fixture.up({ safeguard: backupSafeguard({ backups: fixture.backups() }) }),
    )
    expect(error.code).toBe('BACKUP_FAILED')
    expect(await fixture.content()).toEqual(before)
  })

  it('removes old ones after a run that failed, too', async () => {
    const fixture = await migrated()
    for (let n = 0; n < 3; n += 1) await fixture.backups().create({ lock })
    fixture.write({ '002_broken': migration('DELETE FROM birds; nonsense;') })
    const backups = fixture.backups({ retention: { keep: 2 } })
    const { error, report } = await failure(fixture.up({ safeguard: backupSafeguard({ backups }) }))
    expect(error.code).toBe('STATEMENT_FAILED')
    const left = await backups.list()
    expect(left).toHaveLength(2)
    expect(left.at(-1)?.path).toBe(report?.backup)
  })
})
