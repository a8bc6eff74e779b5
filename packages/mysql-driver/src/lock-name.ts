import { createHash } from 'node:crypto'

/** Longer names are refused by the server. */
const LONGEST_NAME = 64
const LONGEST_HASH = 16

/** The name of the lock of a database: such locks belong to the whole server. */
export function lockName(database: string): string {
  const name = `whimbrel:${database}`
  if (name.length <= LONGEST_NAME) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, LONGEST_HASH)
  return `${name.slice(0, LONGEST_NAME - LONGEST_HASH - 1)}:${hash}`
}
