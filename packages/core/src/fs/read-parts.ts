import { join } from 'node:path'
import { type MigrationFile, partsContent } from '../migration-file/file-content.ts'
import type { MigrationName } from '../migration-file/migration-name.ts'
import type { MigrationContent } from '../ports/source.ts'
import { type Folder, shownChild } from './folder.ts'
import { readBytes } from './read-bytes.ts'

/** Names of the files that make up one migration. */
export interface PartNames {
  readonly up: string
  readonly down?: string | undefined
  readonly metadata?: string | undefined
}

/** Reads a migration that consists of several files. */
export function readParts(name: MigrationName, folder: Folder, names: PartNames): MigrationContent {
  const read = (file: string): MigrationFile => {
    const shown = shownChild(folder, file)
    return { bytes: readBytes({ path: join(folder.path, file), shown, migration: name.id }), shown }
  }
  const optional = (file: string | undefined) => (file === undefined ? undefined : read(file))
  return partsContent(name, {
    up: read(names.up),
    down: optional(names.down),
    metadata: optional(names.metadata),
  })
}
