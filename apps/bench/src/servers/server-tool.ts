import type { GeneratedMigration } from '../generate.ts'
import type { ServerEngine } from './server-engine.ts'

/** How migrations share transactions: one for each, one for all, or none, because the engine commits by itself. */
export type Sharing = 'each' | 'all' | 'statements'

/** Where a tool is measured. */
export interface ServerPlace {
  /** The database, possibly behind a proxy. */
  readonly url: string
  /** A folder of its own. */
  readonly directory: string
  /** Folder of migration files inside it. */
  readonly migrations: string
  readonly sharing: Sharing
}

/** One migration tool, set up as its own documentation does for a server. */
export interface ServerTool {
  readonly name: string
  readonly version: string
  /** How it is set up, in words for the page. */
  readonly setup: string
  /** What it can do, by engine. */
  readonly sharings: Readonly<Partial<Record<ServerEngine['name'], readonly Sharing[]>>>
  /** Counts the migrations that it has on record. */
  readonly recordedSql: string
  /** Writes the migrations in its own format. */
  prepare(place: ServerPlace, migrations: readonly GeneratedMigration[]): void
  /** Connects, applies what is pending, disconnects. */
  up(place: ServerPlace): Promise<void>
}
