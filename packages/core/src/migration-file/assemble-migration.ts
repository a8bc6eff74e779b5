import type { Script, Statement } from '../model/script.ts'
import type { ParsedMigration, Remark, Warning } from '../ports/source.ts'
import type { Header } from './header.ts'

/** What a source knows of a migration from its name and its bytes. */
export interface NamedMigration {
  readonly id: string
  readonly version: string
  readonly name: string
  /** SHA-256 in hex over the bytes. */
  readonly fingerprint: string
  /** The file, as shown to people. */
  readonly file?: string | undefined
}

/** One direction as it was read. */
export interface Part {
  readonly sql: string
  readonly file: string | undefined
  readonly statements: readonly Statement[]
  readonly checksum: string
  /** False where there is something in it, statements or not. */
  readonly empty: boolean
  /** Beginning of the first statement by which the engine commits. */
  readonly commits?: string | undefined
}

export interface Pieces {
  readonly header: Header
  readonly up: Part
  readonly down: Part | undefined
  readonly warnings: readonly Warning[]
  readonly remarks: readonly Remark[]
}

/** Puts together what the layouts read in their own ways. */
export function assembleMigration(named: NamedMigration, pieces: Pieces): ParsedMigration {
  const { metadata } = pieces.header
  const warnings = [...pieces.header.warnings, ...pieces.warnings]
  const written = pieces.down === undefined || pieces.down.empty ? undefined : pieces.down
  if (written !== undefined && metadata.irreversible !== undefined) warnings.push(unusedDown)
  const down = metadata.irreversible === undefined ? written : undefined
  const { id, version, name, fingerprint, file } = named
  const commits = metadata.transactional ? (pieces.up.commits ?? down?.commits) : undefined
  return {
    migration: {
      // First, because only then V8 copies it in one go: this is done for every file.
      ...metadata,
      id,
      version,
      name,
      checksum: pieces.up.checksum,
      downChecksum: down?.checksum ?? null,
      fingerprint,
      reversible: down !== undefined,
      empty: pieces.up.empty,
      file,
      // Rarely there, and then it decides.
      ...(commits === undefined ? undefined : { commits, transactional: false }),
    },
    up: scriptOf(pieces.up),
    down: down && scriptOf(down),
    warnings,
    remarks: pieces.remarks,
  }
}

const unusedDown: Warning = {
  message: 'The header says Irreversible, so the SQL of the down part never runs',
  hint: 'Remove the header line to make the migration reversible, or remove the SQL of the down part',
}

function scriptOf({ sql, file, statements }: Part): Script {
  return { sql, file, statements }
}
