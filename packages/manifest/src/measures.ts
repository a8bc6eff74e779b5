const hourMs = 3_600_000
const agesMs = { h: hourMs, d: 24 * hourMs, w: 7 * 24 * hourMs } as const
const sizes = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const

/** What an age and a size look like, for messages. */
export const ageForm = 'a whole number with h, d or w, such as 36h, 90d or 8w'
export const sizeForm = 'a whole number with kB, MB, GB or TB, such as 500MB or 20GB'

/** Milliseconds of `36h`, `90d`, `8w`; undefined for any other text, for nothing and for what no clock can count. */
export function readAge(text: string): number | undefined {
  return measure(/^(\d+)(h|d|w)$/.exec(text), agesMs)
}

/** Bytes of `500MB`, `20GB`, in powers of 1,000; undefined for any other text, and for nothing. */
export function readSize(text: string): number | undefined {
  return measure(/^(\d+)(kB|MB|GB|TB)$/.exec(text), sizes)
}

function measure(match: RegExpExecArray | null, units: Readonly<Record<string, number>>): number | undefined {
  const [, number = '0', unit = ''] = match ?? []
  const value = Number(number) * (units[unit] ?? 0)
  return value > 0 && Number.isSafeInteger(value) ? value : undefined
}
