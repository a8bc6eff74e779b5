import { MigrateError } from '@whimbrel/core'
import { quote } from './json-node.ts'

const unitMs = { ms: 1, s: 1000, m: 60_000 } as const
/** The longest timer there is: a 32-bit count of milliseconds, about 24 days. */
const longestMs = 2_147_483_647

/** What a duration looks like, for messages. */
export const durationForm = 'a whole number with ms, s or m, such as 500ms, 30s or 2m'

/** Milliseconds of `500ms`, `30s`, `2m`; undefined for any other text, and for more than 24 days. */
export function readDuration(text: string): number | undefined {
  const match = /^(\d+)(ms|s|m)$/.exec(text)
  if (match === null) return undefined
  const milliseconds = Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]
  return milliseconds <= longestMs ? milliseconds : undefined
}

/**
 * Milliseconds of a duration that somebody wrote: `500ms`, `30s`, `2m`.
 *
 * @param where what it was given to, as the message names it: `--lock-timeout`
 * @throws USAGE
 */
export function parseDuration(text: string, where: string): number {
  const milliseconds = readDuration(text)
  if (milliseconds !== undefined) return milliseconds
  throw new MigrateError('USAGE', `${where} is ${quote(text)}, which is not a duration`, {
    hint: `Write ${durationForm}; the longest is 24 days`,
    details: { where },
  })
}
