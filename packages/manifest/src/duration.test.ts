import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusal } from '../test/manifest-folder.ts'
import { parseDuration } from './duration.ts'

describe('parseDuration', () => {
  it('reads milliseconds, seconds and minutes', () => {
    expect(parseDuration('500ms', '--lock-timeout')).toBe(500)
    expect(parseDuration('30s', '--lock-timeout')).toBe(30_000)
    expect(parseDuration('2m', '--lock-timeout')).toBe(120_000)
    expect(parseDuration('0s', '--lock-timeout')).toBe(0)
  })

  it.each([
    '',
    '30',
    's',
    '1.5s',
    '-5s',
    '30 s',
    ' 30s',
    '30S',
    '1h',
    '1e3ms',
    '36000m',
    '99999999999999999999s',
  ])('refuses %j, naming where it came from', async (text) => {
    const error = await refusal(() => parseDuration(text, 'WHIMBREL_LOCK_TIMEOUT'))
    expect(error.code).toBe('USAGE')
    expect(error.message).toBe(`WHIMBREL_LOCK_TIMEOUT is ${JSON.stringify(text)}, which is not a duration`)
    expect(error.hint).toContain('500ms, 30s or 2m')
  })

  it('reads every whole number up to 24 days', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2_147_483_647 }), (milliseconds) => {
        expect(parseDuration(`${milliseconds}ms`, 'here')).toBe(milliseconds)
      }),
    )
  })

  it('either returns a number that a timer can take, or refuses', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?\d{0,12}\.?\d?(ms|s|m|h)?$/), (text) => {
        try {
          const milliseconds = parseDuration(text, 'here')
          expect(Number.isInteger(milliseconds) && milliseconds >= 0 && milliseconds < 2 ** 31).toBe(true)
        } catch (error) {
          expect(error).toMatchObject({ code: 'USAGE' })
        }
      }),
    )
  })
})
