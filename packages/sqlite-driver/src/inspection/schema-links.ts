import type BetterSqlite3 from 'better-sqlite3'
import type { Connection } from '../connection.ts'
import { ForeignKeys } from './foreign-keys.ts'
import { Triggers } from './triggers.ts'

/** What connects tables: foreign keys and triggers. Read on first use, and again when the schema is another one. */
export class SchemaLinks {
  readonly #connection: Connection
  readonly #versionOfSchema: BetterSqlite3.Statement
  #seen: unknown
  #foreignKeys: ForeignKeys | undefined
  #triggers: Triggers | undefined

  constructor(connection: Connection) {
    this.#connection = connection
    // This one pragma answers anew each time it runs.
    this.#versionOfSchema = connection.handle.prepare('PRAGMA schema_version').pluck()
  }

  get foreignKeys(): ForeignKeys {
    this.#foreignKeys ??= this.#read(() => new ForeignKeys(this.#connection))
    return this.#foreignKeys
  }

  get triggers(): Triggers {
    this.#triggers ??= this.#read(() => new Triggers(this.#connection))
    return this.#triggers
  }

  /** Forgets everything if somebody else changed the schema. */
  check(): void {
    if (this.#isKnown && this.#versionOfSchema.get() !== this.#seen) this.forget()
  }

  /** Takes over what a script with these keywords and names did to the schema. */
  follow(keywords: ReadonlySet<string>, names: () => ReadonlySet<string>): void {
    if (!this.#isKnown) return
    const rewrites = keywords.has('DROP') || keywords.has('RENAME')
    if (rewrites || keywords.has('TRIGGER')) this.#triggers = undefined
    // A table that was made may be one that a trigger names already.
    else if (keywords.has('CREATE')) this.#triggers?.forgetTables()
    const keys = this.#foreignKeys
    if (keywords.has('REFERENCES') || (rewrites && keys?.isEmpty === false)) keys?.refresh(names())
    this.#seen = this.#versionOfSchema.get()
  }

  /** After something was undone: the same schema version may now mean another schema. */
  forget(): void {
    this.#foreignKeys = undefined
    this.#triggers = undefined
  }

  get #isKnown(): boolean {
    return this.#foreignKeys !== undefined || this.#triggers !== undefined
  }

  #read<Links>(read: () => Links): Links {
    if (!this.#isKnown) this.#seen = this.#versionOfSchema.get()
    return read()
  }
}
