import { Buffer } from 'node:buffer'
import { fingerprintOfAll } from '../../migration-file/fingerprint.ts'
import type { MigrationName } from '../../migration-file/migration-name.ts'
import { parseParts } from '../../migration-file/parse-parts.ts'
import type { Dialect } from '../../model/dialect.ts'
import type { Direction } from '../../model/migration.ts'
import type { Script } from '../../model/script.ts'
import type { MigrationFunction } from '../../ports/code-session.ts'
import type { MigrationContent, ParsedMigration } from '../../ports/source.ts'
import { codeChecksum, codeScript } from '../../sql/code-script.ts'
import { codeOutsideTransaction } from './check-code-migration.ts'
import type { CodeChange, CodeMigration } from './code-migration.ts'
import { metadataText } from './metadata-text.ts'
import type { Operation } from './operations/operation.ts'
import { operationsSql } from './operations/operation-sql.ts'
import { reverse, reverseOperations } from './operations/reverse-operation.ts'

/** The content of a migration in code: the one that it would have as files with the same SQL. */
export class CodeContent implements MigrationContent {
  readonly fingerprint: string
  readonly #name: MigrationName
  readonly #migration: CodeMigration
  readonly #changes: Readonly<Record<Direction, CodeChange | undefined>>
  /** Where its parts are, as shown to people. */
  readonly #location: string
  readonly #metadata: string

  constructor(name: MigrationName, migration: CodeMigration, location: string) {
    const { up, down } = migration
    this.#name = name
    this.#migration = migration
    this.#changes = {
      up,
      down: down === reverse ? reverseOperations(up as readonly Operation[], name.id) : down,
    }
    this.#location = `${location}/${name.id}`
    this.#metadata = metadataText(migration)
    this.fingerprint = fingerprintOfAll(this.#parts())
  }

  parse(dialect: Dialect): ParsedMigration {
    const { up, down } = this.#changes
    const texts = {
      up: this.#textOf('up', sqlOf(up, dialect) ?? ''),
      down: down === undefined ? undefined : this.#textOf('down', sqlOf(down, dialect) ?? ''),
      metadata: this.#textOf('metadata', this.#metadata),
    }
    const { fingerprint } = this
    const parsed = parseParts(texts, { ...this.#name, fingerprint, file: this.#location }, dialect)
    return this.#withCode(parsed)
  }

  #withCode(parsed: ParsedMigration): ParsedMigration {
    const up = this.#script('up')
    const down = parsed.migration.irreversible === undefined ? this.#script('down') : undefined
    if (up === undefined && down === undefined) return parsed
    // The header of SQL that stands beside code may ask for it, too.
    if (!parsed.migration.transactional) throw codeOutsideTransaction(this.#name.id)
    return {
      ...parsed,
      migration: {
        ...parsed.migration,
        ...(up && { checksum: this.#checksum('up'), empty: false }),
        ...(down && { downChecksum: this.#checksum('down'), reversible: true }),
      },
      up: up ?? parsed.up,
      down: down ?? parsed.down,
    }
  }

  #script(direction: Direction): Script | undefined {
    const change = this.#changes[direction]
    return typeof change === 'function' ? codeScript(change, `${this.#location}/${direction}`) : undefined
  }

  #checksum(direction: Direction): string {
    const { id, revision = '1' } = this.#migration as CodeMigration & { readonly revision?: string }
    return codeChecksum({ id, direction, revision })
  }

  #textOf(part: string, text: string) {
    return { text, file: `${this.#location}/${part}` }
  }

  /** Everything that is known of it before its dialect is, the text of its functions included. */
  #parts(): [role: string, bytes: Uint8Array][] {
    const { up, down } = this.#changes
    const texts: [string, string][] = [
      [`up ${kindOf(up)}`, sourceOf(up)],
      [`down ${kindOf(down)}`, sourceOf(down)],
      ['metadata', this.#metadata],
      ['revision', 'revision' in this.#migration ? (this.#migration.revision ?? '') : ''],
    ]
    return texts.map(([role, text]) => [role, Buffer.from(text)])
  }
}

function sqlOf(change: CodeChange | undefined, dialect: Dialect): string | undefined {
  if (change === undefined || typeof change === 'function') return undefined
  return typeof change === 'string' ? change : operationsSql(change, dialect)
}

function kindOf(change: CodeChange | undefined): string {
  return Array.isArray(change) ? 'operations' : typeof change
}

function sourceOf(change: CodeChange | undefined): string {
  if (change === undefined) return ''
  if (typeof change === 'object')
    return JSON.stringify(change, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
  return String(change as string | MigrationFunction)
}
