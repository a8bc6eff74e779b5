/** Database engines a url can name. */
export const engines = ['sqlite', 'postgres', 'mysql'] as const
/** How migration files are laid out in a folder. */
export const layouts = ['single-file', 'directory', 'paired'] as const
/** How the migrations of one database share transactions. */
export const transactionModes = ['batch', 'each', 'all'] as const
/** What a run over several databases keeps when one of them fails. */
export const releases = ['atomic', 'independent'] as const
/** When a backup is taken. */
export const backupMoments = ['destructive', 'always', 'never'] as const
/** More backups than this are a typing error. */
export const mostKept = 1_000_000

export type Engine = (typeof engines)[number]
export type Layout = (typeof layouts)[number]
export type TransactionMode = (typeof transactionModes)[number]
export type Release = (typeof releases)[number]

/** Where and when backups of one database are made. */
export interface BackupSettings {
  /** Absolute folder. */
  readonly directory: string
  /** How many to keep. */
  readonly keep: number
  readonly before: (typeof backupMoments)[number]
  /** How old one may become, in milliseconds. */
  readonly maxAgeMs?: number
  /** How much room all of them may take, in bytes. */
  readonly maxBytes?: number
}

/** Switches are `on` or `off`, choices are written as SQLite documents them, numbers are numbers. */
export type PragmaValue = string | number

/** One database of a manifest, with every default filled in. */
export interface DatabaseEntry {
  readonly name: string
  readonly engine: Engine
  /** As a driver takes it: `sqlite:/absolute/path`, `sqlite::memory:`, `postgres://…`, `mysql://…`. */
  readonly url: string
  /** As people may see it: a password is `***`. */
  readonly displayUrl: string
  /** SQLite only: the absolute file, or `:memory:`. */
  readonly path?: string
  /** Absolute folders of its migrations, each once; a new migration goes into the first. */
  readonly migrations: readonly [string, ...string[]]
  readonly layout: Layout
  /** Name of the tracking table; any text, so it has to be quoted. */
  readonly table: string
  /** SQLite only, empty for other engines; the defaults merged with what the manifest says. */
  readonly pragmas: Readonly<Record<string, PragmaValue>>
  /** Absent where the manifest does not say: what is usual for the engine. */
  readonly transaction?: TransactionMode
  /** Absent for a database in memory, of which no backups can be made. */
  readonly backup?: BackupSettings
  /** Patterns of what may differ from the schema that the migrations give; empty where nothing is said. */
  readonly driftIgnore: readonly string[]
  /** Milliseconds; absent where the manifest does not say. */
  readonly lockTimeoutMs?: number
  /** How long a migration waits for the locks of others, in milliseconds; servers only, absent where nobody says. */
  readonly busyTimeoutMs?: number
  /** How long one statement may take, in milliseconds; servers only, absent where nobody says. */
  readonly statementTimeoutMs?: number
  /** PostgreSQL only: schema of the tracking tables, absent where nobody says. */
  readonly trackingSchema?: string
  /** PostgreSQL only: schemas in which names are looked up, absent where nobody says. */
  readonly searchPath?: readonly string[]
  /** Absolute folder of declarative schema files. */
  readonly schema?: string
}

/** A manifest as read for one environment. */
export interface Manifest {
  /** Absolute path of the file; of a text, what its reader calls it. */
  readonly path: string
  /** Absolute folder that its paths are relative to. */
  readonly directory: string
  /** Name of the environment that was selected. */
  readonly environment?: string
  /** The selected environment asks for consent before anything destructive. */
  readonly protected: boolean
  readonly release: Release
  /** In the order of the file. */
  readonly databases: readonly DatabaseEntry[]
}
