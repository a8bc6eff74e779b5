import type { MigrationContent } from '../ports/source.ts'
import { decodeText } from './decode-text.ts'
import { fingerprintOf, fingerprintOfAll } from './fingerprint.ts'
import type { MigrationName } from './migration-name.ts'
import { parseParts, type TextOfFile } from './parse-parts.ts'
import { parseSingleFile } from './parse-single-file.ts'

/** The bytes of one file of a migration. */
export interface MigrationFile {
  readonly bytes: Uint8Array
  /** The file as shown to people. */
  readonly shown: string
}

/** The files of a migration that has one for each direction. */
export interface PartFiles {
  readonly up: MigrationFile
  readonly down?: MigrationFile | undefined
  readonly metadata?: MigrationFile | undefined
}

/** The content of a migration that has both directions in one file. */
export function singleFileContent(name: MigrationName, { bytes, shown }: MigrationFile): MigrationContent {
  const fingerprint = fingerprintOf(bytes)
  return {
    fingerprint,
    files: { sql: bytes },
    parse(dialect) {
      const text = decodeText(bytes, { file: shown, migration: name.id })
      return parseSingleFile(text, { ...name, fingerprint, file: shown }, dialect)
    },
  }
}

/** The content of a migration that consists of several files. */
export function partsContent(name: MigrationName, { up, down, metadata }: PartFiles): MigrationContent {
  const fingerprint = fingerprintOfAll(
    Object.entries({ up, down, metadata }).flatMap(([role, file]) =>
      file === undefined ? [] : [[role, file.bytes] as const],
    ),
  )
  const decode = ({ bytes, shown }: MigrationFile): TextOfFile => ({
    text: decodeText(bytes, { file: shown, migration: name.id }),
    file: shown,
  })
  return {
    fingerprint,
    files: { up: up.bytes, down: down?.bytes, metadata: metadata?.bytes },
    parse(dialect) {
      const texts = { up: decode(up), down: down && decode(down), metadata: metadata && decode(metadata) }
      return parseParts(texts, { ...name, fingerprint, file: up.shown }, dialect)
    },
  }
}
