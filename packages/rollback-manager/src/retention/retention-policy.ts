import { MigrateError } from '@whimbrel/core'

/** How much is kept. The newest entry is always kept, and so is a protected one. */
export interface RetentionPolicy {
  /** How many entries, from 1 to 1,000,000. */
  readonly keep: number
  /** How old an entry may become, in milliseconds. */
  readonly maxAgeMs?: number | undefined
  /** How much room all of them may take, in bytes. */
  readonly maxBytes?: number | undefined
}

/** More than this is a typing error. */
export const MOST_KEPT = 1_000_000

/** Throws USAGE for a policy that makes no sense. */
export function checkRetentionPolicy({ keep, maxAgeMs, maxBytes }: RetentionPolicy): void {
  if (!isWithin(keep, MOST_KEPT))
    throw nonsense('keep', keep, 'a whole number from 1 to 1,000,000; to make none, configure before: never')
  for (const [name, value] of Object.entries({ maxAgeMs, maxBytes })) {
    if (value !== undefined && !isWithin(value, Number.MAX_SAFE_INTEGER))
      throw nonsense(name, value, 'a whole number from 1')
  }
}

function isWithin(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most
}

function nonsense(name: string, value: unknown, wanted: string): MigrateError {
  return new MigrateError('USAGE', `The retention says ${name} = ${value}`, {
    hint: `Give ${name} ${wanted}`,
    details: { option: name },
  })
}
