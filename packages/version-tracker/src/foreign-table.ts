import { MigrateError } from '@whimbrel/core'
import type { RecognisedTable, TableColumn } from './recognise-table.ts'

const otherName = 'Give the database another "table" in the manifest'
const adopt = 'run "whimbrel baseline <id of the newest migration the database already has>"'

/** The error for a table under our name that is not ours: says whose it is and which command adopts it. */
export function foreignTable(
  table: string,
  columns: readonly TableColumn[],
  found: Exclude<RecognisedTable, { shape: 'current' | 'older' }>,
): MigrateError {
  const list = columns.map(({ name, type }) => `${name} ${type}`.trimEnd()).join(', ')
  const details = { table, shape: found.shape, columns: columns.map(({ name }) => name) }
  const error = (message: string, hint: string) =>
    new MigrateError('TRACKING_TABLE_FOREIGN', message, { hint, details })
  if (found.shape === 'plain') {
    return error(
      `The table "${table}" is a plain five-column table that another program made (${list})`,
      `To adopt it with its rows, ${adopt}; or give the database another "table" in the manifest`,
    )
  }
  if (found.shape === 'foreign') {
    return error(
      `The table "${table}" belongs to ${found.tool} (its columns are ${list})`,
      `${otherName}, then ${adopt}; the table of ${found.tool} stays as it is`,
    )
  }
  return error(
    `The table "${table}" is not a tracking table of this tool (its columns are ${list})`,
    `${otherName}; the existing table stays as it is`,
  )
}

/** The error for a view or an index that has the name of one of our tables. */
export function nameTaken(table: string, kind: string): MigrateError {
  const article = /^[aeiou]/.test(kind) ? 'an' : 'a'
  return new MigrateError(
    'TRACKING_TABLE_FOREIGN',
    `"${table}" is ${article} ${kind}, not a tracking table`,
    {
      hint: `${otherName}; the existing ${kind} stays as it is`,
      details: { table, kind },
    },
  )
}
