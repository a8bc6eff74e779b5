const sqlTime = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?$/
/** Numbers of seconds stay below this until the year 5138; numbers of milliseconds have been above it since 1973. */
const leastMilliseconds = 100_000_000_000

/**
 * A point in time as other programs write it into such a table, as UTC in ISO 8601 with milliseconds: the engine's
 * CURRENT_TIMESTAMP, with the offset of its time zone or in UTC, and seconds or milliseconds since 1970 are understood. Anything else stays as it is.
 */
export function instant(text: string): string {
  // As we write it. Comes first and is cheap: it is asked for every record.
  if (text.length === 24 && text[10] === 'T' && text[23] === 'Z') return text
  const [, date, time, fraction = '', offset = 'Z'] = sqlTime.exec(text) ?? []
  if (date !== undefined && time !== undefined) {
    return inUtc(`${date}T${time}.${fraction.slice(1, 4).padEnd(3, '0')}`, offset)
  }
  return /^\d+(\.\d+)?$/.test(text) ? sinceEpoch(Number(text), text) : text
}

function inUtc(time: string, offset: string): string {
  if (offset === 'Z') return `${time}Z`
  const minutes = offset.slice(3).replace(':', '').padEnd(2, '0')
  return new Date(`${time}${offset.slice(0, 3)}:${minutes}`).toISOString()
}

function sinceEpoch(value: number, text: string): string {
  const time = new Date(Math.round(value < leastMilliseconds ? value * 1000 : value))
  return Number.isNaN(time.getTime()) ? text : time.toISOString()
}
