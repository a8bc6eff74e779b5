import { MigrateError } from '@whimbrel/core'
import { checkRetentionPolicy, type RetentionPolicy } from './retention-policy.ts'

/** Something that is kept for a while: a backup, a file of kept rows. */
export interface Retained {
  /** When it was made: UTC, ISO 8601. Entries of one moment keep the order in which they are given, oldest first. */
  readonly recordedAt: string
  readonly bytes: number
  /** Somebody still refers to it: it stays, and counts like every other. */
  readonly protected?: boolean
}

/**
 * Which entries a policy no longer keeps, oldest first. Their order is that of `recordedAt`, whatever their names or
 * the times of their files; an entry from the future counts as new. The newest always stays. Throws USAGE for a policy
 * that makes no sense, and for a time that is none.
 */
export function expired<Entry extends Retained>(
  entries: readonly Entry[],
  policy: RetentionPolicy,
  now: Date = new Date(),
): readonly Entry[] {
  checkRetentionPolicy(policy)
  const { keep, maxAgeMs = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = policy
  let total = 0
  return newestFirst(entries)
    .filter((entry, index) => {
      total += entry.bytes
      if (index === 0 || entry.protected === true) return false
      const age = now.getTime() - Date.parse(entry.recordedAt)
      return index >= keep || total > maxBytes || age > maxAgeMs
    })
    .reverse()
}

function newestFirst<Entry extends Retained>(entries: readonly Entry[]): readonly Entry[] {
  for (const { recordedAt } of entries) {
    if (!Number.isNaN(Date.parse(recordedAt))) continue
    throw new MigrateError('USAGE', `An entry was recorded at "${recordedAt}", which is not a time`, {
      hint: 'Give recordedAt as UTC in ISO 8601: 2026-11-20T14:03:07.123Z',
    })
  }
  // Sorting is stable, so that entries of one moment stay in order; reversing makes the last of them the newest.
  return [...entries].sort((a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt)).reverse()
}
