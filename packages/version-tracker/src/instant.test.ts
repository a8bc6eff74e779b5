import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instant } from './instant.ts'

describe('instant', () => {
  it.each([
    ['2026-11-20T10:11:12.345Z', '2026-11-20T10:11:12.345Z'],
    ['2026-11-20 10:11:12', '2026-11-20T10:11:12.000Z'],
    ['2026-11-20T10:11:12', '2026-11-20T10:11:12.000Z'],
    ['2026-11-20T10:11:12Z', '2026-11-20T10:11:12.000Z'],
    ['2026-11-20 10:11:12.3', '2026-11-20T10:11:12.300Z'],
    ['2026-11-20 10:11:12.345678', '2026-11-20T10:11:12.345Z'],
    ['2026-11-20 10:11:12.345678+00', '2026-11-20T10:11:12.345Z'],
    ['2026-11-20 10:11:12+05:45', '2026-11-20T04:26:12.000Z'],
    ['2026-11-20 10:11:12.3-0830', '2026-11-20T18:41:12.300Z'],
    ['1795169472', '2026-11-20T10:11:12.000Z'],
    ['1795169472345', '2026-11-20T10:11:12.345Z'],
    ['1795169472.5', '2026-11-20T10:11:12.500Z'],
  ])('reads %s', (text, expected) => {
    expect(instant(text)).toBe(expected)
  })

  it.each(['', 'yesterday', '20.11.2026', '99999999999999999999'])('leaves "%s" as it is', (text) => {
    expect(instant(text)).toBe(text)
  })

  it('reads every point in time that it wrote, in seconds and in milliseconds', () => {
    const date = fc.date({
      min: new Date('1973-04-01T00:00:00Z'),
      max: new Date('5000-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(date, (time) => {
        expect(instant(String(time.getTime()))).toBe(time.toISOString())
        expect(instant(String(time.getTime() / 1000))).toBe(time.toISOString())
      }),
    )
  })
})
