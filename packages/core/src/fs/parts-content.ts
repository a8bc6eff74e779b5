import { join } from 'node:path'
import { decodeText } from '../migration-file/decode-text.ts'
import type { MigrationName } from '../migration-file/migration-name.ts'
import { parseParts, type TextOfFile } from '../migration-file/parse-parts.ts'
import type { MigrationContent } from '../ports/source.ts'
import { type Folder, fingerprintOfAll, shownChild } from './folder.ts'
import { readBytes } from './read-bytes.ts'

/** Names of the files that make up one migration. */
export interface PartFiles {
  readonly up: string
  readonly down?: string | undefined
  readonly metadata?: string | undefined
}

/** Reads a migration that consists of several files. */
export function partsContent(name: MigrationName, folder: Folder, files: PartFiles): MigrationContent {
  const read = (file: string | undefined) =>
    file === undefined ? undefined : new RawFile(name, folder, file)
  const up = new RawFile(name, folder, files.up)
  const down = read(files.down)
  const metadata = read(files.metadata)
  const roles = Object.entries({ up, down, metadata })
  const fingerprint = fingerprintOfAll(
    roles.flatMap(([role, file]) => (file ? [[role, file.bytes] as const] : [])),
  )
  return {
    fingerprint,
    parse(dialect) {
      const texts = { up: up.decode(), down: down?.decode(), metadata: metadata?.decode() }
      return parseParts(texts, { ...name, fingerprint, file: up.shown }, dialect)
    },
  }
}

class RawFile {
  readonly bytes: Uint8Array
  readonly shown: string
  readonly #migration: string

  constructor(name: MigrationName, folder: Folder, file: string) {
    this.shown = shownChild(folder, file)
    this.#migration = name.id
    this.bytes = readBytes({ path: join(folder.path, file), shown: this.shown, migration: name.id })
  }

  decode(): TextOfFile {
    return {
      text: decodeText(this.bytes, { file: this.shown, migration: this.#migration }),
      file: this.shown,
    }
  }
}
