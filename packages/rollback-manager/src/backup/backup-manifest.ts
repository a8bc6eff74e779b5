import { createHash } from 'node:crypto'
import type { DatabaseContent, EngineVersion } from '@whimbrel/core'

/** What is written beside each backup, in the order in which it is written. */
export interface BackupManifest {
  /** Form of this document. */
  readonly form: typeof MANIFEST_FORM
  readonly id: string
  /** Name of the database, as its manifest or its caller calls it. */
  readonly database: string
  /** What tells the database from a copy of it, null where it carries nothing of the kind. */
  readonly instance: string | null
  /** Id of the newest applied migration, null where there is none. */
  readonly migration: string | null
  readonly engine: EngineVersion
  readonly toolVersion: string
  /** UTC, ISO 8601 with milliseconds. */
  readonly createdAt: string
  /** `restore`: what was there before a restore. */
  readonly reason: 'manual' | 'automatic' | 'restore'
  /** Run that it was taken for. */
  readonly runId: string | null
  readonly file: {
    readonly bytes: number
    /** In hex. */
    readonly sha256: string
  }
  readonly content: DatabaseContent
}

/** Newest form that this release reads. */
export const MANIFEST_FORM = 1

/** The text of a manifest, with a checksum of itself. */
export function sealedManifest(manifest: BackupManifest): string {
  return `${JSON.stringify({ ...manifest, checksum: checksumOf(manifest) }, undefined, 2)}\n`
}

/** What is wrong with the text of a manifest, or the manifest. */
export type ReadManifest =
  | { readonly manifest: BackupManifest }
  | { readonly problem: 'unreadable' | 'edited' }
  | { readonly problem: 'newer'; readonly form: number }

/** Reads the text of a manifest. White space may have changed, and nothing else. */
export function openManifest(text: string): ReadManifest {
  const read = parsed(text)
  if (read === undefined || typeof read.form !== 'number') return { problem: 'unreadable' }
  if (read.form > MANIFEST_FORM) return { problem: 'newer', form: read.form }
  const { checksum, ...manifest } = read
  if (checksum !== checksumOf(manifest)) return { problem: 'edited' }
  return { manifest: manifest as unknown as BackupManifest }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function checksumOf(manifest: object): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(manifest)).digest('hex')}`
}
