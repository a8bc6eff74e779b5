import type { Session, StopSignal } from './driver.ts'

/** Optional role of a driver: copies the whole database into a file, and puts such a file in its place. */
export interface Snapshots {
  /** The engine that makes and reads them. */
  engine(): Promise<EngineVersion>
  /**
   * Writes the database as it is when this begins into a new file, whatever others write meanwhile, and makes it
   * durable. The file is complete when this resolves, and gone when it rejects; a killed process leaves a part of it, so
   * give a temporary name. Throws FILE_EXISTS, INTERRUPTED and the DATABASE_… codes, also for the place of the file.
   */
  save(path: string, options?: SnapshotOptions): Promise<void>
  /** Opens such a file for reading, and leaves no trace. Throws INTERRUPTED and the DATABASE_… codes. */
  open(path: string, options?: Pick<SnapshotOptions, 'signal'>): Promise<Session>
  /**
   * Checks the structure of such a file and hashes what it holds. Throws INTERRUPTED, BACKUP_DAMAGED and the DATABASE_…
   * codes.
   */
  examine(path: string, options?: ExamineOptions): Promise<DatabaseContent>
  /**
   * Puts the content of such a file in the place of the database in one commit: whoever has it open sees the old
   * content or the new one, and so does whoever opens it after a crash. Where the engine cannot do that, `steps` says so.
   * Makes the database where there is none and the engine can. Waits for readers and writers that are in the way, then
   * throws DATABASE_BUSY. Takes no lock: the caller has it.
   */
  restore(path: string, options?: RestoreOptions): Promise<void>
  /** True where a restore is several commits, so that one that is killed leaves something between old and new. */
  readonly steps?: boolean
  /**
   * What keeps copies from being made here and now, undefined where nothing does; absent where nothing ever does. Throws
   * the DATABASE_… codes.
   */
  obstacle?(): Promise<SnapshotObstacle | undefined>
}

/** Why no copies can be made. */
export interface SnapshotObstacle {
  /** A sentence without its full stop: `pg_dump is not on the PATH`. */
  readonly message: string
  readonly hint: string
}

export interface ExamineOptions extends Pick<SnapshotOptions, 'signal'> {
  /** Looks at what the file holds. */
  readonly look?: ((session: Session) => Promise<void>) | undefined
}

export interface RestoreOptions extends SnapshotOptions {
  /**
   * Told what is about to take the place of the database, while all of that can be undone; what it throws does. Engines
   * that cannot look before the commit never call it.
   */
  readonly check?: ((content: DatabaseContent) => void) | undefined
}

export interface SnapshotOptions {
  /** Told now and then how far it is. */
  readonly onProgress?: ((progress: SnapshotProgress) => void) | undefined
  readonly signal?: StopSignal | undefined
}

/** In pages of the database. */
export interface SnapshotProgress {
  readonly done: number
  readonly total: number
}

export interface EngineVersion {
  readonly name: string
  /** Numbers with dots: `3.53.2`. */
  readonly version: string
}

/** What a database holds, by hashes: equal exactly for equal schemas and rows, wherever they are in the file. */
export interface DatabaseContent {
  /** Hash of every statement of the schema, and of what else the engine keeps beside the rows. */
  readonly schema: string
  /** By name. Tables that only show what others hold are left out. */
  readonly tables: readonly TableContent[]
}

export interface TableContent {
  readonly name: string
  readonly rows: number
  /** Hash of the rows in the order of their key, values with their types. */
  readonly hash: string
}
