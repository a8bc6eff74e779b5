import type { TypeCast } from 'mysql2'

const integers: ReadonlySet<string> = new Set(['TINY', 'SHORT', 'INT24', 'LONG', 'LONGLONG', 'YEAR'])
const floats: ReadonlySet<string> = new Set(['FLOAT', 'DOUBLE'])
const texts: ReadonlySet<string> = new Set([
  'VARCHAR',
  'VAR_STRING',
  'STRING',
  'ENUM',
  'SET',
  'TINY_BLOB',
  'MEDIUM_BLOB',
  'LONG_BLOB',
  'BLOB',
])

/** Integers up to 2^53 are numbers, larger ones bigints. */
export const plainTypes = typesWith((text) => {
  const plain = Number(text)
  return Number.isSafeInteger(plain) ? plain : BigInt(text)
})

/** Every integer is a bigint, so that a number is a floating-point value. */
export const exactTypes = typesWith((text) => BigInt(text))

/** Values as the port wants them: bytes are bytes; decimals, dates and times are the text of the server. */
function typesWith(integer: (text: string) => number | bigint): TypeCast {
  const given = (text: string | null, cast: (text: string) => unknown) => (text === null ? null : cast(text))
  return (field, next) => {
    if (integers.has(field.type)) return given(field.string('ascii'), integer)
    if (floats.has(field.type)) return given(field.string('ascii'), Number)
    if (field.type === 'BIT' || field.type === 'GEOMETRY') return bytes(field.buffer())
    if (!texts.has(field.type)) return field.string('utf8')
    const value = next()
    return value instanceof Uint8Array ? bytes(value) : value
  }
}

function bytes(value: Uint8Array | null): Uint8Array | null {
  return value === null ? null : new Uint8Array(value)
}
