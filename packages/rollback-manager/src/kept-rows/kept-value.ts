import type { SqlValue } from '@whimbrel/core'

/**
 * A value as JSON that says exactly which one it is: an integer is a number while that is exact, and `{"i": "…"}` beyond;
 * `{"r": "1"}` is a floating-point value, `{"b": "…"}` bytes in base64.
 */
export type KeptValue =
  | null
  | string
  | number
  | { readonly i: string }
  | { readonly r: string }
  | { readonly b: string }

/** Integers are bigints, numbers are floating-point values: the way an Inspector gives rows. */
export function encodeValue(value: SqlValue): KeptValue {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'bigint') {
    const plain = Number(value)
    return Number.isSafeInteger(plain) ? plain : { i: value.toString() }
  }
  if (typeof value === 'number') return { r: Object.is(value, -0) ? '-0' : String(value) }
  return { b: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
}

/** Throws a TypeError for something that `encodeValue` never makes. */
export function decodeValue(kept: unknown): SqlValue {
  if (kept === null || typeof kept === 'string') return kept
  if (typeof kept === 'number') return BigInt(kept)
  const { i, r, b } = kept as { i?: unknown; r?: unknown; b?: unknown }
  if (typeof i === 'string') return BigInt(i)
  if (typeof r === 'string') return Number(r)
  if (typeof b === 'string') return Buffer.from(b, 'base64')
  throw new TypeError(`${JSON.stringify(kept)} is no kept value`)
}
