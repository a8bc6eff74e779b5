import { MigrateError } from '@whimbrel/core'

/** What became of the rows of a file. */
export interface ReturnReport {
  /** Id of the migration that had taken them away. */
  readonly migration: string
  /** Rows that are back now and were not before. */
  readonly returned: number
  /** Rows that were there already, exactly like that. */
  readonly alreadyThere: number
  readonly refused: readonly RefusedRows[]
}

/** Rows that could not be returned, for one reason. */
export interface RefusedRows {
  readonly table: string
  readonly reason: string
  readonly rows: number
  /** The keys of the first few, as a person would read them. */
  readonly keys: readonly string[]
}

/** How many keys are named for each reason. */
const NAMED = 5

/** Counts what becomes of each row. */
export class ReturnAccount {
  readonly #refused = new Map<string, { table: string; reason: string; rows: number; keys: string[] }>()
  #returned = 0
  #alreadyThere = 0

  returned(): void {
    this.#returned += 1
  }

  alreadyThere(): void {
    this.#alreadyThere += 1
  }

  refused(table: string, reason: string, key: string): void {
    const id = JSON.stringify([table, reason])
    const known = this.#refused.get(id) ?? { table, reason, rows: 0, keys: [] }
    known.rows += 1
    if (known.keys.length < NAMED) known.keys.push(key)
    this.#refused.set(id, known)
  }

  report(migration: string): ReturnReport {
    return {
      migration,
      returned: this.#returned,
      alreadyThere: this.#alreadyThere,
      refused: [...this.#refused.values()],
    }
  }
}

/** The error of a return that left something out; undefined when everything is back. */
export function returnRefusal({ migration, refused, ...counts }: ReturnReport): MigrateError | undefined {
  if (refused.length === 0) return undefined
  const rows = refused.reduce((sum, each) => sum + each.rows, 0)
  const reasons = refused.map(
    (each) =>
      `${each.rows} of ${each.table} (${each.keys.join(', ')}${each.rows > each.keys.length ? ' …' : ''}): ${each.reason}`,
  )
  return new MigrateError(
    'ROWS_NOT_RETURNED',
    `${rows} ${rows === 1 ? 'row' : 'rows'} that ${migration} took away could not be returned: ${reasons.join('; ')}`,
    {
      hint: 'Correct what stands in the way and run the same command again: it returns only what is still missing',
      details: { migration, refused, ...counts },
    },
  )
}
