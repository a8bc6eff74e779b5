import { createHash } from 'node:crypto'

/** Longer names are refused by the server. */
const LONGEST_NAME = 64
const LONGEST_HASH = 16

/** The name of the lock of a database: such locks belong to the whole server. */
export function lockName(database: string): string {
  return named('whimbrel', database)
}

/** The name of the lock that those have who work under the lock of a database, until the server is done with them. */
export function workName(database: string): string {
  return named('whimbrel-work', database)
}

function named(kind: string, database: string): string {
  const name = `${kind}:${database}`
  if (name.length <= LONGEST_NAME) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, LONGEST_HASH)
  return `${name.slice(0, LONGEST_NAME - LONGEST_HASH - 1)}:${hash}`
}
