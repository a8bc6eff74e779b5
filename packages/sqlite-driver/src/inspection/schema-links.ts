import type BetterSqlite3 from 'better-sqlite3'
import type { Connection } from '../connection.ts'
import { ForeignKeys } from './foreign-keys.ts'
import { Triggers } from './triggers.ts'

/**
 * What connects tables: foreign keys and triggers. Read on first use, kept up to date script by script, and read again
 * when somebody else changed the schema. Inside a transaction nobody else can, so that it is compared once in each.
 */
export class SchemaLinks {
  readonly #connection: Connection
  readonly #versionOfSchema: BetterSqlite3.Statement
  #version: unknown
  #isCurrent = false
  #foreignKeys: ForeignKeys | undefined
  #triggers: Triggers | undefined

  constructor(connection: Connection) {
    this.#connection = connection
    // This one pragma answers anew each time it runs.
    this.#versionOfSchema = connection.handle.prepare('PRAGMA schema_version').pluck()
  }

  get foreignKeys(): ForeignKeys {
    this.#foreignKeys ??= new ForeignKeys(this.#connection)
    return this.#foreignKeys
  }

  get triggers(): Triggers {
    this.#triggers ??= new Triggers(this.#connection)
    return this.#triggers
  }

  /** To be called before a script: forgets everything if the schema is not the one that was read. */
  check(): void {
    if (this.#isCurrent) return
    if (this.#isKnown && this.#versionOfSchema.get() !== this.#version) this.forget()
    this.#isCurrent = this.#connection.inTransaction
  }

  /** Takes over what a script with these keywords and names did to the schema. */
  follow(keywords: ReadonlySet<string>, names: () => ReadonlySet<string>): void {
    if (!this.#isKnown) return
    const rewrites = keywords.has('DROP') || keywords.has('RENAME')
    if (rewrites || keywords.has('TRIGGER')) this.#triggers = undefined
    // A table that was made may be one that a trigger names already.
    else if (keywords.has('CREATE')) this.#triggers?.forgetTables()
    const keys = this.#foreignKeys
    if (keywords.has('REFERENCES') || (rewrites && keys?.isEmpty === false))
      keys?.refresh(names(), { renamed: keywords.has('RENAME') })
  }

  /** The transaction is about to end: from here on others can change the schema. */
  endTransaction(): void {
    this.#version = this.#isKnown ? this.#versionOfSchema.get() : undefined
    this.#isCurrent = false
  }

  /** After something was undone, or the schema was changed by something that was not watched. */
  forget(): void {
    this.#foreignKeys = undefined
    this.#triggers = undefined
    this.#isCurrent = false
  }

  get #isKnown(): boolean {
    return this.#foreignKeys !== undefined || this.#triggers !== undefined
  }
}
