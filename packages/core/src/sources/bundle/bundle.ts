import type { Layout } from '../../model/layout.ts'

/** Manifest and migrations of several databases as one value, which `whimbrel bundle` writes as a module. */
export interface Bundle {
  /** Version of this form. */
  readonly whimbrel: 1
  /** The manifest as JSON; its variables are not filled in. */
  readonly manifest: string
  readonly databases: Readonly<Record<string, BundledDatabase>>
}

/** The migrations of one database. */
export interface BundledDatabase {
  readonly layout: Layout
  readonly migrations: readonly BundledMigration[]
}

/** One migration: the text of each of its files, as it was, byte-order mark and line endings included. */
export interface BundledMigration {
  readonly id: string
  readonly files: BundledFiles
}

/** `sql` for the layout `single-file`, otherwise one text for each file that there is. */
export interface BundledFiles {
  readonly sql?: string
  readonly up?: string
  readonly down?: string
  readonly metadata?: string
}
