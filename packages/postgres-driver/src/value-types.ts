import type { CustomTypesConfig } from 'pg'

/** Numbers of types in the catalogue of every server. */
const boolean = 16
const bytea = 17
const integers: ReadonlySet<number> = new Set([20, 21, 23, 26])
const floats: ReadonlySet<number> = new Set([700, 701])

/** Integers up to 2^53 are numbers, larger ones bigints. */
export const plainTypes = typesWith((text) => {
  const plain = Number(text)
  return Number.isSafeInteger(plain) ? plain : BigInt(text)
})

/** Every integer is a bigint, so that a number is a floating-point value. */
export const exactTypes = typesWith((text) => BigInt(text))

/**
 * Values as the port wants them: a boolean is 1 or 0, which PostgreSQL takes for a boolean, too; bytes are bytes;
 * everything else, timestamps and exact decimals above all, is the text of the server, in which nothing is lost.
 */
function typesWith(integer: (text: string) => number | bigint): CustomTypesConfig {
  const parserFor = (type: number): ((text: string) => unknown) => {
    if (integers.has(type)) return integer
    if (floats.has(type)) return Number
    if (type === boolean) return (text) => integer(text === 't' ? '1' : '0')
    if (type === bytea) return bytes
    return (text) => text
  }
  return { getTypeParser: parserFor as CustomTypesConfig['getTypeParser'] }
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}
