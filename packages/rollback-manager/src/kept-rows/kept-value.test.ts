import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeValue, encodeValue } from './kept-value.ts'

const throughJson = (value: Parameters<typeof encodeValue>[0]) =>
  decodeValue(JSON.parse(JSON.stringify(encodeValue(value))))

it.each([
  [null, null],
  [1n, 1],
  [1, { r: '1' }],
  ['1', '1'],
  [2n ** 63n - 1n, { i: '9223372036854775807' }],
  [-(2n ** 63n), { i: '-9223372036854775808' }],
  [Number.POSITIVE_INFINITY, { r: 'Infinity' }],
  [-0, { r: '-0' }],
  [new Uint8Array([0, 255]), { b: 'AP8=' }],
  ['a\u0000b\u2028', 'a\u0000b\u2028'],
])('writes %o as %o', (value, kept) => {
  expect(encodeValue(value)).toEqual(kept)
})

it('gives back exactly what was written, for any value', () => {
  const values = fc.oneof(
    fc.constant(null),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double({ noNaN: true }),
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
  )
  fc.assert(
    fc.property(values, (value) => {
      const back = throughJson(value)
      return value instanceof Uint8Array ? Buffer.from(value).equals(back as Buffer) : Object.is(back, value)
    }),
  )
})

it('refuses what it never writes', () => {
  for (const wrong of [{}, { x: 1 }, [1], true]) expect(() => decodeValue(wrong)).toThrow()
})
