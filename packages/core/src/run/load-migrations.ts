import { MigrateError } from '../migrate-error.ts'
import type { Applied } from '../model/applied.ts'
import type { Dialect } from '../model/dialect.ts'
import type { Finding } from '../model/finding.ts'
import type { Migration } from '../model/migration.ts'
import { recorded } from '../plan/plan-down.ts'
import type { ParsedMigration, Source, SourceEntry } from '../ports/source.ts'
import { checkProtectedTables } from '../sql/protected-tables.ts'
import { ScriptStore } from './script-store.ts'

export interface LoadOptions {
  readonly dialect: Dialect
  /** Records of the database: a file whose bytes equal what was applied is not parsed again. */
  readonly applied: readonly Applied[]
  /** Tables that a migration may not touch. */
  readonly protectedTables: readonly string[]
  /** Picks versions by their names: of the others nothing is read, and nothing can be wrong with them. */
  readonly only?: ((entries: readonly Pick<SourceEntry, 'id' | 'version'>[]) => readonly string[]) | undefined
}

export interface LoadedMigrations {
  readonly migrations: readonly Migration[]
  /** Files that are wrong, all of them: nothing may run while there is one. */
  readonly problems: readonly MigrateError[]
  /** Odd but harmless things, an unknown header key for instance. */
  readonly warnings: readonly Finding[]
  readonly scripts: ScriptStore
}

/** Reads a source: every file is hashed, and parsed and checked unless it is known to be what was applied. */
export async function loadMigrations(source: Source, options: LoadOptions): Promise<LoadedMigrations> {
  const { entries, problems } = await source.list()
  const loading = new Loading(options)
  const only = options.only && new Set(options.only(entries))
  // Two files of one version leave open which of them is meant; another file's name is nobody's business here.
  loading.problems.push(
    ...problems.filter(({ code }) => only === undefined || code === 'MIGRATION_DUPLICATE'),
  )
  for (const entry of entries) {
    if (only === undefined || only.has(entry.version)) await loading.add(entry)
  }
  return loading
}

class Loading implements LoadedMigrations {
  readonly migrations: Migration[] = []
  readonly problems: MigrateError[] = []
  readonly warnings: Finding[] = []
  readonly scripts: ScriptStore
  readonly #options: LoadOptions
  readonly #records: ReadonlyMap<string, Applied>

  constructor(options: LoadOptions) {
    this.#options = options
    this.scripts = new ScriptStore(options.dialect)
    this.#records = new Map(options.applied.map((record) => [record.version, record]))
  }

  async add(entry: SourceEntry): Promise<void> {
    try {
      const content = await entry.read()
      const record = this.#records.get(entry.version)
      if (record?.fingerprint === content.fingerprint && record.id === entry.id) {
        this.migrations.push(recorded(record))
        this.scripts.know(entry, content.fingerprint)
      } else {
        this.#addParsed(entry, content.parse(this.#options.dialect))
      }
    } catch (error) {
      if (!MigrateError.is(error)) throw error
      this.problems.push(error)
    }
  }

  #addParsed(entry: SourceEntry, parsed: ParsedMigration): void {
    const { dialect, protectedTables } = this.#options
    for (const script of [parsed.up, parsed.down]) {
      if (script !== undefined) checkProtectedTables(script, protectedTables, dialect)
    }
    this.migrations.push(parsed.migration)
    this.scripts.keep(entry, parsed)
    for (const { message, hint, line } of parsed.warnings) {
      const { id, file } = parsed.migration
      const details = { file, line }
      this.warnings.push({ code: 'MIGRATION_HEADER', migration: id, message, hint, blocking: false, details })
    }
  }
}
