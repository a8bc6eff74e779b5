import type { SqlValue } from '@whimbrel/core'

/** POINT(1 2) as a server of MySQL keeps it: four bytes of a reference system and a well-known binary. */
const point = Uint8Array.from(
  '000000000101000000000000000000f03f0000000000000040'.match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
)

/** Values that a declared type allows and few others: those of an enumeration for instance. Each row begins with another one. */
export function typeValues(type: string, row: number): readonly SqlValue[] {
  const [, listed] = /^(?:enum|set)\s*\((.*)\)/is.exec(type) ?? []
  if (listed !== undefined) {
    const values = (listed.match(/'(?:[^'\\]|\\.|'')*'/g) ?? []).map((text) =>
      text.slice(1, -1).replaceAll("''", "'"),
    )
    return values.map((_, at) => values[(at + row) % values.length] ?? null)
  }
  if (/^(?:geometry|point)\b/i.test(type)) return [point]
  if (/^bit\b/i.test(type)) return [BigInt(row % 2), 1n]
  if (/^year\b/i.test(type)) return [BigInt(2001 + row)]
  if (/^inet[46]\b/i.test(type)) return ['10.0.0.1', '::1']
  return []
}
