import type { Dirent } from 'node:fs'
import { sep } from 'node:path'
import { MigrateError } from '../migrate-error.ts'
import type { MigrationName } from '../migration-file/migration-name.ts'
import type { MigrationContent, SourceEntry, SourceListing } from '../ports/source.ts'

/** A folder whose names have been read. */
export interface Folder {
  readonly path: string
  /** The folder as shown to people. */
  readonly shown: string
  readonly children: readonly Dirent[]
}

/** Finds the migrations of a folder; opens no SQL. */
export type LayoutReader = (folder: Folder) => SourceListing

/** Children that may concern migrations: no README, nothing hidden. */
export function relevant(children: readonly Dirent[]): Dirent[] {
  return children.filter(({ name }) => !name.startsWith('.') && !/^readme/i.test(name))
}

export function isSqlName(name: string): boolean {
  return /\.sql$/i.test(name)
}

/** A child of a folder, as shown to people; made for every file of a listing, so without a look at its parts. */
export function shownChild({ shown }: Pick<Folder, 'shown'>, name: string): string {
  return shown === '.' ? name : shown.endsWith(sep) ? shown + name : shown + sep + name
}

/** One entry of a listing, whose bytes are read only when somebody asks. */
export function entryOf(name: MigrationName, read: () => MigrationContent): SourceEntry {
  return { ...name, read: async () => read() }
}

/** MIGRATION_LAYOUT: a file looks as if it belonged to another layout. */
export function otherLayout(
  shown: string,
  [own, other]: readonly [own: string, other: string],
): MigrateError {
  return new MigrateError(
    'MIGRATION_LAYOUT',
    `${shown} looks like the layout "${other}" in a folder that is read as "${own}"`,
    {
      hint:
        `Move it to a folder of its own, or set "layout" of this database in the manifest to "${other}" ` +
        'if all its migrations look like that',
      details: { file: shown, layout: own, looksLike: other },
    },
  )
}
