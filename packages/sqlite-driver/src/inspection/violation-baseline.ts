import type { ForeignKeyViolation } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'

interface ParentRow {
  readonly parent: string
  readonly count: number
}

const violationsOf = `SELECT parent, count(*) AS count FROM pragma_foreign_key_check(?, 'main') GROUP BY parent ORDER BY parent`

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
   * `isGone` is given where tables were renamed: says of two lower-case names that there is no such key any more.
   */
  added(
    tables: readonly string[],
    isGone?: (child: string, parent: string) => boolean,
  ): readonly ForeignKeyViolation[] {
    const after = tables.map((table) => ({ table, name: table.toLowerCase(), rows: this.#count(table) }))
    const added: ForeignKeyViolation[] = []
    for (const { table, name, rows } of after) {
      for (const { parent, count } of rows) {
        const key = { child: name, parent: parent.toLowerCase() }
        const before = this.#known.get(name)?.get(key.parent)
        const more = count - (before ?? (isGone === undefined ? 0 : this.#renamed(key, isGone)))
        if (more > 0) added.push({ table, parent, count: more })
      }
    }
    if (added.length === 0) for (const { name, rows } of after) this.#known.set(name, toCounts(rows))
    return added
  }

  /** Rows that lacked the same parent, or were of the same table, under a name that is gone. */
  #renamed(
    now: { child: string; parent: string },
    isGone: (child: string, parent: string) => boolean,
  ): number {
    let renamed = 0
    for (const [child, counts] of this.#known) {
      for (const [parent, count] of counts) {
        const related = child === now.child || parent === now.parent
        if (related && isGone(child, parent)) renamed += count
      }
    }
    return renamed
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
