import { describe, expect, it } from 'vitest'
import { count, duration, size, styleOf, time, widthOf } from './style.ts'

describe('figures for people', () => {
  it.each([
    [0.2, '<1 ms'],
    [1, '1 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [1234, '1.2 s'],
    [59_400, '59.4 s'],
    [59_960, '1 min 0 s'],
    [119_700, '2 min 0 s'],
    [185_000, '3 min 5 s'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  it.each([
    [0, '0 kB'],
    [4096, '5 kB'],
    [1_500_000, '1.5 MB'],
    [2_340_000_000, '2.3 GB'],
  ])('shows %d bytes as %s', (bytes, text) => {
    expect(size(bytes)).toBe(text)
  })

  it('shows a time to the second, in UTC', () => {
    expect(time('2026-11-20T14:03:07.123Z')).toBe('2026-11-20 14:03:07Z')
  })

  it('counts one and many', () => {
    expect([count(0, 'row'), count(1, 'row'), count(2, 'row')]).toEqual(['0 rows', '1 row', '2 rows'])
  })

  it('limits the width of a column', () => {
    expect([widthOf([]), widthOf(['a', 'abc']), widthOf(['x'.repeat(99)])]).toEqual([0, 3, 60])
  })

  it('colours only where it may', () => {
    expect(styleOf(false).red('x') + styleOf(false).done).toBe('x✓')
    expect(styleOf(true).red('x')).toBe('\u001b[31mx\u001b[39m')
  })
})
