import type { EngineVersion, Session, SnapshotOptions, Snapshots } from '@whimbrel/core'
import { DatabaseFile } from '../database-file.ts'
import type { Engine } from '../engine.ts'
import type { WritingOptions } from '../open-for-writing.ts'
import { openedForReading } from '../opened.ts'
import { SqliteSession } from '../sqlite-session.ts'
import { restoreSnapshot } from './restore-snapshot.ts'
import { saveSnapshot } from './save-snapshot.ts'

export interface SqliteSnapshotsOptions extends Omit<WritingOptions, 'engine' | 'create'> {
  /** Loads the engine when it is needed. */
  readonly loadEngine: () => Engine
  /** Told of every session, and when it ends. */
  readonly onOpen: (close: () => Promise<void>) => () => void
}

/** Copies of one database file, through SQLite's own backup. */
export class SqliteSnapshots implements Snapshots {
  readonly #file: DatabaseFile
  readonly #options: SqliteSnapshotsOptions

  constructor(file: DatabaseFile, options: SqliteSnapshotsOptions) {
    this.#file = file
    this.#options = options
  }

  async engine(): Promise<EngineVersion> {
    const handle = new (this.#options.loadEngine())(':memory:')
    try {
      return { name: 'sqlite', version: String(handle.prepare('SELECT sqlite_version()').pluck().get()) }
    } finally {
      handle.close()
    }
  }

  save(path: string, options: SnapshotOptions = {}): Promise<void> {
    return saveSnapshot(this.#file, path, { ...options, reading: this.#writing() })
  }

  async open(path: string): Promise<Session> {
    const { busyTimeoutMs, onOpen } = this.#options
    const opened = openedForReading(new DatabaseFile(path, path), this.#writing())
    const session: Session = new SqliteSession(opened.connection, {
      ...opened,
      busyTimeoutMs,
      onClose: () => {
        onClosed()
        opened.onClose()
      },
    })
    const onClosed = onOpen(() => session.close())
    return session
  }

  restore(path: string, options: SnapshotOptions = {}): Promise<void> {
    return restoreSnapshot(this.#file, path, { ...options, writing: this.#writing() })
  }

  #writing(): WritingOptions {
    const { pragmas, busyTimeoutMs, loadEngine } = this.#options
    return { engine: loadEngine(), pragmas, busyTimeoutMs, create: false }
  }
}
