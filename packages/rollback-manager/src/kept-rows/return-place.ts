import type { SchemaObject } from '@whimbrel/core'
import type { KeptColumn, KeptName, KeptTable } from './kept-file.ts'
import { objectNamed } from './object-named.ts'

/** Where the rows of a kept table belong now. */
export interface Destination {
  readonly object: SchemaObject
  /** For each kept column the name that it has now; undefined where it is not there. */
  readonly columns: readonly (string | undefined)[]
}

/**
 * The table that kept rows belong to: under the name that it had when they were kept, or before that run began, where
 * steps of the run or after it renamed it; of two tables the one with more of the columns.
 */
export function findDestination(table: KeptTable, objects: readonly SchemaObject[]): Destination | undefined {
  const destinations = namesOf(table).flatMap((name): Destination[] => {
    const object = objectNamed(name, objects)
    return object === undefined
      ? []
      : [{ object, columns: table.columns.map((column) => columnNow(column, object)) }]
  })
  const found = ({ columns }: Destination) => columns.filter((name) => name !== undefined).length
  return destinations.sort((a, b) => found(b) - found(a))[0]
}

function columnNow(column: KeptColumn, { columns }: SchemaObject): string | undefined {
  // The number of a row is no column.
  if (column.key && !column.lost && column.type === 'INTEGER' && isRowNumber(column.name)) return column.name
  const stored = columns.filter(({ generated }) => !generated)
  for (const name of namesOf(column)) {
    const now =
      stored.find((each) => each.name === name) ??
      stored.find((each) => each.name.toLowerCase() === name.toLowerCase())
    if (now !== undefined) return now.name
  }
  return undefined
}

function isRowNumber(name: string): boolean {
  return ['rowid', '_rowid_', 'oid'].includes(name)
}

function namesOf({ name, before }: KeptName): readonly string[] {
  return [...new Set([name, before])]
}
