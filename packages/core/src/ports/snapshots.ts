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
  /** Opens such a file for reading, and leaves no trace. Throws the DATABASE_… codes. */
  open(path: string): Promise<Session>
  /** Checks the structure of such a file and hashes what it holds. Throws INTERRUPTED and the DATABASE_… codes. */
  examine(path: string, options?: Pick<SnapshotOptions, 'signal'>): Promise<DatabaseContent>
  /**
   * Puts the content of such a file in the place of the database in one commit: whoever has it open sees the old
   * content or the new one, and so does whoever opens it after a crash. Makes the database where there is none. Waits
   * for readers and writers that are in the way, then throws DATABASE_BUSY. Takes no lock: the caller has it.
   */
  restore(path: string, options?: SnapshotOptions): Promise<void>
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
