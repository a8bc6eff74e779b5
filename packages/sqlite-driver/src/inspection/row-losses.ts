import type { Damage } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'

/** Counts the rows of some tables before and after. */
export class RowLosses {
  readonly #connection: Connection
  readonly #before: readonly { readonly table: string; readonly rows: number }[]

  constructor(connection: Connection, tables: Iterable<string>) {
    this.#connection = connection
    this.#before = [...tables].map((table) => ({ table, rows: this.#count(table) }))
  }

  find(): Damage['losses'] {
    const losses: { table: string; rows: number }[] = []
    for (const { table, rows } of this.#before) {
      const lost = rows - this.#count(table)
      if (lost > 0) losses.push({ table, rows: lost })
    }
    return losses
  }

  #count(table: string): number {
    return Number(this.#connection.value(`SELECT count(*) FROM main.${quoteIdentifier(table)}`))
  }
}
