import { stat } from 'node:fs/promises'
import {
  currentId,
  type DatabaseContent,
  type Driver,
  type Lock,
  MigrateError,
  type Session,
  type SnapshotProgress,
  type Snapshots,
} from '@whimbrel/core'
import { expired } from '../retention/expired.ts'
import { checkRetentionPolicy, type RetentionPolicy } from '../retention/retention-policy.ts'
import { ambiguousBackup, backupFailed, noSnapshots, unknownBackup } from './backup-errors.ts'
import { type Backup, BackupFolder } from './backup-folder.ts'
import { type BackupManifest, MANIFEST_FORM } from './backup-manifest.ts'
import type {
  BackupLock,
  BackupsOptions,
  CreateOptions,
  Restored,
  RestoreOptions,
  WorkOptions,
} from './backups-options.ts'
import { contentDifference } from './content-difference.ts'
import { sha256Of } from './durable-files.ts'
import { holdsRows } from './holds-rows.ts'
import { refuseForeign, verifyBackup } from './verify-backup.ts'

const KEPT_BY_DEFAULT: RetentionPolicy = { keep: 30 }

/** What a copy says of itself: where its migrations stand, and which database it is. */
type Standing = Pick<BackupManifest, 'instance' | 'migration'>

/** Backups of one database: made, listed, verified, restored, and removed when there are too many. */
export class Backups {
  readonly directory: string
  readonly #options: BackupsOptions
  readonly #folder: BackupFolder
  readonly #retention: RetentionPolicy

