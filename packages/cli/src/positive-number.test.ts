import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { positiveNumber } from './positive-number.ts'

describe('positiveNumber', () => {
  it('leaves out what was not given', () => {
    expect(positiveNumber(undefined, '--steps')).toBeUndefined()
  })

  it('reads every whole number from 1', () => {
    const numbers = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
    fc.assert(fc.property(numbers, (number) => positiveNumber(String(number), '--steps') === number))
  })

  it.each(['', ' ', '0', '-1', '1.5', '1e3', '0x10', '+1', '１', 'two', '9007199254740993'])(
    'refuses "%s"',
    (text) => {
      expect(() => positiveNumber(text, '--steps')).toThrow(
        expect.objectContaining({
          code: 'USAGE',
          message: `"${text}" is not a value of --steps`,
          hint: 'Give --steps a whole number from 1',
        }),
      )
    },
  )
})
