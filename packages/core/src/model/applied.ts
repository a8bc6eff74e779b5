import type { Metadata } from './migration.ts'

/** The record of an applied migration, or of one in doubt. */
export interface Applied extends Metadata {
  readonly id: string
  readonly version: string
  readonly name: string
  /** Order of application, ascending; never taken from a clock. */
  readonly sequence: number
  /** In doubt: started outside a transaction and not known to have finished. */
  readonly state: 'applied' | 'in-doubt'
  /** Direction that is in doubt. */
  readonly direction: 'up' | 'down'
  /** Statements known to have finished, where it is in doubt. */
  readonly progress: number | null
  /** Trace of the statement behind those, where it was begun and nobody knows whether it took effect. */
  readonly trace?: string | undefined
  /** UTC start, ISO 8601 with milliseconds. */
  readonly appliedAt: string
  readonly durationMs: number
  /** `sha256:<hex>`; anything else was imported and counts as unknown. */
  readonly checksum: string
  readonly downChecksum: string | null
  /** SHA-256 in hex of the bytes that were applied, null where imported. */
  readonly fingerprint: string | null
  readonly runId: string
  /** Who ran it: `user@host`. */
  readonly by: string
  readonly toolVersion: string
}

/** What the history says of one attempt, in either direction. */
export interface HistoryEntry {
  /** Integer key: the order of the history. */
  readonly sequence: number
  readonly id: string
  readonly version: string
  readonly action: 'up' | 'down' | 'baseline' | 'mark' | 'accept'
  readonly outcome: 'started' | 'applied' | 'reverted' | 'failed' | 'recorded'
  /** UTC, ISO 8601 with milliseconds. */
  readonly startedAt: string
  readonly durationMs: number
  readonly checksum: string | null
  /** For `accept`: the checksum before. */
  readonly previousChecksum?: string | undefined
  /** Why it failed, or the reason somebody gave. */
  readonly reason: string | null
  readonly runId: string
  readonly by: string
  readonly toolVersion: string
  /** Path of the backup that was taken before its run. */
  readonly backup?: string | undefined
}

/** The SQL that was kept when a migration was applied, so that it can be rolled back without its file. */
export interface KeptSql {
  readonly up: string
  readonly down: string | null
}

/** Id of the newest migration that is applied for certain, null where there is none: where the database stands. */
export function currentId(records: readonly Applied[]): string | null {
  return records.findLast(({ state }) => state === 'applied')?.id ?? null
}