  /** Throws USAGE for a name that cannot be part of a file name, and for a retention that makes no sense. */
  constructor(options: BackupsOptions) {
    checkName(options.database)
    this.#retention = options.retention ?? KEPT_BY_DEFAULT
    checkRetentionPolicy(this.#retention)
    this.#options = options
    this.directory = options.directory
    this.#folder = new BackupFolder(options.directory, options.database)
  }

  /** Tables of the version tracker. */
  get trackingTables(): readonly string[] {
    return this.#options.tracker.tables
  }

  /**
   * Copies the database as it is now, checks the copy, and writes its manifest. Clears up what a killed backup left.
   * Throws BACKUP_FAILED, DATABASE_MISSING, DATABASE_BUSY, INTERRUPTED, LOCK_TIMEOUT.
   */
  create(options: CreateOptions): Promise<Backup> {
    return this.#locked(options.lock, async () => {
      const { database } = this.#options
      try {
        return await this.#create(options)
      } catch (error) {
        throw backupFailed(database, error)
      }
    })
  }

  /** Oldest first; empty where there is no folder. Throws BACKUP_FAILED for one that cannot be read. */
  list(): Promise<readonly Backup[]> {
    return this.#folder.list()
  }

  /** The backup with this id, the only one whose id begins so, or `latest`. Throws BACKUP_UNKNOWN. */
  async find(query: string): Promise<Backup> {
    const backups = await this.list()
    const known = backups.map(({ id }) => id)
    const newest = backups.findLast(({ state }) => state === 'complete')
    if (query === 'latest' && newest !== undefined) return newest
    const found = query === '' ? [] : backups.filter(({ id }) => id.startsWith(query))
    const [first] = found
    if (first === undefined) throw unknownBackup(query, { directory: this.directory, ids: known })
    const exact = found.find(({ id }) => id === query)
    if (exact === undefined && found.length > 1) throw ambiguousBackup(query, found)
    return exact ?? first
  }

  /**
   * Makes sure that a backup is what was written, and of this database; returns its manifest. Throws BACKUP_DAMAGED,
   * BACKUP_FOREIGN, BACKUP_NEWER.
   */
  async verify(backup: Backup): Promise<BackupManifest> {
    const { database } = this.#options
    const here = { database, toolVersion: this.#toolVersion, engine: await this.#snapshots.engine() }
    return verifyBackup(backup.path, here)
  }

  /**
   * Puts a backup in the place of the database in one commit, after verifying it, and compares what is there then with
   * its manifest. What was there before is backed up first, so that the restore can be undone. Throws what `verify`
   * throws, BACKUP_FAILED, DATABASE_BUSY, RESTORE_UNVERIFIED and the DATABASE_… codes.
   */
  restore(backup: Backup, options: RestoreOptions): Promise<Restored> {
    return this.#locked(options.lock, () => this.#restore(backup, options))
  }

  /**
   * Removes what the retention no longer keeps, and returns it. The backup that was taken for the run that applied the
   * newest migration stays. Backups whose manifest cannot be read are not counted and never removed.
   */
  rotate({ lock }: Pick<WorkOptions, 'lock'>): Promise<readonly Backup[]> {
    return this.#locked(lock, async () => {
      const backups = await this.list()
      if (backups.length === 0) return []
      const runId = await this.#runOfNewest()
      const entries = backups.flatMap((backup) => {
        const { manifest, bytes } = backup
        if (manifest === undefined) return []
        const isProtected = runId !== undefined && manifest.runId === runId
        return [{ backup, recordedAt: manifest.createdAt, bytes, protected: isProtected }]
      })
      const gone = expired(entries, this.#retention).map(({ backup }) => backup)
      for (const backup of gone) await this.#folder.remove(backup)
      return gone
    })
  }

  async #create({ reason = 'manual', runId, signal, onProgress }: CreateOptions): Promise<Backup> {
    const { driver, database } = this.#options
    if (!(await driver.exists())) throw nothingThere(driver)
    const snapshots = this.#snapshots
    await this.#folder.prepare()
    const now = new Date()
    const { id, part } = this.#folder.begin(now)
    try {
      const copying = (progress: SnapshotProgress) => onProgress?.({ doing: 'copying', ...progress })
      await snapshots.save(part, { signal, onProgress: copying })
      onProgress?.({ doing: 'checking' })
      const sha256 = await sha256Of(part)
      let standing: Standing = { instance: null, migration: null }
      const look = async (session: Session) => {
        standing = await this.#standing(session)
      }
      const content = await snapshots.examine(part, { signal, look })
      return await this.#folder.finish({
        form: MANIFEST_FORM,
        id,
        database,
        ...standing,
        engine: await snapshots.engine(),
        toolVersion: this.#toolVersion,
        createdAt: now.toISOString(),
        reason,
        runId: runId ?? null,
        file: { bytes: (await stat(part)).size, sha256 },
        content,
      })
    } catch (error) {
      await this.#folder.abandon(id)
      throw error
    }
  }

  async #restore(backup: Backup, options: RestoreOptions): Promise<Restored> {
    const { driver } = this.#options
    const { signal, onProgress } = options
    onProgress?.({ doing: 'checking' })
    const manifest = await this.verify(backup)
    const kept = (await driver.exists()) ? await this.#keepPresent(backup, { manifest, options }) : undefined
    const restoring = (progress: SnapshotProgress) => onProgress?.({ doing: 'restoring', ...progress })
    let checked: DatabaseContent | undefined
    const check = (found: DatabaseContent) => {
      onProgress?.({ doing: 'comparing' })
      const difference = contentDifference(manifest.content, found)
      if (difference !== undefined) throw unlike(driver, { backup, difference })
      checked = found
    }
    const failure = await this.#snapshots.restore(backup.path, { signal, onProgress: restoring, check }).then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    if (checked === undefined || failure !== undefined) onProgress?.({ doing: 'comparing' })
    // Where it was compared before its commit, others may have written since.
    const content =
      checked !== undefined && failure === undefined
        ? checked
        : await this.#compared(backup, { manifest, failure })
    return { backup, content, ...(kept !== undefined && { kept }) }
  }

  /** What is there decides, and not whether the engine confirmed it: an error after its commit undoes nothing. */
  async #compared(
    backup: Backup,
    { manifest, failure }: { manifest: BackupManifest; failure: { readonly error: unknown } | undefined },
  ): Promise<DatabaseContent> {
    const { driver } = this.#options
    if (failure !== undefined && neverBegan(failure.error)) throw failure.error
    let content: DatabaseContent
    try {
      // A read that failed once need not fail again.
      content = await this.#present().catch(() => this.#present())
    } catch (error) {
      throw failure === undefined
        ? unverified(driver, { backup, difference: 'it could not be read', cause: error })
        : unseen(failure.error)
    }
    const difference = contentDifference(manifest.content, content)
    if (difference === undefined) return content
    throw failure === undefined ? unverified(driver, { backup, difference }) : failure.error
  }

  /** Refuses what would overwrite another database, and backs up what is there. */
  async #keepPresent(
    { path }: Backup,
    { manifest, options }: { manifest: BackupManifest; options: RestoreOptions },
  ): Promise<Backup | undefined> {
    const { database, tracker } = this.#options
    const session = await this.#options.driver.session('read')
    let isEmpty: boolean
    try {
      const instance = await this.#instanceOf(session)
      refuseForeign(path, { of: manifest, here: { database, instance } })
      isEmpty = !(await holdsRows(session, { except: tracker.tables }))
    } finally {
      await session.close()
    }
    if (isEmpty || options.keepPresent === false) return undefined
    try {
      return await this.#create({ ...options, reason: 'restore' })
    } catch (error) {
      throw backupFailed(database, error)
    }
  }

  async #standing(copy: Session): Promise<Standing> {
    const migration = currentId(await this.#options.tracker.applied(copy))
    return { instance: await this.#instanceOf(copy), migration }
  }

  async #present(): Promise<DatabaseContent> {
    const session = await this.#options.driver.session('read')
    try {
      const content = await session.inspector?.content()
      if (content === undefined) throw noSnapshots(this.#options.database)
      return content
    } finally {
      await session.close()
    }
  }

  /** Run that applied the newest migration. */
  async #runOfNewest(): Promise<string | undefined> {
    const { driver, tracker } = this.#options
    if (!(await driver.exists())) return undefined
    const session = await driver.session('read')
    try {
      const records = await tracker.applied(session)
      return records.findLast(({ state }) => state === 'applied')?.runId
    } finally {
      await session.close()
    }
  }

  async #instanceOf(session: Session): Promise<string | null> {
    return (await this.#options.instanceOf?.(session)) ?? null
  }

  get #snapshots(): Snapshots {
    const { driver, database } = this.#options
    if (driver.snapshots === undefined) throw noSnapshots(database)
    return driver.snapshots
  }

  get #toolVersion(): string {
    return this.#options.toolVersion ?? 'unknown'
  }

  async #locked<T>(lock: BackupLock, work: () => Promise<T>): Promise<T> {
    if (lock === 'held') return work()
    const held: Lock = await this.#options.driver.lock(lock.owner, lock)
    try {
      return await work()
    } finally {
      await held.release()
    }
  }
}

