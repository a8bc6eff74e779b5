import type { Connection } from '../connection.ts'

const tablesAndViews = "SELECT lower(name) AS name FROM sqlite_schema WHERE type IN ('table', 'view')"

/**
 * Names of tables and views that there are, or have been since somebody first looked at all of them. Of the words of a
 * script only these can break a view or a trigger: whatever uses a column names its table, too.
 */
export class KnownNames {
  readonly #connection: Connection
  #names: Set<string> | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Takes over everything that there is now. */
  learn(): void {
    const rows = this.#connection.rows<{ name: string }>(tablesAndViews)
    this.#names = new Set([...(this.#names ?? []), ...rows.map(({ name }) => name)])
  }

  /** Those of the names that are known, `found` among them now; all of them as long as nothing is known. */
  among(names: ReadonlySet<string>, found: readonly string[]): ReadonlySet<string> {
    const known = this.#names
    if (known === undefined) return names
    for (const name of found) known.add(name.toLowerCase())
    return new Set([...names].filter((name) => known.has(name)))
  }
}
