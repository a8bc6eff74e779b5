import type { ForeignKeyViolation } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'

interface ParentRow {
  readonly parent: string
  readonly count: number
}

const violationsOf =
  'SELECT parent, count(*) AS count FROM pragma_foreign_key_check(?) GROUP BY parent ORDER BY parent'

/** How many rows of a table had no parent before, by lower-case name of the parent. */
type Counts = ReadonlyMap<string, number>

/** Rows without a parent, counted once per transaction: only those that a script adds are its fault. */
export class ViolationBaseline {
  readonly #connection: Connection
  readonly #known = new Map<string, Counts>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  clear(): void {
    this.#known.clear()
  }

  /** Counts the rows of a table unless they were counted before. */
  remember(table: string): void {
    const name = table.toLowerCase()
    if (!this.#known.has(name)) this.#known.set(name, toCounts(this.#count(table)))
  }

  /**
   * Violations of these tables that were not there before. Where there are none, the counts are remembered.
   * `isGone` says of a lower-case name that no such table has foreign keys any more.
   */
  added(tables: readonly string[], isGone: (name: string) => boolean): readonly ForeignKeyViolation[] {
    const after = new Map(tables.map((table) => [table.toLowerCase(), { table, rows: this.#count(table) }]))
    const found = new Map([...after].map(([name, { rows }]): [string, Counts] => [name, toCounts(rows)]))
    const added: ForeignKeyViolation[] = []
    for (const [name, { table, rows }] of after) {
      for (const { parent, count } of rows) {
        const before = this.#known.get(name)?.get(parent.toLowerCase())
        const more = count - (before ?? this.#moved({ name, parent: parent.toLowerCase() }, found, isGone))
        if (more > 0) added.push({ table, parent, count: more })
      }
    }
    if (added.length === 0) for (const [name, counts] of found) this.#known.set(name, counts)
    return added
  }

  /** Rows that lacked the same parent, or were of the same table, under a name that is gone: it was renamed. */
  #moved(
    now: { name: string; parent: string },
    found: ReadonlyMap<string, Counts>,
    isGone: (name: string) => boolean,
  ): number {
    let moved = 0
    for (const [name, counts] of this.#known) {
      for (const [parent, count] of counts) {
        const related =
          name === now.name ? !found.get(name)?.has(parent) : parent === now.parent && isGone(name)
        if (related) moved += count
      }
    }
    return moved
  }

  #count(table: string): readonly ParentRow[] {
    try {
      return this.#connection.rows<ParentRow>(violationsOf, [table])
    } catch (error) {
      return this.#unusable(table, error)
    }
  }

  /** A parent without a unique key for it: every row of the child is without a parent then. */
  #unusable(table: string, error: unknown): readonly ParentRow[] {
    const match = /foreign key mismatch - ".*" referencing "(.*)"/.exec((error as Error).message)
    if (match?.[1] === undefined) throw error
    const count = Number(this.#connection.value(`SELECT count(*) FROM main.${quoteIdentifier(table)}`))
    return count === 0 ? [] : [{ parent: match[1], count }]
  }
}

function toCounts(rows: readonly ParentRow[]): Counts {
  return new Map(rows.map(({ parent, count }): [string, number] => [parent.toLowerCase(), count]))
}
