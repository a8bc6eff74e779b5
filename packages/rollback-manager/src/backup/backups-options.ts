import type {
  DatabaseContent,
  Driver,
  LockOptions,
  LockOwner,
  Session,
  SnapshotProgress,
  StopSignal,
  VersionTracker,
} from '@whimbrel/core'
import type { RetentionPolicy } from '../retention/retention-policy.ts'
import type { Backup } from './backup-folder.ts'
import type { BackupManifest } from './backup-manifest.ts'

export interface BackupsOptions {
  /** Name of the database: a backup of another one is never restored over it. */
  readonly database: string
  readonly driver: Driver
  readonly tracker: Pick<VersionTracker, 'applied' | 'tables'>
  /** Absolute folder of the backups; made when it is needed. */
  readonly directory: string
  /** Which backups stay; default: 30 of them. */
  readonly retention?: RetentionPolicy
  readonly toolVersion?: string
  /** Reads what tells this database from a copy of it, null where it carries nothing of the kind. */
  readonly instanceOf?: (session: Session) => Promise<string | null>
}

/** The right to migrate, asked for here or held by the caller already. */
export type BackupLock = 'held' | (LockOptions & { readonly owner: LockOwner })

export interface WorkOptions {
  readonly lock: BackupLock
  readonly signal?: StopSignal | undefined
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined
}

/** How far it is: pages while they are copied, nothing to count while they are checked. */
export type BackupProgress =
  | ({ readonly doing: 'copying' | 'restoring' } & SnapshotProgress)
  | { readonly doing: 'checking' | 'comparing' }

export interface CreateOptions extends WorkOptions {
  /** Default: manual. */
  readonly reason?: BackupManifest['reason']
  /** Run that it is taken for. */
  readonly runId?: string | undefined
}

export interface RestoreOptions extends WorkOptions {
  /** Back up what is there now, unless it holds no rows; default true. */
  readonly keepPresent?: boolean
}

/** What a restore did. */
export interface Restored {
  readonly backup: Backup
  /** What was there before, where it was kept. */
  readonly kept?: Backup
  readonly content: DatabaseContent
}
