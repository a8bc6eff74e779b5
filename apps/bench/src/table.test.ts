import { describe, expect, it } from 'vitest'
import { asMilliseconds, asRatio, median, minimum, table } from './table.ts'

describe('table', () => {
  it('lines up its columns, numbers to the right', () => {
    expect(table(['tool', 'ms'], [['raw', '1.00']])).toBe(
      '| tool |   ms |\n| ---- | ---: |\n| raw  | 1.00 |\n',
    )
  })

  it('takes the middle figure, or the mean of the two in the middle', () => {
    expect(median([9, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 9])).toBe(3)
    expect(median([])).toBeUndefined()
    expect(minimum([3, 1])).toBe(1)
  })

  it('shows a dash where there is no figure', () => {
    expect([asMilliseconds(undefined), asRatio(undefined, 2), asRatio(2, undefined)]).toEqual(['–', '–', '–'])
  })

  it('shows as many digits as mean something', () => {
    expect([asMilliseconds(1.234), asMilliseconds(12.34), asMilliseconds(123.4)]).toEqual([
      '1.23',
      '12.3',
      '123',
    ])
    expect([asRatio(3, 2), asRatio(30, 2)]).toEqual(['1.50', '15.0'])
  })
})
