import type { Damage } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import type { ForeignKey, ForeignKeys } from './foreign-keys.ts'

const existing = `SELECT n.value AS name FROM json_each(?) AS n
  WHERE EXISTS (SELECT 1 FROM pragma_table_info(n.value, 'main'))`

/**
 * Foreign keys that had a parent before a script and point at nothing after it. A key to a table that never existed
 * is legal and stays unmentioned: it may be made later.
 */
export class DanglingKeys {
  readonly #connection: Connection
  readonly #foreignKeys: () => ForeignKeys
  readonly #names: ReadonlySet<string>
  /** Lower-case names of the parents that exist before. */
  readonly #parents: ReadonlySet<string>
  /** Keys with a parent before: table and columns. */
  readonly #satisfied: ReadonlySet<string>

  constructor(connection: Connection, foreignKeys: () => ForeignKeys, names: ReadonlySet<string>) {
    this.#connection = connection
    this.#foreignKeys = foreignKeys
    this.#names = names
    const keys = this.#related()
    this.#parents = this.#existing(keys)
    this.#satisfied = new Set(keys.filter((key) => this.#parents.has(key.parent.toLowerCase())).map(identify))
  }

  /** Call it when the foreign keys of the script's names have been read again. */
  find(): Damage['dangling'] {
    const keys = this.#related()
    const parents = this.#existing(keys)
    return keys
      .filter(({ parent }) => !parents.has(parent.toLowerCase()))
      .filter((key) => this.#parents.has(key.parent.toLowerCase()) || this.#satisfied.has(identify(key)))
      .map(({ child, parent }) => ({ table: child, parent }))
  }

  /** Keys of the tables that the script names, and to them; a rename makes a parent out of another name. */
  #related(): readonly ForeignKey[] {
    const foreignKeys = this.#foreignKeys()
    const keys = new Set<ForeignKey>()
    for (const name of this.#names) {
      for (const key of foreignKeys.of(name)) keys.add(key)
      for (const key of foreignKeys.to(name)) keys.add(key)
    }
    return [...keys]
  }

  #existing(keys: readonly ForeignKey[]): ReadonlySet<string> {
    const parents = [...new Set(keys.map(({ parent }) => parent))]
    const rows = this.#connection.rows<{ name: string }>(existing, [JSON.stringify(parents)])
    return new Set(rows.map(({ name }) => name.toLowerCase()))
  }
}

function identify({ child, columns }: ForeignKey): string {
  return JSON.stringify([child.toLowerCase(), columns])
}