function checkName(name: string): void {
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return
  throw new MigrateError('USAGE', `"${name}" cannot name the files of backups`, {
    hint: 'Use a name that begins with a letter and goes on with letters, digits, "_" and "-"',
  })
}

function nothingThere({ location }: Driver): MigrateError {
  return new MigrateError('DATABASE_MISSING', `There is no database at ${location} to back up`, {
    hint: 'Check the path; "whimbrel up" makes a new database',
  })
}

function unverified(
  { location }: Driver,
  { backup, difference, cause }: { backup: Backup; difference: string; cause?: unknown },
): MigrateError {
  return new MigrateError(
    'RESTORE_UNVERIFIED',
    `${backup.id} was put in the place of ${location}, but then ${difference}`,
    { hint: 'Stop every program that writes to it, then run the same restore again', cause },
  )
}

function unlike(
  { location }: Driver,
  { backup, difference }: { backup: Backup; difference: string },
): MigrateError {
  return new MigrateError(
    'RESTORE_UNVERIFIED',
    `${backup.id} was not put in the place of ${location}, because then ${difference}`,
    { hint: 'Take another backup: "whimbrel backups" lists them; nothing was changed' },
  )
}

/** Waiting in vain, or being told to stop, comes before the first page. */
function neverBegan(error: unknown): boolean {
  return (
    MigrateError.is(error) &&
    ['DATABASE_BUSY', 'INTERRUPTED', 'BACKUP_DAMAGED', 'RESTORE_UNVERIFIED'].includes(error.code)
  )
}

/** A restore that failed, and nobody could see what it left. */
function unseen(error: unknown): unknown {
  if (!MigrateError.is(error)) return error
  const { code, message, details } = error
  return new MigrateError(code, `${message}; whether it was restored could not be seen`, {
    hint: 'Run the same restore again when the database can be read again: it puts the backup there, or says why not',
    details,
    cause: error,
  })
}
