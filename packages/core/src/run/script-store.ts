import { MigrateError } from '../migrate-error.ts'
import type { Dialect } from '../model/dialect.ts'
import type { ParsedMigration, SourceEntry } from '../ports/source.ts'

/** How many characters of SQL are held; what goes beyond is read again when its turn comes. */
const HELD_CHARACTERS = 4 * 1024 * 1024

/** The SQL of a source's migrations, without holding all of it at once. */
export class ScriptStore {
  readonly #dialect: Dialect
  readonly #entries = new Map<string, { entry: SourceEntry; fingerprint: string }>()
  readonly #held = new Map<string, ParsedMigration>()
  #characters = 0

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  /** Remembers where a migration is, without its SQL. */
  know(entry: SourceEntry, fingerprint: string): void {
    this.#entries.set(entry.version, { entry, fingerprint })
  }

  /** Remembers a migration, with its SQL while there is room. */
  keep(entry: SourceEntry, parsed: ParsedMigration): void {
    this.know(entry, parsed.migration.fingerprint)
    const size = parsed.up.sql.length + (parsed.down?.sql.length ?? 0)
    if (this.#characters + size > HELD_CHARACTERS) return
    this.#characters += size
    this.#held.set(entry.version, parsed)
  }

  /** The SQL of one version. Throws STATE_MOVED when the file is no longer what the plan was made from. */
  async get(version: string): Promise<ParsedMigration> {
    const held = this.#held.get(version)
    if (held !== undefined) return held
    const known = this.#entries.get(version)
    if (known === undefined) throw moved(version)
    const content = await known.entry.read()
    if (content.fingerprint !== known.fingerprint) throw moved(known.entry.id)
    return content.parse(this.#dialect)
  }
}

function moved(id: string): MigrateError {
  return new MigrateError('STATE_MOVED', `The file of ${id} changed while the run was going on`, {
    hint: 'Run the command again when nobody edits or switches the migrations',
    details: { migration: id },
  })
}
