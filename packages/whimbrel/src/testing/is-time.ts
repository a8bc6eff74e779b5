const isoTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/
/** The last word of a column that holds a time. */
const timeWords = new Set([
  ...['at', 'on', 'time', 'timestamp', 'date', 'ts', 'created', 'updated', 'modified', 'deleted', 'expires'],
  ...['seen', 'since', 'until'],
])
const YEAR_2000 = 946_684_800
const YEAR_2100 = 4_102_444_800

/**
 * Whether a value is a moment that is another one in the next run: a text of ISO 8601 with date and time, wherever it
 * stands, or a plausible unix time (in seconds, milliseconds, microseconds or nanoseconds) in a column with such a name.
 */
export function isTime(value: unknown, column: string): boolean {
  if (typeof value === 'string') return isoTime.test(value)
  if (typeof value !== 'number' && typeof value !== 'bigint') return false
  const words = column.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase()
  if (!timeWords.has(words.slice(words.lastIndexOf('_') + 1))) return false
  return [1, 1e3, 1e6, 1e9].some((unit) => {
    const seconds = Number(value) / unit
    return seconds >= YEAR_2000 && seconds < YEAR_2100
  })
}
