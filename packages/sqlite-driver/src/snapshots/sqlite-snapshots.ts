import {
  type DatabaseContent,
  type EngineVersion,
  type ExamineOptions,
  MigrateError,
  type Session,
  type SnapshotOptions,
  type Snapshots,
} from '@whimbrel/core'
import { DatabaseFile } from '../database-file.ts'
import type { Engine } from '../engine.ts'
import { readContent } from '../inspection/read-content.ts'
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

  async examine(path: string, { signal, look }: ExamineOptions = {}): Promise<DatabaseContent> {
    if (look !== undefined) await this.#look(path, look)
    const { connection, onClose } = openedForReading(new DatabaseFile(path, path), this.#writing())
    try {
      const finding = connection.value('PRAGMA quick_check(1)')
      if (finding !== 'ok') throw damaged(path, String(finding))
      return await readContent(connection, signal)
    } finally {
      onClose()
    }
  }

  restore(path: string, options: SnapshotOptions = {}): Promise<void> {
    return restoreSnapshot(this.#file, path, { ...options, writing: this.#writing() })
  }

  async #look(path: string, look: NonNullable<ExamineOptions['look']>): Promise<void> {
    const session = await this.open(path)
    await look(session).finally(() => session.close())
  }

  #writing(): WritingOptions {
    const { pragmas, busyTimeoutMs, loadEngine } = this.#options
    return { engine: loadEngine(), pragmas, busyTimeoutMs, create: false }
  }
}

function damaged(path: string, finding: string): MigrateError {
  return new MigrateError('DATABASE_CORRUPT', `${path} is damaged: ${finding}`, {
    hint: 'Check the database that it was made of, and use another copy',
  })
}
