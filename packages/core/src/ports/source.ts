import type { MigrateError } from '../migrate-error.ts'
import type { Dialect } from '../model/dialect.ts'
import type { Direction, Migration } from '../model/migration.ts'
import type { Script } from '../model/script.ts'

/** Where migrations come from: a folder, a bundle, code. */
export interface Source {
  /** The place as shown to people. */
  readonly location: string
  /** What there is, by name, ordered by version; reads no SQL. Throws SOURCE_MISSING. */
  list(): Promise<SourceListing>
}

export interface SourceListing {
  readonly entries: readonly SourceEntry[]
  /** Files that are not migrations although they stand where migrations do, and versions that exist twice. */
  readonly problems: readonly MigrateError[]
}

/** One migration of a source, not read yet. */
export interface SourceEntry {
  readonly id: string
  readonly version: string
  readonly name: string
  /** Reads and hashes the bytes. Throws MIGRATION_UNREADABLE, MIGRATION_TOO_LARGE. */
  read(): Promise<MigrationContent>
}

/** The bytes of one migration. */
export interface MigrationContent {
  /** SHA-256 in hex over the bytes as read. */
  readonly fingerprint: string
  /** Optional role: the files themselves, for who packs them; absent where it is not from files. */
  readonly files?: MigrationFiles
  /** Lexes and checks it. Throws MIGRATION_ENCODING, MIGRATION_MARKER, MIGRATION_HEADER, MIGRATION_SQL. */
  parse(dialect: Dialect): ParsedMigration
}

/** The bytes of each file of a migration, by what it holds: `sql` both directions, or else one file for each. */
export interface MigrationFiles {
  readonly sql?: Uint8Array | undefined
  readonly up?: Uint8Array | undefined
  readonly down?: Uint8Array | undefined
  /** A `metadata.toml`. */
  readonly metadata?: Uint8Array | undefined
}

/** A migration with its SQL. */
export interface ParsedMigration {
  readonly migration: Migration
  readonly up: Script
  /** Undefined when there is no down, or it is empty or only comments. */
  readonly down: Script | undefined
  /** Things that are odd but harmless, an unknown header key for instance. */
  readonly warnings: readonly Warning[]
  /** Comments that speak to the tool, `-- whimbrel-…`, in order; they change neither SQL nor checksum. */
  readonly remarks: readonly Remark[]
}

/** A line comment that begins with `whimbrel-`. */
export interface Remark {
  /** Behind the two dashes, without white space around it. */
  readonly text: string
  /** 1-based line of its file. */
  readonly line: number
  /** The header is everything above the SQL of the up part. */
  readonly part: 'header' | Direction
}

export interface Warning {
  readonly message: string
  readonly hint: string
  readonly line?: number
}
