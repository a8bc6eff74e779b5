import { usage } from '@whimbrel/core'
import { quoteIdentifier } from '@whimbrel/sqlite-driver'
import { handleOf, schemaOf, type TestedDatabase } from '../tested-database.ts'
import { relationOf } from './has-object.ts'
import type { Verdict } from './verdict.ts'

/** Whether a table or view has exactly so many rows. */
export function hasRowCount(database: TestedDatabase, table: string, count: number): Verdict {
  if (!Number.isSafeInteger(count) || count < 0)
    throw usage(`${JSON.stringify(count)} is no number of rows`, 'Give a whole number, 0 or more')
  const { name } = relationOf(schemaOf(database), table)
  const sql = `SELECT count(*) FROM main.${quoteIdentifier(name)}`
  const found = Number(handleOf(database).prepare(sql).pluck().get())
  const rows = (number: number) => `${number} ${number === 1 ? 'row' : 'rows'}`
  return {
    holds: found === count,
    unmet: `${name} has ${rows(found)}, not ${count}`,
    met: `${name} has ${rows(found)}`,
  }
}
