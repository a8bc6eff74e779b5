const sqlTime = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?Z?$/
/** Numbers of seconds stay below this until the year 5138; numbers of milliseconds have been above it since 1973. */
const leastMilliseconds = 100_000_000_000

/**
 * A point in time as other programs write it into such a table, as UTC in ISO 8601 with milliseconds: the engine's
 * CURRENT_TIMESTAMP and seconds or milliseconds since 1970 are understood. Anything else stays as it is.
 */
export function instant(text: string): string {
  // As we write it. Comes first and is cheap: it is asked for every record.
  if (text.length === 24 && text[10] === 'T' && text[23] === 'Z') return text
  const [, date, time, fraction = ''] = sqlTime.exec(text) ?? []
  if (date !== undefined && time !== undefined) {
    return `${date}T${time}.${fraction.slice(1, 4).padEnd(3, '0')}Z`
  }
  return /^\d+(\.\d+)?$/.test(text) ? sinceEpoch(Number(text), text) : text
}

function sinceEpoch(value: number, text: string): string {
  const time = new Date(Math.round(value < leastMilliseconds ? value * 1000 : value))
  return Number.isNaN(time.getTime()) ? text : time.toISOString()
}
